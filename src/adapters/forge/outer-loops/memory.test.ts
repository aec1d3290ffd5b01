import { outerLoopContract } from '../../../../test/contracts/outer-loop.ts';
import { MemoryOuterLoops } from './memory.ts';

outerLoopContract('memory', () => {
  const loops = new MemoryOuterLoops();
  return Promise.resolve({
    loops,
    loop: { name: 'outer', required: true, by: { kind: 'gitlab', variables: {} } },
    move: () => undefined,
    count: () => loops.runs.length,
    finish: (state) => {
      for (const run of loops.runs) run.state = state;
    },
    silence: () => void loops.silent.add('outer'),
    stop: () => Promise.resolve(),
  });
});

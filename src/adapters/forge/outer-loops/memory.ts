import { Failure } from '../../../base/failure.ts';
import type { CheckState } from '../../../model/check.ts';
import { parseForgeId, type ForgeId } from '../../../model/forge-id.ts';
import type { OuterLoop, OuterLoopTarget, OuterRun, StartedRun } from '../../../model/outer-loop.ts';
import type { OuterLoops } from '../../../ports/outer-loops.ts';

interface MemoryRun {
  readonly id: ForgeId;
  readonly loop: string;
  readonly commit: string;
  state: CheckState;
}

/** Runs that last as long as the process; a test ends them, loses them, or keeps them from starting. */
export class MemoryOuterLoops implements OuterLoops {
  readonly runs: MemoryRun[] = [];
  /** Names of loops that take an order, and of which nothing is seen. */
  readonly silent = new Set<string>();

  start({ name }: OuterLoop, { commit }: OuterLoopTarget, known: readonly ForgeId[]): Promise<StartedRun> {
    const there = this.runs.findLast(
      (each) => each.loop === name && each.commit === commit && !known.includes(each.id),
    );
    if (there !== undefined) return Promise.resolve({ kind: 'started', run: runOf(there) });
    if (this.silent.has(name))
      return Promise.resolve({ kind: 'unconfirmed', why: 'nothing was seen to start' });
    const id = parseForgeId(`run-${this.runs.length + 1}`);
    const made: MemoryRun = { id, loop: name, commit, state: 'running' };
    this.runs.push(made);
    return Promise.resolve({ kind: 'started', run: runOf(made) });
  }

  look(_loop: OuterLoop, id: ForgeId): Promise<OuterRun> {
    const found = this.runs.find((each) => each.id === id);
    return found === undefined
      ? Promise.reject(new Failure('forge-missing', `there is no run ${id}`))
      : Promise.resolve(runOf(found));
  }
}

function runOf({ id, state }: MemoryRun): OuterRun {
  return { id, state, url: `https://ci.example.org/runs/${id}` };
}

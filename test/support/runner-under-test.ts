import { createLoader } from '../../src/adapters/loader/loader.ts';
import { createRunner } from '../../src/adapters/runner/runner.ts';
import { systemClock } from '../../src/base/system-clock.ts';
import type { EngineKind } from '../../src/model/engine.ts';
import { askEngine } from '../../src/ports/engine-command.ts';
import { testRunner } from '../contracts/runner.ts';
import { realEngine } from './engine.ts';

/** Holds the runner to its contract on an engine of this machine. */
export function testRunnerOf(kind: EngineKind): void {
  testRunner(kind, async (t) => {
    const engine = await realEngine(kind, t);
    if (engine === undefined) return undefined;
    const loader = createLoader(engine);
    return {
      runner: createRunner(engine, { clock: systemClock }),
      load: ({ repository, manifest }) =>
        loader.load(repository, manifest.digest, undefined, { heldIsEnough: true }),
      containers: async () => {
        const { stdout } = await askEngine(engine, ['ps', '--all', '--format', '{{.Names}}']);
        return stdout.split('\n').filter((name) => name.startsWith('lockkeeper-'));
      },
      limitsMemory: engine.limits.memory,
      limitsPids: engine.limits.pids,
    };
  });
}

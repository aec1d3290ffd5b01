import { createLoader } from '../../src/adapters/loader/loader.ts';
import { createRunner } from '../../src/adapters/runner/runner.ts';
import { systemClock } from '../../src/base/system-clock.ts';
import { askEngine } from '../../src/ports/engine-command.ts';
import { testRunner } from '../contracts/runner.ts';
import { realEngine } from '../support/engine.ts';

for (const kind of ['docker', 'podman'] as const) {
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

import process from 'node:process';
import { ask } from '../../demo/shell.ts';
import { createLoader } from '../../src/adapters/loader/loader.ts';
import type { Engine } from '../../src/model/engine.ts';
import { probeLifecycle } from '../../src/stages/build/lifecycle/run.ts';
import { saidVersions } from '../../src/stages/build/lifecycle/said-version.ts';
import { hermetic } from '../../src/wire/hermetic.ts';
import { lifecycleBench } from '../support/platform/lifecycle-bench.ts';
import { herokuPython026 } from '../support/platform/stub-buildpacks.ts';
import { median, type Figure } from './measure.ts';

const rounds = 7;

/** What it takes to ask a builder itself (level L3), beside its container started by hand to do nothing. */
export async function lifecycleProbe(): Promise<readonly Figure[]> {
  const tools = await hermetic(process.env, new AbortController().signal);
  const engine = await tools.engines.find(undefined);
  const bench = await lifecycleBench(engine, { buildpacks: [herokuPython026] });
  const { runner, builder } = bench;
  const asked = bench.order({ '.python-version': '3.13\n' });
  const { id } = await createLoader(engine).load(builder.repository, builder.manifest.digest);
  const probes: number[] = [];
  const starts: number[] = [];
  // The first round is the engine's, which unpacks the image.
  for (let round = 0; round <= rounds; round += 1) {
    const start = await seconds(() => startByHand(engine, id));
    const probe = await seconds(async () => {
      const { said } = await probeLifecycle(asked, true, {
        runner,
        onLine: () => undefined,
        signal: undefined,
      });
      const [version] = saidVersions(said);
      if (version?.version !== '3.13.2') throw new Error('the buildpack did not say what it takes');
    });
    if (round === 0) continue;
    starts.push(start);
    probes.push(probe);
  }
  const [ours, theirs] = [median(probes), median(starts)];
  return [
    {
      claim: `a probe (L3) beside the container’s own start, ${engine.kind}`,
      measured: `${(ours * 1000).toFixed(0)} ms`,
      peer: `${(theirs * 1000).toFixed(0)} ms`,
      value: ours / theirs,
      limit: 2,
      unit: 'ratio',
    },
  ];
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

/** Hardened as a probe is, with nothing to do. */
function startByHand(engine: Engine, image: string): Promise<string> {
  const hardened = ['--rm', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--network', 'none'];
  const words = ['run', ...hardened, ...engine.createArgs, image, 'sh', '-c', ':'];
  return ask(engine.program, [...engine.globalArgs, ...words]);
}

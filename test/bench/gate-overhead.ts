import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { startRegistry } from '../../demo/registry.ts';
import { ask } from '../../demo/shell.ts';
import { exitStatus } from '../../src/base/failure.ts';
import type { Engine } from '../../src/model/engine.ts';
import { hermetic } from '../../src/wire/hermetic.ts';
import { median, program, run, type Figure } from './measure.ts';

const rounds = 3;
// What a short suite of unit tests takes; the longer the suite, the smaller our share.
const suiteSeconds = 10;
const suite = `i=0; end=$(($(date +%s) + ${suiteSeconds})); echo 1..1; while [ $(date +%s) -lt $end ]; do i=$((i+1)); done; echo ok 1 - counted`;

/** The wall time of a gate beside the same containers started by hand: a no-op and the suite, on both images. */
export async function gateOverhead(): Promise<readonly Figure[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-bench-'));
  const tools = await hermetic(process.env, new AbortController().signal);
  const engine = await tools.engines.find(undefined);
  const registry = await startRegistry(engine, path.join(folder, 'registry'));
  const image = `${registry.host}/bench/ci:latest`;
  try {
    await writeProject(folder, image);
    await call(engine, 'build', '--tag', image, folder);
    await (engine.kind === 'podman'
      ? call(engine, 'push', '--tls-verify=false', image)
      : call(engine, 'push', image));
    await writeFile(path.join(folder, 'marker'), 'candidate');
    const built = await run([process.execPath, program, 'build', '--out', 'bundle', '--quiet'], {
      cwd: folder,
    });
    if (built.status !== exitStatus.yes) throw new Error(`build ended with status ${built.status}`);
    const gates: number[] = [];
    const byHand: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const gate = await run([process.execPath, program, 'gate', '--bundle', 'bundle', '--quiet'], {
        cwd: folder,
      });
      if (gate.status !== exitStatus.yes) throw new Error(`gate ended with status ${gate.status}`);
      gates.push(gate.seconds);
      byHand.push(await startByHand(engine, image));
    }
    const [ours, theirs] = [median(gates), median(byHand)];
    const claim = `gate on a suite of ${suiteSeconds} s beside the same containers by hand`;
    return [
      {
        claim,
        measured: `${ours.toFixed(1)} s`,
        peer: `${theirs.toFixed(1)} s`,
        value: ours / theirs,
        limit: 1.1,
        unit: 'ratio',
      },
    ];
  } finally {
    await registry.stop();
    await call(engine, 'rmi', '--force', image);
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeProject(folder: string, image: string): Promise<void> {
  await mkdir(path.join(folder, 'source'));
  await copyFile('/bin/busybox', path.join(folder, 'busybox'));
  await writeFile(path.join(folder, 'marker'), 'baseline');
  await writeFile(path.join(folder, '.dockerignore'), 'registry\nbundle\nsource\n');
  const applets = ['sh', 'date', 'echo', 'mkdir'].map((name) => `COPY busybox /bin/${name}`).join('\n');
  await writeFile(
    path.join(folder, 'Dockerfile'),
    `FROM scratch\n${applets}\nCOPY marker /marker\nCMD ["/bin/sh"]\n`,
  );
  const config = {
    version: 1,
    images: { ci: { baseline: image, build: { dockerfile: 'Dockerfile', context: '.' } } },
    suites: { count: { source: 'source', command: suite, results: { format: 'tap', stdout: true } } },
  };
  await writeFile(path.join(folder, 'lockkeeper.yaml'), JSON.stringify(config));
}

/** The four containers that the gate needs too, hardened alike, with nothing around them. */
async function startByHand(engine: Engine, image: string): Promise<number> {
  const hardened = [
    '--rm',
    '--cap-drop',
    'ALL',
    '--security-opt',
    'no-new-privileges',
    '--network',
    'none',
    ...engine.createArgs,
  ];
  const started = performance.now();
  for (const script of [':', ':', suite, suite])
    await call(engine, 'run', ...hardened, image, '/bin/sh', '-c', script);
  return (performance.now() - started) / 1000;
}

function call(engine: Engine, ...words: readonly string[]): Promise<string> {
  return ask(engine.program, [...engine.globalArgs, ...words]);
}

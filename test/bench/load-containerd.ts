import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { startRegistry } from '../../demo/registry.ts';
import { ask } from '../../demo/shell.ts';
import { exitStatus } from '../../src/base/failure.ts';
import type { Engine } from '../../src/model/engine.ts';
import { hermetic } from '../../src/wire/hermetic.ts';
import { startContainerd } from '../support/containerd.ts';
import { median, program, run, type Figure } from './measure.ts';
import { inTime } from './ratios.ts';

const rounds = 3;
// A base of 160 MB, of which gzip makes some 60, and 2.5 MB on top of it.
const denseBytes = 60e6;
const looseBytes = 100e6;
const topBytes = 2.5e6;

const ours = 'docker.io/library/ci:ours';
const theirs = 'docker.io/library/ci:theirs';

/** What it takes to bring an image from docker to a containerd that holds its base: thin, and as kind and k3d do it. */
export async function loadContainerd(): Promise<readonly Figure[]> {
  // Not in /tmp, which may be in memory.
  const folder = await mkdtemp('/var/tmp/lockkeeper-bench-');
  const tools = await hermetic(process.env, new AbortController().signal);
  const engine = await tools.engines.find('docker');
  const registry = await startRegistry(engine, path.join(folder, 'registry'));
  const containerd = await startContainerd();
  const base = `${registry.host}/bench/base:latest`;
  try {
    await makeImages(engine, folder, base);
    const at = { cwd: folder, env: { ...process.env, CONTAINERD_ADDRESS: containerd.address } };
    const lockkeeper = `"${process.execPath}" "${program}"`;
    const into = '--into containerd --quiet';
    await timed(`${lockkeeper} bundle create base=${base} --out base-layers --quiet`, at);
    await timed(`${lockkeeper} load base-layers ${into}`, at);
    await timed(`docker save --output base.tar ${base} && ctr --namespace k8s.io images import base.tar`, at);
    const create = `rm -rf thin && ${lockkeeper} bundle create ci=docker-daemon:${ours} --thin-against oci:base-layers --out thin --quiet`;
    const load = `${lockkeeper} load thin --as ${ours} ${into}`;
    const save = `docker save --output ci.tar ${theirs}`;
    const take = 'ctr --namespace k8s.io images import ci.tar';
    const scripts = [create, load, save, take];
    const times = scripts.map((): number[] => []);
    for (let round = 0; round <= rounds; round += 1) {
      for (const [step, script] of scripts.entries()) {
        const seconds = await timed(script, at);
        // The first round warms the caches that both have.
        if (round > 0) times[step]?.push(seconds);
      }
      for (const name of [ours, theirs]) containerd.ctr('images', 'rm', '--sync', name);
    }
    const [created = 0, loaded = 0, saved = 0, taken = 0] = times.map(median);
    return [
      inTime('a thin bundle from docker into containerd beside docker save and ctr images import', {
        ours: created + loaded,
        theirs: saved + taken,
        limit: 1 / 5,
      }),
      // `load` also starts a container and proves what arrived.
      inTime('its second half alone, load beside ctr images import', {
        ours: loaded,
        theirs: taken,
        limit: 1,
      }),
    ];
  } finally {
    await containerd.stop();
    await registry.stop();
    await call(engine, 'rmi', '--force', ours, theirs, base);
    await rm(folder, { recursive: true, force: true });
  }
}

async function makeImages(engine: Engine, folder: string, base: string): Promise<void> {
  const context = path.join(folder, 'context');
  await mkdir(context);
  await writeFile(path.join(context, 'dense'), randomBytes(denseBytes));
  await writeFile(path.join(context, 'loose'), Buffer.alloc(looseBytes, 'what compresses well\n'));
  await writeFile(path.join(context, 'top'), randomBytes(topBytes));
  const dockerfile = async (lines: string): Promise<void> =>
    writeFile(path.join(context, 'Dockerfile'), lines);
  await dockerfile('FROM scratch\nCOPY dense loose /\nCMD ["/none"]\n');
  await call(engine, 'build', '--quiet', '--tag', base, context);
  await call(engine, 'push', '--quiet', base);
  await dockerfile(`FROM ${base}\nCOPY top /\n`);
  await call(engine, 'build', '--quiet', '--tag', ours, '--tag', theirs, context);
}

async function timed(
  script: string,
  at: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<number> {
  const { seconds, status, stdout } = await run(['sh', '-c', script], at);
  if (status !== exitStatus.yes) throw new Error(`${script} ended with status ${status}: ${stdout}`);
  return seconds;
}

function call(engine: Engine, ...words: readonly string[]): Promise<string> {
  return ask(engine.program, [...engine.globalArgs, ...words]);
}

import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type { Engine } from '../../src/model/engine.ts';
import { hermetic } from '../../src/wire/hermetic.ts';
import { startRegistry, type RegistryServer } from '../support/registry-server.ts';
import { program, run, type Run } from './measure.ts';

const baseBytes = 160_000_000;
const layerBytes = 2_500_000;

/** A docker and a registry that hold the same base image, and images on it. */
export interface LayeredImages {
  readonly folder: string;
  /** The docker program with what stands before each of its sub-commands. */
  readonly docker: readonly [string, ...string[]];
  readonly registry: RegistryServer;
  /** Of 160 MB: what lies below `/usr` here, packed by docker when it was pushed. */
  readonly base: string;
  /** Builds an image on the base, with one more layer that does not pack. */
  readonly build: (name: string) => Promise<string>;
  readonly at: (name: string) => string;
}

/** Runs `work` with them, and leaves nothing behind. */
export async function withLayeredImages<T>(work: (images: LayeredImages) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-bench-'));
  const tools = await hermetic(process.env, new AbortController().signal);
  const engine = await tools.engines.find('docker');
  const docker = dockerOf(engine);
  const registry = await startRegistry();
  const base = `${registry.host}/bench/base:v1`;
  const built: string[] = [base];
  try {
    await makeBase(path.join(folder, 'base'));
    await succeed([...docker, 'build', '--quiet', '--tag', base, path.join(folder, 'base')]);
    await succeed([...docker, 'push', '--quiet', base]);
    const build = async (name: string): Promise<string> => {
      const image = `${registry.host}/bench/${name}:${randomUUID()}`;
      const context = path.join(folder, 'context');
      await mkdir(context, { recursive: true });
      await writeFile(path.join(context, 'layer'), randomBytes(layerBytes));
      await writeFile(path.join(context, 'Dockerfile'), `FROM ${base}\nCOPY layer /layer\n`);
      await succeed([...docker, 'build', '--quiet', '--tag', image, context]);
      built.push(image);
      return image;
    };
    return await work({ folder, docker, registry, base, build, at: (name) => path.join(folder, name) });
  } finally {
    for (const image of built.toReversed()) await run([...docker, 'image', 'rm', '--force', image]);
    await registry.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function dockerOf({ program: docker, globalArgs }: Engine): readonly [string, ...string[]] {
  return [docker, ...globalArgs];
}

/** Runs our program; a status that is not 0 is no measurement. */
export function lockkeeper(...words: readonly string[]): Promise<Run> {
  return succeed([process.execPath, program, ...words, '--quiet']);
}

export async function succeed(words: readonly [string, ...string[]]): Promise<Run> {
  const ended = await run(words);
  if (ended.status !== 0) throw new Error(`${words.join(' ')} ended with status ${ended.status}`);
  return ended;
}

/** What a shell takes for one command line, with `pipefail`. */
export function shell(line: string): Promise<Run> {
  return succeed(['bash', '-o', 'pipefail', '-c', line]);
}

/** Of all files together, or of one. */
export async function bytesAt(place: string): Promise<number> {
  if ((await stat(place)).isFile()) return (await stat(place)).size;
  const { stdout } = await succeed(['du', '--bytes', '--summarize', place]);
  return Number(stdout.split('\t')[0]);
}

async function makeBase(folder: string): Promise<void> {
  await mkdir(folder);
  await copyFile('/bin/busybox', path.join(folder, 'busybox'));
  await pack(await someFiles(), path.join(folder, 'base.tar'));
  await writeFile(
    path.join(folder, 'Dockerfile'),
    'FROM scratch\nADD base.tar /\nCOPY busybox /bin/sh\nCMD ["/bin/sh"]\n',
  );
}

/** Programs, libraries and texts as a distribution ships them, spread evenly over all that is here. */
async function someFiles(): Promise<readonly string[]> {
  const { stdout } = await succeed([
    ...(['find', '/usr/bin', '/usr/lib', '/usr/share', '-xdev', '-type', 'f'] as const),
    ...['-size', '-20000k', '-printf', '%s %p\\n'],
  ]);
  const files = stdout
    .trim()
    .split('\n')
    .toSorted()
    .map((line) => ({ bytes: Number(line.split(' ', 1)[0]), name: line.slice(line.indexOf(' ') + 1) }));
  const all = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const taken: string[] = [];
  let [passed, packed] = [0, 0];
  for (const { bytes, name } of files) {
    passed += bytes;
    if (packed + bytes > (passed / all) * baseBytes) continue;
    taken.push(name);
    packed += bytes;
  }
  return taken;
}

async function pack(files: readonly string[], archive: string): Promise<void> {
  const words = ['--create', '--file', archive, '--null', '--no-recursion', '--files-from', '-'];
  const child = spawn('tar', ['--absolute-names', '--transform', 's,^/,,', ...words], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  child.stdin.end(files.join('\0'));
  const status = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? -1));
  });
  if (status !== 0) throw new Error(`tar ended with status ${status}`);
}

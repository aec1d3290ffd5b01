import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { exitStatus } from '../../src/base/failure.ts';
import { changeSchema } from '../../src/model/change-document.ts';
import { startRegistryProxy } from '../support/registry-proxy.ts';
import { startRegistry } from '../support/registry-server.ts';
import { layImage, machineFiles, manyFiles, packLayer, removeFolder } from './diff-images.ts';
import { median, program, run, runWithMemory, type Figure } from './measure.ts';

const MB = 1_000_000;
const rounds = 5;

/** How soon two images are compared, beside skopeo, which copies them and looks at nothing in them. */
export async function diff(): Promise<readonly Figure[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-bench-'));
  const registry = await startRegistry();
  try {
    const ground: Ground = { folder, host: registry.host, layout: path.join(folder, 'layout') };
    await makeImages(ground);
    return [...(await whole(ground)), await shared(ground), await large(ground)];
  } finally {
    await registry.stop();
    await removeFolder(folder);
  }
}

interface Ground {
  readonly folder: string;
  readonly host: string;
  readonly layout: string;
}

async function makeImages({ folder, host, layout }: Ground): Promise<void> {
  const pack = (name: string, ...rest: [Parameters<typeof packLayer>[1], number?]) =>
    packLayer(path.join(folder, name), ...rest);
  const [before, after] = [
    await pack('before', machineFiles(160 * MB, 0)),
    await pack('after', machineFiles(160 * MB, 1)),
  ];
  const [small, other] = [
    await pack('small', manyFiles(50, 50_000, 1)),
    await pack('other', manyFiles(50, 50_000, 2)),
  ];
  await layImage(layout, 'before', [before]);
  await layImage(layout, 'after', [after]);
  await layImage(layout, 'small', [before, small]);
  await layImage(layout, 'other', [before, other]);
  await layImage(layout, 'large', [await pack('large', manyFiles(100_000, 20_000, 1), 1)]);
  await layImage(layout, 'larger', [await pack('larger', manyFiles(100_000, 20_000, 2), 1)]);
  for (const tag of ['before', 'after', 'small', 'other']) {
    const words = [
      'copy',
      '--quiet',
      '--dest-tls-verify=false',
      `oci:${layout}:${tag}`,
      `docker://${host}/bench:${tag}`,
    ];
    await ask('skopeo', words);
  }
}

/** Two images of one layer each: cold, warm, and the memory that it takes. */
async function whole({ folder, host }: Ground): Promise<readonly Figure[]> {
  const images = ['before', 'after'] as const;
  const [cold, warm, peer]: [number[], number[], number[]] = [[], [], []];
  let megabytes = 0;
  for (let round = 0; round <= rounds; round += 1) {
    const cache = path.join(folder, `cache-${round}`);
    const words = ['diff', ...images.map((tag) => `${host}/bench:${tag}`), '--quiet', '--json'];
    const first = await compare(words, cache, folder);
    const again = await compare(words, cache, folder);
    const started = performance.now();
    for (const tag of images)
      await ask('skopeo', [
        'copy',
        '--quiet',
        '--src-tls-verify=false',
        `docker://${host}/bench:${tag}`,
        `oci:${path.join(folder, `copy-${round}`)}:${tag}`,
      ]);
    const copied = (performance.now() - started) / 1000;
    // The first round warms what all of them have.
    if (round === 0) continue;
    cold.push(first.seconds);
    warm.push(again.seconds);
    peer.push(copied);
    megabytes = Math.max(megabytes, first.megabytes);
  }
  const [ours, theirs] = [median(cold), median(peer)];
  const what = 'diff of two images of 160 MB';
  return [
    figure(`${what}, cold, beside skopeo copy`, { measured: ours, peer: theirs, limit: 3 }),
    {
      claim: `${what}: peak memory`,
      measured: `${megabytes.toFixed(0)} MB`,
      peer: '',
      value: megabytes,
      limit: 200,
      unit: 'MB',
    },
    figure(`${what}, warm`, { measured: median(warm), limit: 0.3 }),
  ];
}

/** Two images that share all but a layer of 2.5 MB: what is fetched is counted. */
async function shared({ folder, host }: Ground): Promise<Figure> {
  const fetched: string[] = [];
  const proxy = await startRegistryProxy(host, ({ method, url }) => {
    if (method === 'GET' && url.includes('/blobs/')) fetched.push(url);
    return false;
  });
  const name = (tag: string): string => `${proxy.host}/bench:${tag}`;
  const times: number[] = [];
  try {
    for (let round = 0; round <= rounds; round += 1) {
      fetched.length = 0;
      const words = ['diff', name('small'), name('other'), '--quiet', '--json'];
      const { seconds } = await compare(words, path.join(folder, `shared-${round}`), folder);
      // Two configs, and the one layer of each that the other has not.
      if (fetched.length !== 4) throw new Error(`${fetched.length} blobs were fetched: ${fetched.join(' ')}`);
      if (round > 0) times.push(seconds);
    }
  } finally {
    await proxy.stop();
  }
  return figure('diff of two images that share all but 2.5 MB, which alone is fetched', {
    measured: median(times),
    limit: 0.5,
  });
}

async function large({ folder, layout }: Ground): Promise<Figure> {
  const words = ['diff', `oci:${layout}:large`, `oci:${layout}:larger`, '--quiet', '--json'];
  const { megabytes } = await compare(words, path.join(folder, 'cache-large'), folder);
  return {
    claim: 'diff of two layers of 2 GB and 100,000 files: peak memory',
    measured: `${megabytes.toFixed(0)} MB`,
    peer: '',
    value: megabytes,
    limit: 300,
    unit: 'MB',
  };
}

async function compare(
  words: readonly string[],
  cache: string,
  folder: string,
): ReturnType<typeof runWithMemory> {
  const result = await runWithMemory(words, path.join(folder, 'memory'), { XDG_CACHE_HOME: cache });
  if (result.status !== exitStatus.yes)
    throw new Error(`${program} ${words.join(' ')} ended with ${result.status}`);
  const change = changeSchema.parse(JSON.parse(result.stdout));
  if (change.platforms.every(({ files = [] }) => files.length === 0)) throw new Error('no file differs');
  return result;
}

function figure(
  claim: string,
  { measured, peer, limit }: { readonly measured: number; readonly peer?: number; readonly limit: number },
): Figure {
  const text = (seconds: number): string => `${seconds.toFixed(2)} s`;
  if (peer === undefined)
    return { claim, measured: text(measured), peer: '', value: measured, limit, unit: 's' };
  return { claim, measured: text(measured), peer: text(peer), value: measured / peer, limit, unit: 'ratio' };
}

async function ask(file: string, words: readonly string[]): Promise<void> {
  const { status } = await run([file, ...words], { env: process.env });
  if (status !== 0) throw new Error(`${file} ${words.join(' ')} ended with ${status}`);
}

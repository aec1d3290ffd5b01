import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { FileLayouts } from '../../src/adapters/registry/layout.ts';
import { digestOf } from '../../src/model/digest.ts';
import { descriptorOf } from '../../src/model/manifest.ts';
import { copyImage } from '../../src/ports/copy.ts';
import type { Layout } from '../../src/ports/layout.ts';
import { freshBlob, sampleArtifact, sampleImage, sampleIndex, storeImage } from './sample-images.ts';

const program = path.join(import.meta.dirname, 'copy-once.ts');
// So many processes at once; each of them is small.
const atOnce = 4;

interface End {
  readonly signal: NodeJS.Signals | null;
  readonly effects: number;
}

async function copyOnce(words: readonly string[]): Promise<End> {
  const child = spawn(process.execPath, [program, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (text: Buffer) => (said += text.toString()));
  await once(child, 'close');
  return { signal: child.signalCode, effects: Number(said) };
}

async function assertWholeBlobs(folder: string): Promise<void> {
  const blobs = path.join(folder, 'blobs/sha256');
  for (const name of await readdir(blobs).catch((): readonly string[] => []))
    if (!name.startsWith('.'))
      assert.equal(
        digestOf(await readFile(path.join(blobs, name))),
        `sha256:${name}`,
        'a blob is whole or not there',
      );
}

/** Kills a copy after each `step`-th thing that it does to the disk, and runs it again: the same state, each time. */
export async function killCopies(step: number): Promise<number> {
  const root = await mkdtemp(path.join(tmpdir(), 'lockkeeper-copy-killed-'));
  try {
    return await killCopiesIn(root, step);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function killCopiesIn(root: string, step: number): Promise<number> {
  const source = await new FileLayouts().openOrCreate(path.join(root, 'source'));
  const shared = freshBlob(300_000);
  const [left, right] = [sampleImage([shared]), sampleImage([shared], 'arm64')];
  for (const image of [left, right]) await storeImage(source, image);
  const index = sampleIndex([left, right]);
  await source.putManifest(index, 'v1');
  await storeImage(source, sampleArtifact(descriptorOf(index)));
  const target = (name: string): string => path.join(root, name);
  const whole = await copyOnce([source.path, target('whole'), index.digest, '0']);
  assert.ok(whole.effects > 40, `${whole.effects} effects`);
  const expected = await stateOf(await new FileLayouts().open(target('whole')));
  const waiting = Array.from({ length: Math.ceil(whole.effects / step) }, (_, at) => at * step + 1);
  const killed = waiting.length;
  const worker = async (): Promise<void> => {
    for (let at = waiting.shift(); at !== undefined; at = waiting.shift()) {
      const folder = target(`killed-${at}`);
      assert.equal(
        (await copyOnce([source.path, folder, index.digest, String(at)])).signal,
        'SIGKILL',
        `at ${at}`,
      );
      await assertWholeBlobs(folder);
      const again = await new FileLayouts().openOrCreate(folder);
      await again.exclusively(() =>
        copyImage(source, again, index.digest, { tag: 'copied', withReferrers: true }),
      );
      assert.deepEqual(await stateOf(again), expected, `at ${at}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return killed;
}

/** All that is there: names of files, and what the index says in whatever order it came. */
async function stateOf(layout: Layout): Promise<unknown> {
  const document: unknown = JSON.parse(await readFile(path.join(layout.path, 'index.json'), 'utf8'));
  assert.ok(typeof document === 'object' && document !== null && 'manifests' in document);
  assert.ok(Array.isArray(document.manifests));
  return {
    files: (await readdir(layout.path, { recursive: true })).toSorted(),
    entries: document.manifests.map((entry) => JSON.stringify(entry)).toSorted(),
  };
}

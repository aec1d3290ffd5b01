import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../base/limits.ts';
import { isBlobId, parseCommitId, type BlobId } from '../model/commit.ts';
import type { FileChange, GitRepository } from '../ports/git.ts';
import { readArrivals, type Arrivals } from './arrivals.ts';

const commit = parseCommitId('c'.repeat(40));

/** Versions of files, newest first; undefined: it was deleted. What is handed out is wiped as soon as it was received. */
class Versions implements Pick<GitRepository, 'contents'> {
  readonly changes: readonly FileChange[];
  readonly #texts = new Map<BlobId, string>();
  reads = 0;

  constructor(versions: readonly (readonly [path: string, text: string | undefined])[]) {
    const blobs = versions.map(([, text], index) => this.#name(text, index));
    this.changes = versions.map(([path], index) => {
      const at = `version ${versions.length - index}`;
      const after = blobs[index];
      return { commit, at, author: 'Ada', subject: 'Move', path, before: undefined, after };
    });
  }

  #name(text: string | undefined, index: number): BlobId | undefined {
    const name = (index + 1).toString(16).padStart(40, '0');
    if (text === undefined || !isBlobId(name)) return undefined;
    this.#texts.set(name, text);
    return name;
  }

  contents(
    blobs: readonly BlobId[],
    receive: (index: number, bytes: Buffer | undefined) => void,
  ): Promise<void> {
    for (const [index, blob] of blobs.entries()) {
      const bytes = Buffer.from(this.#texts.get(blob) ?? '');
      receive(index, bytes);
      bytes.fill(0);
      this.reads += 1;
    }
    return Promise.resolve();
  }
}

const wordsIn = (bytes: Buffer): ReadonlySet<string> => new Set(bytes.toString().split(' '));

const read = (versions: Versions, bytesMax?: number): Promise<Arrivals> =>
  readArrivals(versions, { changes: versions.changes, keysIn: wordsIn, bytesMax });

const told = ({ files }: Arrivals): Readonly<Record<string, Readonly<Record<string, string>>>> =>
  Object.fromEntries(
    [...files].map(([path, { came }]) => [
      path,
      Object.fromEntries([...came].map(([key, { at }]) => [key, at])),
    ]),
  );

test('each word of the newest version came where it has been without a break since', async () => {
  const versions = new Versions([
    ['a', 'one two new'],
    ['b', 'one'],
    ['a', 'one two'],
    ['a', 'one'],
    ['b', 'two'],
    ['a', 'one two'],
  ]);
  const arrivals = await read(versions);
  assert.deepEqual(told(arrivals), {
    a: { one: 'version 1', two: 'version 4', new: 'version 6' },
    b: { one: 'version 5' },
  });
  assert.equal(arrivals.isWhole, true);
});

test('what stood before a file was deleted is not there without a break', async () => {
  const deleted = new Versions([
    ['a', undefined],
    ['b', 'one'],
    ['a', 'one'],
    ['b', undefined],
    ['b', 'one'],
  ]);
  assert.deepEqual(told(await read(deleted)), { b: { one: 'version 4' } });
});

test('of thousands of versions, what the newest one does not say is not kept', async () => {
  const count = 3_000;
  const versions = new Versions(
    Array.from({ length: count }, (_, index) => ['a', `stays ${'x'.repeat(40)}${index}`]),
  );
  const arrivals = await read(versions);
  assert.equal(versions.reads, count);
  assert.deepEqual(told(arrivals), {
    a: { stays: 'version 1', [`${'x'.repeat(40)}0`]: `version ${count}` },
  });
});

test('a file is not read beyond where the last of it came', async () => {
  const versions = new Versions(
    Array.from({ length: 10 * limits.historyBlobsAtOnce }, (_, index) => ['a', `moves-${index}`]),
  );
  const arrivals = await read(versions);
  assert.equal(versions.reads, limits.historyBlobsAtOnce);
  assert.equal(arrivals.isWhole, true);
});

test('a history of more bytes than are read is not whole', async () => {
  const stays = Array.from({ length: 3 * limits.historyBlobsAtOnce }, () => ['a', 'stays'] as const);
  const all = stays.length * 'stays'.length;
  const cut = await read(new Versions(stays), all / 3);
  assert.equal(cut.isWhole, false);
  assert.deepEqual(told(cut), { a: { stays: `version ${2 * limits.historyBlobsAtOnce + 1}` } });
  assert.equal((await read(new Versions(stays), all)).isWhole, true);
});

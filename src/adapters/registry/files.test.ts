import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { failureOf } from '../../../test/support/registry-under-test.ts';
import { inPieces } from '../../../test/support/sample-images.ts';
import { noSpace } from '../../../test/support/watched-files.ts';
import { Failure } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import { Files, isTemporary, machineFiles, type FileSystem } from './files.ts';

const root = await mkdtemp(path.join(tmpdir(), 'lockkeeper-files-'));
after(() => rm(root, { recursive: true, force: true }));

const refuse = (why: string): Failure => new Failure('bundle-invalid', why);

/** Writes down what is done to files, in its order. */
function recording(calls: string[]): FileSystem {
  return {
    ...machineFiles,
    async open(file, flags, mode) {
      const opened = await machineFiles.open(file, flags, mode);
      const what = flags === 'wx' ? 'file' : 'folder';
      calls.push(`open ${what}`);
      return {
        read: (...args) => opened.read(...args),
        stat: () => opened.stat(),
        write(...args) {
          calls.push(`write ${what}`);
          return opened.write(...args);
        },
        sync() {
          calls.push(`sync ${what}`);
          return opened.sync();
        },
        close() {
          calls.push(`close ${what}`);
          return opened.close();
        },
      };
    },
    rename(from, to) {
      calls.push('rename');
      return machineFiles.rename(from, to);
    },
  };
}

test('a file gets its name when its bytes are on the disk, and the name is on the disk before we go on', async () => {
  const calls: string[] = [];
  const target = path.join(root, 'order');
  await new Files(recording(calls), 1).replace(target, inPieces(Buffer.from('hello'), 3));
  assert.deepEqual(calls, [
    'open file',
    'write file',
    'sync file',
    'close file',
    'rename',
    'open folder',
    'sync folder',
    'close folder',
  ]);
  assert.equal(await readFile(target, 'utf8'), 'hello');
});

test('a system that writes a few bytes at a time is asked until all are written', async () => {
  const slow: FileSystem = {
    ...machineFiles,
    async open(file, flags, mode) {
      const opened = await machineFiles.open(file, flags, mode);
      return {
        read: (...args) => opened.read(...args),
        stat: () => opened.stat(),
        write: (buffer, offset, length) => opened.write(buffer, offset, Math.min(2, length)),
        sync: () => opened.sync(),
        close: () => opened.close(),
      };
    },
  };
  const target = path.join(root, 'slow');
  await new Files(slow, 1).replace(target, inPieces(Buffer.from('hello world'), 7));
  assert.equal(await readFile(target, 'utf8'), 'hello world');
});

test('a large file is written in pieces, one after the other, while the next one is read', async () => {
  const calls: string[] = [];
  const target = path.join(root, 'large');
  const bytes = randomBytes(2.5 * limits.filePieceBytes);
  await new Files(recording(calls), 1).replace(target, inPieces(bytes, 60_000));
  assert.equal(calls.filter((each) => each === 'write file').length, 3);
  assert.deepEqual(await readFile(target), bytes);
});

test('a write that fails while the source goes on: its own error, and the file is closed after it', async () => {
  const calls: string[] = [];
  const failing: FileSystem = {
    ...machineFiles,
    async open(file, flags, mode) {
      const opened = await machineFiles.open(file, flags, mode);
      return {
        read: (...args) => opened.read(...args),
        stat: () => opened.stat(),
        write: async () => {
          await turn();
          calls.push('failed');
          throw noSpace();
        },
        sync: () => opened.sync(),
        close: () => {
          calls.push('closed');
          return opened.close();
        },
      };
    },
  };
  for (const pieces of [1, 3]) {
    const bytes = randomBytes(pieces * limits.filePieceBytes);
    const target = path.join(root, 'no-room');
    const failure = await failureOf(
      new Files(failing, 1).replace(target, inPieces(bytes, limits.filePieceBytes)),
    );
    assert.equal(failure.code, 'disk-full');
    assert.deepEqual(calls.splice(0), ['failed', 'closed']);
  }
});

test('a source that breaks leaves the old file and nothing else', async () => {
  const target = path.join(root, 'broken');
  await writeFile(target, 'old');
  const broken = new RangeError('x');
  async function* breaking(): AsyncGenerator<Uint8Array> {
    yield* inPieces(Buffer.from('new'));
    throw broken;
  }
  const files = new Files(machineFiles, 1);
  await assert.rejects(files.replace(target, breaking()), broken);
  assert.equal(await readFile(target, 'utf8'), 'old');
  assert.deepEqual((await files.list(root)).filter(isTemporary), []);
});

test('a file is read up to its limit, and what is not there is not an error', async () => {
  const files = new Files(machineFiles, 1);
  const target = path.join(root, 'read');
  await writeFile(target, 'hello');
  assert.equal((await files.read(target, 5, refuse))?.toString(), 'hello');
  assert.equal((await failureOf(files.read(target, 4, refuse))).code, 'bundle-invalid');
  assert.equal(await files.read(path.join(root, 'none'), 5, refuse), undefined);
  assert.equal(await files.sizeOf(path.join(root, 'none'), refuse), undefined);
  assert.deepEqual(await files.list(path.join(root, 'none')), []);
  assert.equal((await failureOf(files.read(path.join(target, 'below'), 5, refuse))).code, 'bundle-invalid');
});

test('only names that we make ourselves are taken for leftovers', () => {
  assert.equal(isTemporary(path.basename(new Files(machineFiles, 77).nameBeside('/x/index.json'))), true);
  for (const name of ['index.json', '.hidden', 'x.tmp', '.a.tmp', '.lockkeeper.lock'])
    assert.equal(isTemporary(name), false, name);
});

test('a file whose pieces nobody asks for is not opened; one that is read, or given up, is closed', async () => {
  const calls: string[] = [];
  const files = new Files(recording(calls), 1);
  const file = path.join(root, 'read');
  await writeFile(file, randomBytes(3 * limits.filePieceBytes));
  await files.pieces(file, refuse).return(undefined);
  assert.deepEqual(calls, []);
  for await (const _ of files.pieces(file, refuse)) break;
  for await (const _ of files.pieces(file, refuse));
  assert.deepEqual(calls, ['open folder', 'close folder', 'open folder', 'close folder']);
});

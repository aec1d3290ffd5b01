import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { failureOf } from '../../../test/support/registry-under-test.ts';
import { freshBlob, inPieces, sampleBlob, sampleImage } from '../../../test/support/sample-images.ts';
import { isFailure } from '../../base/failure.ts';
import { digestOf } from '../../model/digest.ts';
import type { HostedRepository } from '../../ports/hosted-registry.ts';
import { PushTarget } from './push-target.ts';

const repository = 'lockkeeper-push-here-1-2-3';
const base = freshBlob(1000);

async function targetFor(t: TestContext): Promise<PushTarget> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-push-'));
  t.after(() => rm(folder, { recursive: true }));
  let names = 0;
  const fresh = (): string => path.join(folder, String((names += 1)));
  return new PushTarget({ repository, fresh, known: new Map([[base.descriptor.digest, base.descriptor]]) });
}

async function push(to: HostedRepository, bytes: Uint8Array): Promise<void> {
  const upload = await to.startUpload('sha256');
  await upload.append(inPieces(bytes, 500));
  await upload.append(inPieces(Buffer.alloc(0)));
  assert.equal(upload.size, bytes.length);
  await upload.commit(digestOf(bytes));
}

test('what comes is kept with what it has unpacked, and what is known need not come', async (t) => {
  const target = await targetFor(t);
  const to = target.open(repository);
  const layer = gzipSync('a layer');
  const image = sampleImage([base, sampleBlob(layer)]);
  const more = target.expect(1);
  assert.equal((await to.blob(base.descriptor.digest))?.size, base.descriptor.size);
  assert.equal(await to.mountBlob(base.descriptor.digest, undefined), true);
  assert.equal(await to.blob(digestOf(layer)), undefined);
  await push(to, layer);
  await push(to, image.config.bytes);
  await to.putManifest(image.manifest, ['0']);
  assert.equal(more.aborted, false);
  assert.equal(target.manifestOf('0'), image.manifest);
  const pushed = target.pushed(digestOf(layer));
  assert.equal(pushed?.unpacked, digestOf('a layer'));
  assert.deepEqual(await readFile(pushed.file), layer);
  assert.equal((await to.blob(digestOf(layer)))?.size, layer.length);
});

test('more than was expected is not taken: first the layers, then one config', async (t) => {
  const target = await targetFor(t);
  const to = target.open(repository);
  const more = target.expect(1);
  const open = await to.startUpload('sha256');
  await open.append(inPieces(freshBlob(10).bytes));
  assert.equal((await failureOf(push(to, freshBlob(10).bytes))).code, 'registry-refused');
  assert.equal(more.aborted, true);
  await open.cancel();
  target.expect(0);
  await push(to, freshBlob(10).bytes);
  assert.equal((await failureOf(push(to, freshBlob(10).bytes))).code, 'registry-refused');
});

test('a blob that is not what it was called is refused', async (t) => {
  const target = await targetFor(t);
  target.expect(1);
  const upload = await target.open(repository).startUpload('sha256');
  await upload.append(inPieces(freshBlob(10).bytes));
  assert.equal((await failureOf(upload.commit(base.descriptor.digest))).code, 'content-mismatch');
  assert.equal(target.pushed(base.descriptor.digest), undefined);
});

test('whoever does not know the name finds nothing and leaves nothing', async (t) => {
  const target = await targetFor(t);
  target.expect(5);
  const other = target.open('lockkeeper-push-here-1-2-4');
  assert.equal(await other.blob(base.descriptor.digest), undefined);
  assert.equal(await other.isThere(), false);
  assert.equal((await failureOf(push(other, freshBlob(10).bytes))).code, 'registry-refused');
  assert.equal((await failureOf(other.putManifest(sampleImage().manifest, ['v1']))).code, 'registry-refused');
  assert.equal(target.manifestOf('v1'), undefined);
});

test('a disk that takes nothing is the trouble, whatever the engine makes of it', async () => {
  const target = new PushTarget({ repository, fresh: () => '/no/such/folder/file', known: new Map() });
  const stop = target.expect(1);
  assert.equal((await failureOf(target.open(repository).startUpload('sha256'))).code, 'path-missing');
  assert.ok(isFailure(target.trouble, 'path-missing') && stop.aborted);
});

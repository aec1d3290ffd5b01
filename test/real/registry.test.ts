import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { noCredentials } from '../../src/adapters/credentials/none.ts';
import { digestHex } from '../../src/model/digest.ts';
import { descriptorOf } from '../../src/model/manifest.ts';
import type { Credentials } from '../../src/ports/credentials.ts';
import { repositoryContract } from '../contracts/repository.ts';
import { realRegistries, sharedRegistry } from '../support/real-registry.ts';
import { failureOf } from '../support/registry-under-test.ts';
import {
  bytesOf,
  freshBlob,
  inPieces,
  sampleArtifact,
  sampleImage,
  storeImage,
} from '../support/sample-images.ts';

const login = { user: 'ann', password: 'correct horse battery staple' };
const ann: Credentials = { find: () => Promise.resolve({ kind: 'basic', ...login }) };
let made = 0;

function freshName(): string {
  made += 1;
  return `team/contract-${made}`;
}

const open = sharedRegistry();
const closed = sharedRegistry({ login });
const anonymous = realRegistries(noCredentials);
const asAnn = realRegistries(ann);

for (const [what, shared, registries] of [
  ['docker-registry, open', open, anonymous],
  ['docker-registry with htpasswd', closed, asAnn],
] as const) {
  repositoryContract(what, {
    isThere: (t) => shared.isThere(t),
    make: async () => registries.open((await shared.server()).host, freshName()),
    async makePair() {
      const { host } = await shared.server();
      const fromPath = freshName();
      return { from: registries.open(host, fromPath), fromPath, to: registries.open(host, freshName()) };
    },
  });
}

test('docker-registry with htpasswd refuses whoever has no login, or a wrong one', async (t) => {
  if (!closed.isThere(t)) return;
  const { host } = await closed.server();
  const wrong = realRegistries({
    find: () => Promise.resolve({ kind: 'basic', user: 'ann', password: 'wrong' }),
  });
  for (const registries of [anonymous, wrong]) {
    const repository = registries.open(host, freshName());
    const blob = freshBlob(10);
    for (const work of [
      () => repository.resolve('stable'),
      () => repository.putBlob(blob.descriptor, () => inPieces(blob.bytes)),
      () => repository.tags(),
    ]) {
      const failure = await failureOf(work());
      assert.equal(failure.code, 'registry-denied');
      assert.match(failure.hint ?? '', new RegExp(`docker login ${host}`));
    }
  }
});

test('docker-registry whose blob was damaged on disk is found out', async (t) => {
  if (!open.isThere(t)) return;
  const { host, storage } = await open.server();
  const repository = anonymous.open(host, freshName());
  const image = sampleImage();
  await storeImage(repository, image, 'v1');
  const [layer] = image.layers;
  assert.ok(layer !== undefined);
  const hex = digestHex(layer.descriptor.digest);
  const file = path.join(storage, 'docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex, 'data');
  await writeFile(file, freshBlob(layer.bytes.length).bytes);
  assert.equal((await failureOf(bytesOf(repository.blob(layer.descriptor)))).code, 'content-mismatch');
  await writeFile(file, 'short');
  assert.equal((await failureOf(bytesOf(repository.blob(layer.descriptor)))).code, 'content-mismatch');
});

test('docker-registry lists artifacts under the fallback tag, which others read too', async (t) => {
  if (!open.isThere(t)) return;
  const repository = anonymous.open((await open.server()).host, freshName());
  const image = sampleImage();
  await storeImage(repository, image, 'v1');
  const subject = descriptorOf(image.manifest);
  const artifacts = [
    sampleArtifact(subject, '2026-11-21T00:00:00Z'),
    sampleArtifact(subject, '2026-11-22T00:00:00Z'),
  ];
  // Blobs one after the other: two uploads of one blob at once make this registry misread its own files for a moment.
  for (const { config, layers } of artifacts) {
    for (const blob of [config, ...layers])
      await repository.putBlob(blob.descriptor, () => inPieces(blob.bytes));
  }
  await Promise.all(artifacts.map(({ manifest }) => repository.putManifest(manifest)));
  assert.deepEqual((await repository.tags()).toSorted(), [`sha256-${digestHex(subject.digest)}`, 'v1']);
  const found = await repository.referrers(subject.digest);
  assert.deepEqual(
    found.map(({ digest }) => digest).toSorted(),
    artifacts.map(({ manifest }) => manifest.digest).toSorted(),
    'two that are written at the same time both stay',
  );
});

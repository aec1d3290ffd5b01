import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureOf } from '../../test/support/registry-under-test.ts';
import { bytesOf, sampleImage, storeImage } from '../../test/support/sample-images.ts';
import { MemoryRepository } from '../adapters/registry/memory.ts';
import type { Descriptor } from '../model/descriptor.ts';
import type { Digest } from '../model/digest.ts';
import { descriptorOf, type Manifest } from '../model/manifest.ts';
import { mediaTypes } from '../model/media-type.ts';
import { attachArtifact, findArtifacts, readArtifactLayer } from './artifact.ts';
import type { Repository } from './repository.ts';

/** Lists an artifact for whatever it is asked for. */
class LyingRepository extends MemoryRepository {
  readonly #inner: Repository;
  readonly #listed: Descriptor;

  constructor(inner: Repository, listed: Descriptor) {
    super('lying');
    this.#inner = inner;
    this.#listed = listed;
  }

  override manifest(digest: Digest): Promise<Manifest> {
    return this.#inner.manifest(digest);
  }

  override referrers(): Promise<readonly Descriptor[]> {
    return Promise.resolve([this.#listed]);
  }
}

const image = sampleImage();
const subject = descriptorOf(image.manifest);
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

async function withImage(): Promise<Repository> {
  const repository = new MemoryRepository('memory');
  await storeImage(repository, image, 'v1');
  return repository;
}

function order(createdAt: string, content = 'verdict'): Parameters<typeof attachArtifact>[1] {
  return {
    subject,
    artifactType: mediaTypes.verdict,
    layers: [
      { mediaType: mediaTypes.verdict, bytes: text(content), title: 'verdict.json' },
      { mediaType: mediaTypes.reports, bytes: text('<xml/>') },
    ],
    annotations: { 'com.example.x': 'y' },
    createdAt,
  };
}

test('files become an artifact of their subject, in order, under their titles', async () => {
  const repository = await withImage();
  const artifact = await attachArtifact(repository, order('2026-11-21T00:00:00.000Z'));
  assert.deepEqual(artifact.subject, subject);
  assert.equal(artifact.artifactType, mediaTypes.verdict);
  assert.equal(artifact.config.mediaType, mediaTypes.ociEmpty);
  assert.equal(
    artifact.config.digest,
    'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
  );
  assert.deepEqual(
    artifact.layers.map(({ mediaType, annotations }) => [
      mediaType,
      annotations?.['org.opencontainers.image.title'],
    ]),
    [
      [mediaTypes.verdict, 'verdict.json'],
      [mediaTypes.reports, undefined],
    ],
  );
  assert.deepEqual(artifact.annotations, {
    'com.example.x': 'y',
    'org.opencontainers.image.created': '2026-11-21T00:00:00.000Z',
  });
  assert.deepEqual(
    await bytesOf(repository.blob(artifact.layers[0] ?? artifact.config)),
    Buffer.from('verdict'),
  );
});

test('the same order twice is the same artifact', async () => {
  const repository = await withImage();
  const [first, second] = [
    await attachArtifact(repository, order('2026-11-21T00:00:00Z')),
    await attachArtifact(repository, order('2026-11-21T00:00:00Z')),
  ];
  assert.equal(first.digest, second.digest);
  assert.equal((await repository.referrers(subject.digest)).length, 1);
});

test('of several artifacts the newest comes first', async () => {
  const repository = await withImage();
  for (const [day, content] of [
    [20, 'a'],
    [22, 'c'],
    [21, 'b'],
  ] as const) {
    await attachArtifact(repository, order(`2026-11-${day}T00:00:00Z`, content));
  }
  const found = await findArtifacts(repository, subject.digest, mediaTypes.verdict);
  const contents = await Promise.all(
    found.map(async (artifact) =>
      Buffer.from(await readArtifactLayer(repository, artifact, mediaTypes.verdict)).toString(),
    ),
  );
  assert.deepEqual(contents, ['c', 'b', 'a']);
});

test('artifacts of another type, and those that a list only claims, are not found', async () => {
  const repository = await withImage();
  await attachArtifact(repository, {
    ...order('2026-11-21T00:00:00Z'),
    artifactType: 'application/vnd.example',
  });
  const stranger = await attachArtifact(repository, {
    ...order('2026-11-21T00:00:00Z'),
    subject: descriptorOf(sampleImage().manifest),
  });
  const lying = new LyingRepository(repository, descriptorOf(stranger));
  assert.deepEqual(await findArtifacts(repository, subject.digest, mediaTypes.verdict), []);
  assert.deepEqual(await findArtifacts(lying, subject.digest, mediaTypes.verdict), []);
});

test('an artifact without the wanted layer, or with one that is too large, is refused', async () => {
  const repository = await withImage();
  const artifact = await attachArtifact(repository, order('2026-11-21T00:00:00Z'));
  assert.equal(
    (await failureOf(readArtifactLayer(repository, artifact, mediaTypes.evidence))).code,
    'content-refused',
  );
  const huge = { ...artifact, layers: artifact.layers.map((layer) => ({ ...layer, size: 1e12 })) };
  assert.equal(
    (await failureOf(readArtifactLayer(repository, huge, mediaTypes.verdict))).code,
    'content-refused',
  );
});

test('an artifact without files still has the one layer that the specification asks for', async () => {
  const repository = await withImage();
  const artifact = await attachArtifact(repository, { ...order('2026-11-21T00:00:00Z'), layers: [] });
  assert.deepEqual(
    artifact.layers.map(({ mediaType }) => mediaType),
    [mediaTypes.ociEmpty],
  );
});

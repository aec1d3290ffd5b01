import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { writeImageArchive } from '../../src/adapters/loader/image-archive.ts';
import { createLoader } from '../../src/adapters/loader/loader.ts';
import { isFailure } from '../../src/base/failure.ts';
import { collectBytes } from '../../src/base/stream.ts';
import { digestOf, type Digest } from '../../src/model/digest.ts';
import { descriptorOf, parseManifest } from '../../src/model/manifest.ts';
import { mediaTypes } from '../../src/model/media-type.ts';
import type { Engine } from '../../src/model/engine.ts';
import { askEngine } from '../../src/ports/engine-command.ts';
import type { LoadedImage } from '../../src/ports/loader.ts';
import type { Repository } from '../../src/ports/repository.ts';
import { delegate } from '../../src/ports/delegate.ts';
import { realEngine } from '../support/engine.ts';
import { makeImage, textFile, type TestImage } from '../support/images.ts';

async function remove(engine: Engine, image: LoadedImage): Promise<void> {
  await askEngine(engine, ['image', 'rm', image.id]);
}

/** An image that no engine has seen, since it holds a file of this run. */
async function unseen(name: string, options: Parameters<typeof makeImage>[0] = {}): Promise<TestImage> {
  return makeImage({
    ...options,
    files: [textFile('etc/name', `${name} ${process.pid} ${performance.now()}`), ...(options.files ?? [])],
  });
}

/** The same place, with another way to read blobs. */
function withBlobs(from: Repository, blob: Repository['blob']): Repository {
  return delegate(from, { blob });
}

async function listing(engine: Engine): Promise<string> {
  const { stdout } = await askEngine(engine, ['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}']);
  return stdout
    .split('\n')
    .filter((line) => !line.startsWith('<none>'))
    .toSorted((a, b) => a.localeCompare(b))
    .join('\n');
}

for (const kind of ['docker', 'podman'] as const) {
  for (const [compression, spelling] of [
    ['gzip', 'oci'],
    ['zstd', 'oci'],
    ['none', 'oci'],
    ['gzip', 'docker'],
  ] as const) {
    test(`${kind} takes an image with ${compression} layers in ${spelling} spelling, runs it, and has no new tag`, async (t) => {
      const engine = await realEngine(kind, t);
      if (engine === undefined) return;
      const image = await unseen(compression, { compression, spelling });
      const before = await listing(engine);
      const loaded = await createLoader(engine).load(image.repository, image.manifest.digest);
      t.after(() => remove(engine, loaded));
      assert.deepEqual(loaded, {
        id: engine.store === 'containerd' ? image.manifest.digest : image.config,
        manifest: image.manifest.digest,
        fresh: true,
        sent: loaded.sent,
      });
      assert.equal(await listing(engine), before);
      const run = await askEngine(engine, [
        'run',
        '--rm',
        '--network',
        'none',
        '--pull',
        'never',
        ...engine.createArgs,
        loaded.id,
        'cat',
        '/etc/name',
      ]);
      assert.match(run.stdout, new RegExp(`^${compression} `));
      const again = await createLoader(engine).load(image.repository, image.manifest.digest);
      assert.deepEqual(again, { ...loaded, fresh: false, sent: [] });
    });
  }

  test(`${kind}: an image that it has is not read again`, async (t) => {
    const engine = await realEngine(kind, t);
    if (engine === undefined) return;
    const image = await unseen('once');
    const loaded = await createLoader(engine).load(image.repository, image.manifest.digest);
    t.after(() => remove(engine, loaded));
    const withoutLayers = withBlobs(image.repository, (descriptor) => {
      assert.equal(descriptor.digest, image.config);
      return image.repository.blob(descriptor);
    });
    const load = createLoader(engine).load(withoutLayers, image.manifest.digest, undefined, {
      heldIsEnough: true,
    });
    assert.equal((await load).fresh, false);
  });

  test(`${kind}: an image that names another's layers in its config is refused, although the engine has those`, async (t) => {
    const engine = await realEngine(kind, t);
    if (engine === undefined) return;
    const honest = await unseen('honest');
    const loader = createLoader(engine);
    const loaded = await loader.load(honest.repository, honest.manifest.digest);
    t.after(() => remove(engine, loaded));
    const sameConfig = await unseen('same config', { diffIds: honest.diffIds });
    const ownConfig = await unseen('own config', {
      diffIds: honest.diffIds,
      settings: { Labels: { own: '1' } },
    });
    for (const liar of [sameConfig, ownConfig]) {
      const load = loader.load(liar.repository, liar.manifest.digest);
      await assert.rejects(load, (error: unknown) => isFailure(error, 'content-mismatch'));
    }
    assert.notEqual((await askEngine(engine, ['image', 'inspect', ownConfig.config])).status, 0);
  });

  test(`${kind}: an image whose config names other layers than it has is not loaded`, async (t) => {
    const engine = await realEngine(kind, t);
    if (engine === undefined) return;
    const image = await unseen('liar', { diffIds: [digestOf('one'), digestOf('two')] });
    await assert.rejects(
      createLoader(engine).load(image.repository, image.manifest.digest),
      (error: unknown) => isFailure(error, 'content-mismatch'),
    );
    assert.notEqual((await askEngine(engine, ['image', 'inspect', image.config])).status, 0);
  });

  test(`${kind}: a layer with other bytes than its digest says is not loaded`, async (t) => {
    const engine = await realEngine(kind, t);
    if (engine === undefined) return;
    const image = await unseen('broken');
    const broken = withBlobs(image.repository, async function* (descriptor) {
      for await (const chunk of image.repository.blob(descriptor)) {
        if (descriptor.digest !== image.manifest.layers[1]?.digest) yield chunk;
      }
    });
    await assert.rejects(createLoader(engine).load(broken, image.manifest.digest), (error: unknown) =>
      isFailure(error, 'content-mismatch'),
    );
    assert.notEqual((await askEngine(engine, ['image', 'inspect', image.config])).status, 0);
  });

  // Whether it is interrupted while it checks a layer that the engine has, or while it sends one that it lacks.
  for (const knows of ['a layer', 'nothing'])
    test(`${kind}: an abort while loading into an engine that has ${knows} of it leaves no image`, async (t) => {
      const engine = await realEngine(kind, t);
      if (engine === undefined) return;
      const image = await unseen('aborted');
      if (knows === 'a layer') {
        const sibling = await unseen('sibling');
        const loaded = await createLoader(engine).load(sibling.repository, sibling.manifest.digest);
        t.after(() => remove(engine, loaded));
      }
      const controller = new AbortController();
      const slow = withBlobs(image.repository, async function* (descriptor) {
        for await (const chunk of image.repository.blob(descriptor)) {
          if (descriptor.digest !== image.config) {
            controller.abort();
            await Promise.withResolvers().promise;
          }
          yield chunk;
        }
      });
      await assert.rejects(
        createLoader(engine).load(slow, image.manifest.digest, controller.signal),
        (error: unknown) => isFailure(error, 'interrupted'),
      );
      assert.notEqual((await askEngine(engine, ['image', 'inspect', image.config])).status, 0);
    });
}

test('podman that holds another image with the same config: image-unloadable, and nothing is tried with it', async (t) => {
  const engine = await realEngine('podman', t);
  if (engine === undefined) return;
  const honest = await unseen('honest');
  const liar = await unseen('liar', { diffIds: honest.diffIds });
  const config = await collectBytes(liar.repository.blob(liar.manifest.config), 1e6, () => assert.fail());
  // As a person would who loads it without asking anybody.
  const image = { manifest: liar.manifest, config, diffIds: await realDiffIds(liar) };
  const poisoned = await askEngine(engine, ['load', '--quiet'], {
    stdin: writeImageArchive({
      from: liar.repository,
      image,
      leaveOut: new Set(),
      unpackZstd: false,
      indexes: [],
      name: undefined,
    }),
  });
  assert.equal(poisoned.status, 0);
  t.after(() => askEngine(engine, ['image', 'rm', liar.config]));
  const load = createLoader(engine).load(honest.repository, honest.manifest.digest);
  await assert.rejects(load, (error: unknown) => isFailure(error, 'image-unloadable'));
});

test('an index is not an image of one platform: image-unloadable', async (t) => {
  const engine = await realEngine('docker', t);
  if (engine === undefined) return;
  const { repository, manifest } = await makeImage();
  const document = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: [descriptorOf(manifest)] };
  const index = parseManifest(Buffer.from(JSON.stringify(document)), mediaTypes.ociIndex);
  await repository.putManifest(index);
  await assert.rejects(createLoader(engine).load(repository, index.digest), (error: unknown) =>
    isFailure(error, 'image-unloadable'),
  );
});

async function realDiffIds({ repository, manifest }: TestImage): Promise<readonly Digest[]> {
  const ids: Digest[] = [];
  for (const layer of manifest.layers) {
    const bytes = await collectBytes(repository.blob(layer), 1e8, () => assert.fail());
    ids.push(digestOf(gunzipSync(bytes)));
  }
  return ids;
}

test('docker whose daemon has gone: engine-unreachable', async (t) => {
  const engine = await realEngine('docker', t);
  if (engine === undefined) return;
  const gone: Engine = { ...engine, env: { ...engine.env, DOCKER_HOST: 'unix:///no/such.sock' } };
  const image = await unseen('gone');
  await assert.rejects(createLoader(gone).load(image.repository, image.manifest.digest), (error: unknown) =>
    isFailure(error, 'engine-unreachable'),
  );
});

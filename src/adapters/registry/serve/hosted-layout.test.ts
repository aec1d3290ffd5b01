import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { failureOf } from '../../../../test/support/registry-under-test.ts';
import {
  bytesOf,
  freshBlob,
  inPieces,
  sampleImage,
  sampleIndex,
  type SampleBlob,
  type SampleImage,
} from '../../../../test/support/sample-images.ts';
import { noSpace, watchedFiles, type DiskChange } from '../../../../test/support/watched-files.ts';
import { Failure } from '../../../base/failure.ts';
import type { Layout } from '../../../ports/layout.ts';
import {
  nothingElsewhere,
  type HostedRegistry,
  type HostedRepository,
} from '../../../ports/hosted-registry.ts';
import { diskLayouts } from '../layout.ts';
import { HostedFileLayouts, hostedLayouts } from './hosted-layout.ts';

const root = await mkdtemp(path.join(tmpdir(), 'lockkeeper-hosted-'));
after(() => rm(root, { recursive: true, force: true }));

async function freshLayout(): Promise<Layout> {
  return diskLayouts.openOrCreate(await mkdtemp(path.join(root, 'layout-')));
}

function host(layout: Layout, onChange = (): Promise<void> => Promise.resolve()): Promise<HostedRegistry> {
  return hostedLayouts.open({ path: layout.path, elsewhere: nothingElsewhere, onChange });
}

async function push(to: HostedRepository, image: SampleImage, ...tags: readonly string[]): Promise<void> {
  for (const { bytes, descriptor } of [image.config, ...image.layers]) {
    const upload = await to.startUpload('sha256');
    await upload.append(inPieces(bytes));
    await upload.commit(descriptor.digest);
  }
  await to.putManifest(image.manifest, tags);
}

test('what an image names cannot be taken away before the image is', async () => {
  const layout = await freshLayout();
  const repository = (await host(layout)).open('team/ci');
  const image = sampleImage();
  const index = sampleIndex([image]);
  await push(repository, image);
  await repository.putManifest(index, ['v1']);
  for (const attempt of [
    () => repository.deleteManifest(image.manifest.digest),
    () => repository.deleteBlob(image.config.descriptor.digest),
  ])
    assert.equal((await failureOf(attempt())).code, 'registry-refused');
  assert.equal(await repository.deleteManifest(index.digest), true);
  assert.equal(await repository.deleteManifest(image.manifest.digest), true);
  assert.equal(await repository.deleteBlob(image.config.descriptor.digest), true);
  assert.deepEqual(await layout.entries(), []);
});

test('where the change is refused, the index is as it was', async () => {
  const layout = await freshLayout();
  let refuses = false;
  const repository = (
    await host(layout, () =>
      refuses ? Promise.reject(new Failure('bundle-invalid', 'refused')) : Promise.resolve(),
    )
  ).open('team/ci');
  await push(repository, sampleImage(), 'v1');
  const before = await readFile(path.join(layout.path, 'index.json'), 'utf8');
  refuses = true;
  for (const attempt of [() => push(repository, sampleImage(), 'v1'), () => repository.deleteTag('v1')])
    assert.equal((await failureOf(attempt())).code, 'bundle-invalid');
  assert.equal(await readFile(path.join(layout.path, 'index.json'), 'utf8'), before);
});

test('a layer may lie elsewhere, a config may not', async () => {
  const image = sampleImage();
  const repositoryWith = async (elsewhere: readonly SampleBlob[]): Promise<HostedRepository> => {
    const known = new Map(elsewhere.map(({ descriptor }) => [descriptor.digest, descriptor]));
    const registry = await hostedLayouts.open({
      path: (await freshLayout()).path,
      elsewhere: { ...nothingElsewhere, find: (digest) => known.get(digest) },
      onChange: () => Promise.resolve(),
    });
    return registry.open('team/ci');
  };
  await push(await repositoryWith(image.layers), image, 'v1');
  const failure = await failureOf(push(await repositoryWith([image.config]), image, 'v1'));
  assert.equal(failure.code, 'blob-missing');
});

test('an archive is offered as its folder is, in parts too', async () => {
  const out = path.join(root, 'bundle.tar');
  const stage = await diskLayouts.stage(out);
  const image = sampleImage([freshBlob(5000)]);
  for (const { bytes, descriptor } of [image.config, ...image.layers])
    await stage.layout.putBlob(descriptor, () => inPieces(bytes));
  await stage.layout.putManifest(image.manifest, 'ci', 'docker.io/team/ci:v1');
  await stage.commit();
  const registry = await hostedLayouts.open({ path: out, elsewhere: nothingElsewhere, onChange: undefined });
  assert.equal(registry.isReadOnly, true);
  const repository = registry.open('team/ci');
  assert.equal((await repository.manifest('v1'))?.digest, image.manifest.digest);
  const [layer] = image.layers;
  const blob = layer === undefined ? undefined : await repository.blob(layer.descriptor.digest);
  assert.ok(layer !== undefined && blob?.openRange !== undefined);
  assert.deepEqual(await bytesOf(blob.open()), layer.bytes);
  assert.deepEqual(await bytesOf(blob.openRange(100, 2999)), layer.bytes.subarray(100, 3000));
});

/** A bundle that holds an image, opened with a disk that `before` may break. */
async function heldBundle(before: (change: DiskChange) => Promise<void>): Promise<{
  readonly layout: Layout;
  readonly repository: HostedRepository;
  readonly old: SampleImage;
}> {
  const layout = await freshLayout();
  const old = sampleImage();
  await push((await host(layout)).open('team/ci'), old, 'v1');
  const registry = await new HostedFileLayouts(watchedFiles(before)).open({
    path: layout.path,
    elsewhere: nothingElsewhere,
    onChange: () => Promise.resolve(),
  });
  return { layout, repository: registry.open('team/ci'), old };
}

/** Everything that the index leads to is there, and is what it must be. */
async function assertWhole(layout: Layout): Promise<void> {
  for (const { digest } of await layout.entries()) {
    const manifest = await layout.manifest(digest);
    assert.ok(manifest.kind === 'manifest');
    for (const blob of [manifest.config, ...manifest.layers]) await bytesOf(layout.blob(blob));
  }
}

const temporaries = async ({ path: folder }: Layout): Promise<readonly string[]> =>
  (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.tmp'));

test('a disk that is full at any change leaves the bundle as it was, and the next push is whole', async () => {
  const next = sampleImage();
  for (let room = 0; ; room += 1) {
    assert.ok(room < 100);
    let left = Infinity;
    const { layout, repository, old } = await heldBundle((change) => {
      if (change === 'unlink') return Promise.resolve();
      left -= 1;
      return left < 0 ? Promise.reject(noSpace()) : Promise.resolve();
    });
    left = room;
    try {
      await push(repository, next, 'v1');
      assert.ok(room > 10, `there were ${room} changes`);
      return;
    } catch (error) {
      assert.ok(error instanceof Failure && error.code === 'disk-full', String(error));
    }
    assert.equal((await layout.resolve('ci'))?.digest, old.manifest.digest);
    assert.deepEqual(await temporaries(layout), []);
    left = Infinity;
    await push(repository, next, 'v1');
    assert.equal((await layout.resolve('ci'))?.digest, next.manifest.digest);
  }
});

test('a process that dies before any change leaves a whole bundle, and the next one pushes and cleans up', async () => {
  const next = sampleImage();
  for (let lived = 0; ; lived += 1) {
    assert.ok(lived < 100);
    let left = Infinity;
    const { layout, repository, old } = await heldBundle(() => {
      left -= 1;
      return left < 0 ? Promise.reject(new RangeError('dead')) : Promise.resolve();
    });
    left = lived;
    try {
      await push(repository, next, 'v1');
      assert.ok(lived > 10, `there were ${lived} changes`);
      return;
    } catch (error) {
      assert.ok(error instanceof RangeError, String(error));
    }
    await assertWhole(layout);
    const found = (await layout.resolve('ci'))?.digest ?? '';
    assert.ok(
      [old.manifest.digest, next.manifest.digest].some((each) => each === found),
      found,
    );
    await layout.exclusively(async () => push((await host(layout)).open('team/ci'), next, 'v1'));
    await assertWhole(layout);
    assert.equal((await layout.resolve('ci'))?.digest, next.manifest.digest);
    assert.deepEqual(await temporaries(layout), []);
  }
});

test('nothing gets its name before it is on the disk', async () => {
  let isUnwritten = false;
  let renames = 0;
  const { repository } = await heldBundle((change) => {
    if (change === 'write') isUnwritten = true;
    if (change === 'sync') isUnwritten = false;
    if (change === 'rename') renames += 1;
    assert.ok(change !== 'rename' || !isUnwritten);
    return Promise.resolve();
  });
  await push(repository, sampleImage(), 'v1');
  assert.equal(renames, 4, 'config, layer, manifest and index');
});

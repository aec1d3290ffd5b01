import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  cp,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { layoutContract } from '../../../test/contracts/layout.ts';
import { repositoryContract, sha512Contract } from '../../../test/contracts/repository.ts';
import { failureOf } from '../../../test/support/registry-under-test.ts';
import {
  bytesOf,
  freshBlob,
  inPieces,
  sampleArtifact,
  sampleImage,
  storeImage,
  type SampleImage,
} from '../../../test/support/sample-images.ts';
import { Failure } from '../../base/failure.ts';
import { digestHex } from '../../model/digest.ts';
import { descriptorOf } from '../../model/manifest.ts';
import { copyImage } from '../../ports/copy.ts';
import type { Layout } from '../../ports/layout.ts';
import { machineFiles, type FileSystem, type OpenFile } from './files.ts';
import { diskLayouts, FileLayouts } from './layout.ts';
import { MemoryRepository } from './memory.ts';

const root = await mkdtemp(path.join(tmpdir(), 'lockkeeper-layout-'));
after(() => rm(root, { recursive: true, force: true }));
let made = 0;

function freshPlace(): string {
  made += 1;
  return path.join(root, String(made));
}

repositoryContract('layout', { make: () => diskLayouts.openOrCreate(freshPlace()) });
sha512Contract('layout', () => diskLayouts.openOrCreate(freshPlace()));
layoutContract('layout', () => diskLayouts.openOrCreate(freshPlace()));

interface Stored {
  readonly layout: Layout;
  readonly image: SampleImage;
  readonly blobFile: (index?: number) => string;
  readonly manifestFile: string;
}

async function storedImage(): Promise<Stored> {
  const layout = await diskLayouts.openOrCreate(freshPlace());
  const image = sampleImage([freshBlob(5000), freshBlob(100)]);
  await storeImage(layout, image, 'v1');
  const file = (digest: string): string =>
    path.join(layout.path, 'blobs/sha256', digest.slice('sha256:'.length));
  return {
    layout,
    image,
    blobFile: (index = 0) => file(image.layers[index]?.descriptor.digest ?? ''),
    manifestFile: file(image.manifest.digest),
  };
}

async function writeIndex(layout: Layout, document: unknown): Promise<void> {
  await writeFile(
    path.join(layout.path, 'index.json'),
    typeof document === 'string' ? document : JSON.stringify(document),
  );
}

test('a layout survives being opened again', async () => {
  const { layout, image } = await storedImage();
  const again = await new FileLayouts().open(layout.path);
  assert.equal((await again.resolve('v1'))?.digest, image.manifest.digest);
  assert.deepEqual(
    await readFile(path.join(layout.path, 'oci-layout'), 'utf8'),
    '{"imageLayoutVersion":"1.0.0"}\n',
  );
});

test('no bundle: nothing there, an empty folder, another folder', async () => {
  const empty = freshPlace();
  await mkdir(empty);
  const other = freshPlace();
  await mkdir(other);
  await writeFile(path.join(other, 'README.md'), 'mine');
  for (const place of [freshPlace(), empty, other]) {
    assert.equal((await failureOf(diskLayouts.open(place))).code, 'bundle-missing', place);
  }
});

test('a file that is no archive, or one of something else, is no bundle', async () => {
  const [text, other] = [freshPlace(), freshPlace()];
  await writeFile(text, 'x');
  assert.match((await failureOf(diskLayouts.open(text))).message, /neither a folder nor a tar archive/);
  await writeFile(other, Buffer.alloc(1024));
  assert.equal((await failureOf(diskLayouts.open(other))).code, 'bundle-missing');
});

test('a place that holds something else is left alone', async () => {
  const file = freshPlace();
  await writeFile(file, 'x');
  const other = freshPlace();
  await mkdir(other);
  await writeFile(path.join(other, 'index.json'), 'mine');
  for (const place of [file, other])
    assert.equal((await failureOf(diskLayouts.openOrCreate(place))).code, 'output-exists');
  assert.equal(await readFile(path.join(other, 'index.json'), 'utf8'), 'mine');
  assert.deepEqual(await readdir(other), ['index.json']);
});

test('an empty folder, and one that a killed process left half-made, become a layout', async () => {
  const empty = freshPlace();
  await mkdir(empty);
  await diskLayouts.openOrCreate(empty);
  const half = freshPlace();
  await mkdir(half);
  await writeFile(path.join(half, '.oci-layout.123.1.tmp'), '{"ima');
  await diskLayouts.openOrCreate(half);
  const noIndex = freshPlace();
  await mkdir(noIndex);
  await writeFile(path.join(noIndex, 'oci-layout'), '{"imageLayoutVersion": "1.0.0"}');
  assert.deepEqual(await (await diskLayouts.openOrCreate(noIndex)).tags(), []);
});

for (const [why, version] of [
  ['version 2', '{"imageLayoutVersion":"2.0.0"}'],
  ['no JSON', 'hello'],
  ['an empty file', ''],
  ['a megabyte', ' '.repeat(1_000_000)],
] as const) {
  test(`a layout whose version file is ${why} is refused`, async () => {
    const { layout } = await storedImage();
    await writeFile(path.join(layout.path, 'oci-layout'), version);
    assert.equal((await failureOf(diskLayouts.open(layout.path))).code, 'bundle-invalid');
  });
}

for (const [why, document] of [
  ['no JSON', '{'],
  ['a list', []],
  ['of another schema', { schemaVersion: 1, manifests: [] }],
  ['both index and manifest', { schemaVersion: 2, manifests: [], layers: [] }],
  ['with a key twice', '{"schemaVersion":2,"manifests":[],"manifests":[]}'],
  [
    'with a digest that leads outside',
    { schemaVersion: 2, manifests: [{ mediaType: 'a/b', digest: 'sha256:../../../etc/passwd', size: 1 }] },
  ],
  [
    'with a negative size',
    { schemaVersion: 2, manifests: [{ mediaType: 'a/b', digest: `sha256:${'a'.repeat(64)}`, size: -1 }] },
  ],
  [
    'with a thousand and one entries',
    {
      schemaVersion: 2,
      manifests: Array.from({ length: 1001 }, () => ({
        mediaType: 'a/b',
        digest: `sha256:${'a'.repeat(64)}`,
        size: 1,
      })),
    },
  ],
  ['of five megabytes', ' '.repeat(5_000_000)],
] as const) {
  test(`a layout whose index is ${why} is refused`, async () => {
    const { layout } = await storedImage();
    await writeIndex(layout, document);
    assert.equal((await failureOf(layout.resolve('v1'))).code, 'bundle-invalid');
  });
}

test('a layout without an index is refused', async () => {
  const { layout } = await storedImage();
  await rm(path.join(layout.path, 'index.json'));
  assert.equal((await failureOf(diskLayouts.open(layout.path))).code, 'bundle-invalid');
  assert.equal((await failureOf(layout.tags())).code, 'bundle-invalid');
});

for (const name of ['oci-layout', 'index.json', 'blobs', 'blobs/sha256']) {
  test(`a layout whose ${name} is a link is refused`, async () => {
    const { layout } = await storedImage();
    const real = path.join(root, `moved-${made}`);
    await cp(path.join(layout.path, name), real, { recursive: true });
    await rm(path.join(layout.path, name), { recursive: true });
    await symlink(real, path.join(layout.path, name));
    const opened = async (): Promise<unknown> => (await diskLayouts.open(layout.path)).tags();
    assert.equal((await failureOf(opened())).code, 'bundle-invalid');
  });
}

test('a blob that is a link is not followed, and neither is a manifest', async () => {
  const { layout, image, blobFile, manifestFile } = await storedImage();
  const [layer] = image.layers;
  assert.ok(layer !== undefined);
  for (const file of [blobFile(), manifestFile]) {
    const real = `${file}.real`;
    await cp(file, real);
    await rm(file);
    await symlink(real, file);
  }
  assert.equal((await failureOf(bytesOf(layout.blob(layer.descriptor)))).code, 'bundle-invalid');
  assert.equal((await failureOf(layout.hasBlob(layer.descriptor.digest))).code, 'bundle-invalid');
  assert.equal((await failureOf(layout.manifest(image.manifest.digest))).code, 'bundle-invalid');
});

test('a pipe or a folder in the place of a blob does not hold us up', async () => {
  const { layout, image, blobFile } = await storedImage();
  await rm(blobFile(0));
  execFileSync('mkfifo', [blobFile(0)]);
  await rm(blobFile(1));
  await mkdir(blobFile(1));
  for (const { descriptor } of image.layers)
    assert.equal((await failureOf(bytesOf(layout.blob(descriptor)))).code, 'bundle-invalid');
});

test('a blob of another size or of other bytes is found out', async () => {
  const { layout, image, blobFile } = await storedImage();
  const [large, small] = image.layers;
  assert.ok(large !== undefined && small !== undefined);
  await truncate(blobFile(0), 4999);
  assert.equal((await failureOf(bytesOf(layout.blob(large.descriptor)))).code, 'content-mismatch');
  await writeFile(blobFile(1), freshBlob(100).bytes);
  assert.equal((await failureOf(bytesOf(layout.blob(small.descriptor)))).code, 'content-mismatch');
});

test('a damaged blob is put right by storing it again', async () => {
  const { layout, image, blobFile } = await storedImage();
  const [layer] = image.layers;
  assert.ok(layer !== undefined);
  await truncate(blobFile(), 10);
  assert.equal(await layout.putBlob(layer.descriptor, () => inPieces(layer.bytes)), 'stored');
  assert.deepEqual(await bytesOf(layout.blob(layer.descriptor)), layer.bytes);
});

test('a manifest of other bytes, of another size, or gone, is found out', async () => {
  const { layout, image, manifestFile } = await storedImage();
  await writeFile(manifestFile, Buffer.from(image.manifest.bytes).fill(0x20, 0, 1));
  assert.equal((await failureOf(layout.manifest(image.manifest.digest))).code, 'content-mismatch');
  await writeFile(manifestFile, '{}');
  assert.equal((await failureOf(layout.manifest(image.manifest.digest))).code, 'content-mismatch');
  await rm(manifestFile);
  assert.equal((await failureOf(layout.manifest(image.manifest.digest))).code, 'manifest-missing');
  assert.equal(await layout.resolve('v1'), undefined);
});

test('nothing but the layout lies in its folder', async () => {
  const { layout } = await storedImage();
  await layout.putDocument('lockkeeper.json', Buffer.from('one'));
  await layout.exclusively(() => layout.putDocument('lockkeeper.json', Buffer.from('two')));
  assert.deepEqual((await readdir(layout.path)).toSorted(), [
    'blobs',
    'index.json',
    'lockkeeper.json',
    'oci-layout',
  ]);
});

test('what a killed process left half-written goes when the next one has the layout for itself', async () => {
  const { layout } = await storedImage();
  const left = ['.index.json.4194000.1.tmp', `blobs/sha256/.${'a'.repeat(64)}.4194000.2.tmp`];
  for (const name of left) await writeFile(path.join(layout.path, name), 'half');
  await writeFile(path.join(layout.path, '.lockkeeper.lock'), `4194000\n1\n${hostname()}\n`);
  await layout.exclusively(() => Promise.resolve());
  for (const name of left) await assert.rejects(readFile(path.join(layout.path, name)), { code: 'ENOENT' });
});

test('a document that is a link is not read', async () => {
  const { layout } = await storedImage();
  await symlink('/etc/hostname', path.join(layout.path, 'lockkeeper.json'));
  assert.equal((await failureOf(layout.document('lockkeeper.json'))).code, 'bundle-invalid');
});

test('two objects for one folder do not lose what the other one writes', async () => {
  const place = freshPlace();
  const [left, right] = [await diskLayouts.openOrCreate(place), await diskLayouts.openOrCreate(place)];
  await Promise.all([
    storeImage(left, sampleImage(), 'a'),
    storeImage(right, sampleImage(), 'b'),
    storeImage(left, sampleImage(), 'c'),
  ]);
  assert.deepEqual((await left.tags()).toSorted(), ['a', 'b', 'c']);
});

test('a hard link is a file like any other', async () => {
  const { layout, image, blobFile } = await storedImage();
  await link(blobFile(), `${blobFile()}.also`);
  const [layer] = image.layers;
  assert.ok(layer !== undefined);
  assert.deepEqual(await bytesOf(layout.blob(layer.descriptor)), layer.bytes);
});

test('referrers of a damaged layout are a failure, not an empty list', async () => {
  const { layout, image } = await storedImage();
  const artifact = sampleArtifact(descriptorOf(image.manifest));
  await storeImage(layout, artifact);
  await rm(path.join(layout.path, 'blobs/sha256', digestHex(artifact.manifest.digest)));
  assert.equal((await failureOf(layout.referrers(image.manifest.digest))).code, 'manifest-missing');
});

/** Fails the n-th call that changes or opens something, as a full disk does; every call after it as well. */
function fullAfter(calls: number): FileSystem & { readonly failed: () => boolean } {
  let spent = 0;
  const spend = (): void => {
    spent += 1;
    if (spent > calls)
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), {
        code: 'ENOSPC',
        syscall: 'write',
        errno: -28,
      });
  };
  const spendThen =
    <Args extends readonly unknown[], Result>(work: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      spend();
      return work(...args);
    };
  return {
    ...machineFiles,
    rename: spendThen((from: string, to: string) => machineFiles.rename(from, to)),
    link: spendThen((existing: string, fresh: string) => machineFiles.link(existing, fresh)),
    mkdir: spendThen((folder: string) => machineFiles.mkdir(folder)),
    async open(file, flags, mode) {
      const opened = await machineFiles.open(file, flags, mode);
      return flags === 'wx' ? fullFile(opened, spendThen) : opened;
    },
    failed: () => spent > calls,
  };
}

function fullFile(
  file: OpenFile,
  spendThen: <Args extends readonly unknown[], Result>(
    work: (...args: Args) => Promise<Result>,
  ) => (...args: Args) => Promise<Result>,
): OpenFile {
  return {
    read: (...args) => file.read(...args),
    stat: () => file.stat(),
    close: () => file.close(),
    write: spendThen((buffer: Uint8Array, offset: number, length: number) =>
      file.write(buffer, offset, length),
    ),
    sync: spendThen(() => file.sync()),
  };
}

test('a disk that is full at any write leaves the old state and says so, and running again completes it', async () => {
  const source = new MemoryRepository('memory');
  const [old, fresh] = [sampleImage([freshBlob(3000)]), sampleImage([freshBlob(3000), freshBlob(10)])];
  for (const image of [old, fresh]) await storeImage(source, image);
  for (let calls = 0; ; calls += 1) {
    const place = freshPlace();
    await copyImage(source, await diskLayouts.openOrCreate(place), old.manifest.digest, { tag: 'v1' });
    await (await diskLayouts.open(place)).putDocument('lockkeeper.json', Buffer.from('old'));
    const disk = fullAfter(calls);
    const work = async (): Promise<void> => {
      const layout = await new FileLayouts(disk).openOrCreate(place);
      await copyImage(source, layout, fresh.manifest.digest, { tag: 'v1' });
      await layout.putDocument('lockkeeper.json', Buffer.from('new'));
    };
    const end: unknown = await work().catch((error: unknown) => error);
    const found = await diskLayouts.open(place);
    const tagged = (await found.resolve('v1'))?.digest;
    const document = Buffer.from((await found.document('lockkeeper.json')) ?? []).toString();
    if (!disk.failed()) {
      assert.equal(end, undefined);
      assert.deepEqual([tagged, document], [fresh.manifest.digest, 'new']);
      assert.ok(calls > 10, 'the disk was full at many different writes');
      break;
    }
    assert.ok(end instanceof Failure);
    assert.equal(end.code, 'disk-full');
    assert.equal(document, 'old');
    assert.ok(tagged === old.manifest.digest || tagged === fresh.manifest.digest);
    await copyImage(found, new MemoryRepository('readable'), tagged);
    assert.deepEqual(
      (await readdir(place)).filter((name) => name.endsWith('.tmp')),
      [],
    );
    await copyImage(source, found, fresh.manifest.digest, { tag: 'v1' });
    assert.equal((await found.resolve('v1'))?.digest, fresh.manifest.digest);
  }
});

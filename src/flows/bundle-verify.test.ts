import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { link, mkdir, readdir, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { failureOf } from '../../test/support/registry-under-test.ts';
import { freshBlob, sampleBlob, sampleImage, storeImage } from '../../test/support/sample-images.ts';
import { makeWorld, registry, type World } from '../../test/support/world.ts';
import { limits } from '../base/limits.ts';
import { collectBytes, streamOf } from '../base/stream.ts';
import { readTar } from '../base/tar-read.ts';
import { writeTar, type TarMember } from '../base/tar-write.ts';
import { tarChecksum, tarFields } from '../base/tar.ts';
import { bundleDocument } from '../model/bundle.ts';
import { digestHex, digestOf } from '../model/digest.ts';
import { parseImageSource, parseWantedImage } from '../model/image-source.ts';
import { createBundle } from './bundle-create.ts';
import { verifyBundle } from './bundle-verify.ts';

const config = `version: 1
images:
  ci: {baseline: "r.test/ci:1", image: "r.test/ci:2"}
suites:
  unit: {source: source, command: "true", results: {format: tap, stdout: true}}
`;

interface Member {
  readonly name: string;
  readonly bytes: Buffer;
}

interface Sound {
  readonly world: World;
  readonly archive: string;
  readonly folder: string;
  readonly members: readonly Member[];
}

/** A thin bundle of one image, in an archive and in a folder. */
async function soundBundle(t: TestContext): Promise<Sound> {
  const world = await makeWorld(t, config);
  const base = freshBlob(3000);
  const layers = [base, sampleBlob(gzipSync('the tar of a layer'))];
  const diffIds = [base.descriptor.digest, digestOf('the tar of a layer')];
  await storeImage(world.repository('base'), sampleImage([base], 'amd64', [base.descriptor.digest]), 'v1');
  await storeImage(world.repository('ci'), sampleImage(layers, 'amd64', diffIds), 'v1');
  const [archive, folder] = [path.join(world.folder, 'b.tar'), path.join(world.folder, 'b')];
  for (const out of [archive, folder])
    await createBundle(
      {
        images: [parseWantedImage(`${registry}/ci:v1`)],
        out,
        thinAgainst: [parseImageSource(`${registry}/base:v1`)],
        cacheKey: undefined,
        commit: undefined,
        createdAt: '2026-11-21T00:00:00.000Z',
      },
      world.tools,
      world.watching,
    );
  const members: Member[] = [];
  for await (const { name, kind, content } of readTar(createReadStream(archive), (why) => new Error(why)))
    if (kind === 'file') members.push({ name, bytes: await collectBytes(content, 1e6, () => assert.fail()) });
  return { world, archive, folder, members };
}

const head = { mode: 0o644, uid: 0, gid: 0, mtime: 0 };

function tarOf(members: readonly (Member | TarMember)[]): Promise<Buffer> {
  const each = members.map((member): TarMember =>
    'bytes' in member
      ? {
          ...head,
          kind: 'file',
          name: member.name,
          size: member.bytes.length,
          content: streamOf([member.bytes]),
        }
      : member,
  );
  return collectBytes(writeTar(each), 64 * 1024 ** 2, () => assert.fail());
}

/** The header of the first member of this name, with another type. */
function retyped(archive: Buffer, name: string, type: string): Buffer {
  const at = archive.indexOf(Buffer.from(`${name}\0`));
  const header = archive.subarray(at, at + 512);
  header.write(type, tarFields.type[0], 'latin1');
  header.fill(0x20, ...[tarFields.checksum[0], tarFields.checksum[0] + 8]);
  header.write(`${tarChecksum(header).toString(8).padStart(6, '0')}\0 `, tarFields.checksum[0], 'latin1');
  return archive;
}

function edited(members: readonly Member[], name: string, edit: (text: string) => string): readonly Member[] {
  return members.map((each) =>
    each.name === name ? { name, bytes: Buffer.from(edit(each.bytes.toString())) } : each,
  );
}

function blobOf(bytes: Buffer): Member {
  return { name: `blobs/sha256/${digestHex(digestOf(bytes))}`, bytes };
}

const extra: Member = { name: 'extra', bytes: Buffer.from('x') };
const layerName = (members: readonly Member[]): string =>
  members.find(({ bytes }) => bytes[0] === 0x1f && bytes[1] === 0x8b)?.name ?? assert.fail();

/** Archives that are refused, each made of a sound one, and the code. */
const hostile: Readonly<Record<string, (members: readonly Member[]) => Promise<Buffer>>> = {
  'a file of a name that no bundle has': (members) => tarOf([...members, extra]),
  'a name that leads out of the folder': (members) =>
    tarOf([...members, { ...extra, name: 'blobs/../../x' }]),
  'an absolute name': (members) => tarOf([...members, { ...extra, name: '/etc/x' }]),
  'index.json in capitals': (members) => tarOf([...members, { ...extra, name: 'Index.json' }]),
  'a blob in capitals': (members) =>
    tarOf([...members, { ...extra, name: `blobs/sha256/${'A'.repeat(64)}` }]),
  'a name that looks like index.json in another form of Unicode': (members) =>
    tarOf([...members, { ...extra, name: 'index.jsoｎ' }]),
  'a file twice': (members) => tarOf([...members, ...members.slice(0, 1)]),
  'a file twice, once with a dot in front': (members) =>
    tarOf([...members, { ...extra, name: './index.json' }]),
  'a blob that nothing refers to': (members) => tarOf([...members, blobOf(Buffer.from('smuggled'))]),
  'a blob of other bytes than its name': (members) =>
    tarOf([...members, { ...extra, name: `blobs/sha256/${'a'.repeat(64)}` }]),
  'a blob missing': (members) => tarOf(members.filter(({ name }) => name !== layerName(members))),
  'a link': (members) => tarOf([...members, { ...head, kind: 'link', name: 'x', linkName: '/etc/passwd' }]),
  'a blob that is a link': (members) =>
    tarOf([
      ...members.filter(({ name }) => name !== layerName(members)),
      { ...head, kind: 'link', name: layerName(members), linkName: '/etc/passwd' },
    ]),
  'a hard link': async (members) => retyped(await tarOf(members), layerName(members), '1'),
  'a device': async (members) => retyped(await tarOf(members), layerName(members), '4'),
  'a FIFO': async (members) => retyped(await tarOf(members), layerName(members), '6'),
  'a sparse file': async (members) => retyped(await tarOf(members), layerName(members), 'S'),
  'a folder in the place of a document': (members) =>
    tarOf([...members, { ...head, kind: 'directory', name: 'promotion.json' }]),
  'something behind its end': async (members) => Buffer.concat([await tarOf(members), await tarOf([extra])]),
  'its end missing': async (members) => (await tarOf(members)).subarray(0, -1024),
  'half of a file': async (members) => (await tarOf(members)).subarray(0, 3000),
  'a document that is too large': (members) =>
    tarOf([...members, { name: 'promotion.json', bytes: Buffer.alloc(limits.manifestBytesMax + 1) }]),
  'a layer left out that no image names': (members) =>
    tarOf(
      edited(members, bundleDocument, (text) =>
        text.replace(
          '"leftOut": [',
          `"leftOut": [{"digest":"sha256:${'1'.repeat(64)}","size":1,"mediaType":"a/b","sources":[]},`,
        ),
      ),
    ),
  'a layer left out of another size': (members) =>
    tarOf(edited(members, bundleDocument, (text) => text.replace('"size": 3000', '"size": 2999'))),
  'a layer that is neither there nor listed': (members) =>
    tarOf(
      edited(members, bundleDocument, (text) => text.replace(/"leftOut": \[[^]*\]\n\}/, '"leftOut": []}')),
    ),
  'a platform that the image is not for': (members) =>
    tarOf(edited(members, bundleDocument, (text) => text.replace('linux/amd64', 'linux/arm64'))),
  'a candidate that is not in it': (members) =>
    tarOf(
      edited(members, bundleDocument, (text) =>
        text.replace(/("image": "ci",\s*"digest": ")sha256:[0-9a-f]{64}/, `$1sha256:${'2'.repeat(64)}`),
      ),
    ),
  'a baseline that is not in it': (members) =>
    tarOf(
      edited(members, bundleDocument, (text) =>
        text.replace(
          '"baselines": []',
          `"baselines": [{"image":"ci","reference":"r.test/ci:1","digest":"sha256:${'3'.repeat(64)}","lookedUpAt":""}]`,
        ),
      ),
    ),
  'an index that is JSON twice': (members) =>
    tarOf(edited(members, 'index.json', (text) => text.replace('{', '{"schemaVersion":2,'))),
  'no index': (members) => tarOf(members.filter(({ name }) => name !== 'index.json')),
  'no document': (members) => tarOf(members.filter(({ name }) => name !== bundleDocument)),
};

const refusals = ['bundle-invalid', 'bundle-missing', 'content-mismatch', 'content-refused'];

for (const [what, make] of Object.entries(hostile)) {
  test(`an archive with ${what} is refused, and nothing of it is unpacked`, async (t) => {
    const { world, members } = await soundBundle(t);
    const file = path.join(world.folder, 'hostile.tar');
    await writeFile(file, await make(members));
    const before = await readdir(world.folder);
    const failure = await failureOf(verifyBundle(file, path.join(world.folder, 'out'), world.tools.layouts));
    assert.ok(refusals.includes(failure.code), `${failure.code}: ${failure.message}`);
    assert.deepEqual(await readdir(world.folder), before);
  });
}

test('what is sound is not refused: the archive as we, and as GNU tar, write it, and the folder', async (t) => {
  const { world, members, archive, folder } = await soundBundle(t);
  const dotted = path.join(world.folder, 'dotted.tar');
  const folders = ['.', './blobs', './blobs/sha256'].map(
    (name) => ({ ...head, kind: 'directory', name }) as const,
  );
  await writeFile(
    dotted,
    await tarOf([...folders, ...members.map((each) => ({ ...each, name: `./${each.name}` }))]),
  );
  const results = await Promise.all(
    [archive, dotted, folder].map((place) => verifyBundle(place, undefined, world.tools.layouts)),
  );
  assert.deepEqual(results[1], results[0]);
  assert.deepEqual(results[2], results[0]);
});

/** What may be wrong with a folder and not with an archive. */
const broken: Readonly<Record<string, (folder: string, layer: string) => Promise<void>>> = {
  'a blob that is a link': async (folder, layer) => {
    await rename(path.join(folder, layer), path.join(folder, '..', 'elsewhere'));
    await symlink(path.join(folder, '..', 'elsewhere'), path.join(folder, layer));
  },
  'blobs behind a link': async (folder) => {
    await rename(path.join(folder, 'blobs'), path.join(folder, '..', 'blobs'));
    await symlink(path.join(folder, '..', 'blobs'), path.join(folder, 'blobs'));
  },
  'another file': (folder) => writeFile(path.join(folder, 'README'), ''),
  'another folder': (folder) => mkdir(path.join(folder, 'blobs/md5')),
  'a folder in the place of a blob': async (folder, layer) => {
    await rm(path.join(folder, layer));
    await mkdir(path.join(folder, layer));
  },
  'a blob under two names': (folder, layer) =>
    link(path.join(folder, layer), path.join(folder, 'blobs/sha256', 'b'.repeat(64))),
  'a blob that was cut': (folder, layer) => truncate(path.join(folder, layer), 5),
};

for (const [what, harm] of Object.entries(broken)) {
  test(`a folder with ${what} is refused`, async (t) => {
    const { world, members, folder } = await soundBundle(t);
    await harm(folder, layerName(members));
    const failure = await failureOf(verifyBundle(folder, undefined, world.tools.layouts));
    assert.ok(refusals.includes(failure.code), `${failure.code}: ${failure.message}`);
  });
}

test('an image whose config names other layers than its manifest is refused', async (t) => {
  const world = await makeWorld(t, config);
  await storeImage(
    world.repository('liar'),
    sampleImage([freshBlob(100)], 'amd64', [digestOf('another')]),
    'v1',
  );
  const out = path.join(world.folder, 'liar');
  await createBundle(
    {
      images: [parseWantedImage(`${registry}/liar:v1`)],
      out,
      thinAgainst: [],
      cacheKey: undefined,
      commit: undefined,
      createdAt: undefined,
    },
    world.tools,
    world.watching,
  );
  assert.equal((await failureOf(verifyBundle(out, undefined, world.tools.layouts))).code, 'content-mismatch');
});

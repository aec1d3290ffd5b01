import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { contentsOf, layerOf, rawLayer, rawMember, type RawMember } from '../../../../test/support/layers.ts';
import { sparseArchives } from '../../../../test/support/sparse-archives.ts';
import { limits } from '../../../base/limits.ts';
import { streamOf } from '../../../base/stream.ts';
import { digestOf } from '../../../model/digest.ts';
import type { FileNode, LayerContents } from '../../../model/layer.ts';
import { readLayer } from './read-layer.ts';

function sha256(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex');
}

function nodeAt({ entries }: LayerContents, path: string): FileNode | undefined {
  const entry = entries.find((each) => each.path === path);
  return entry?.kind === 'node' ? entry.node : undefined;
}

const sample: readonly RawMember[] = [
  { name: './', type: '5', mode: 0o755 },
  { name: './etc/', type: '5', mode: 0o755 },
  { name: 'etc/hosts', content: '127.0.0.1 localhost\n', mode: 0o600, uid: 7 },
  { name: 'bin/sh', type: '2', linkName: 'busybox', mode: 0o777 },
  { name: 'dev/null', type: '3' },
  { name: 'etc/hosts.again', type: '1', linkName: './etc/hosts' },
  { name: 'etc/.wh.gone' },
  { name: 'var/.wh..wh..opq' },
];

for (const [packing, pack] of Object.entries({
  gzip: (bytes: Buffer) => gzipSync(bytes),
  zstd: (bytes: Buffer) => zstdCompressSync(bytes),
  'zstd in frames': (bytes: Buffer) =>
    Buffer.concat([zstdCompressSync(bytes.subarray(0, 700)), zstdCompressSync(bytes.subarray(700))]),
  nothing: (bytes: Buffer) => bytes,
})) {
  test(`a layer packed with ${packing} tells what stands where`, async () => {
    const archive = rawLayer(sample);
    const contents = await contentsOf(archive, pack(archive));
    assert.equal(contents.bytes, archive.length);
    assert.deepEqual(
      contents.entries.map(({ kind, path }) => [kind, path]),
      [
        ['node', 'etc'],
        ['node', 'etc/hosts'],
        ['node', 'bin/sh'],
        ['node', 'dev/null'],
        ['hard-link', 'etc/hosts.again'],
        ['whiteout', 'etc/gone'],
        ['opaque', 'var'],
      ],
    );
    const hosts = nodeAt(contents, 'etc/hosts');
    assert.equal(hosts?.sha256, sha256('127.0.0.1 localhost\n'));
    assert.deepEqual([hosts.mode, hosts.uid, hosts.size], [0o600, 7, 20]);
    assert.equal(nodeAt(contents, 'bin/sh')?.target, 'busybox');
    assert.equal(nodeAt(contents, 'dev/null')?.device, '1:3');
  });
}

test('extended attributes are kept in one spelling', async () => {
  const member = {
    name: 'bin/ping',
    pax: { 'SCHILY.xattr.security.b': 'x', 'SCHILY.xattr.security.a': 'y'.repeat(100) },
  };
  const contents = await layerOf([member]);
  assert.match(
    nodeAt(contents, 'bin/ping')?.xattrs ?? '',
    /^security\.a=sha256:[0-9a-f]{64}\nsecurity\.b=78$/,
  );
});

test('a package database is read in the same pass', async () => {
  const status = 'Package: libc6\nStatus: install ok installed\nVersion: 2.36-9\nArchitecture: amd64\n';
  const contents = await layerOf([{ name: 'var/lib/dpkg/status', content: status }]);
  const facts = nodeAt(contents, 'var/lib/dpkg/status')?.facts;
  assert.deepEqual(
    facts?.packages.map(({ name, version }) => [name, version]),
    [['libc6', '2.36-9']],
  );
});

const odd: readonly (readonly [string, RawMember, RegExp])[] = [
  ['a name that leads out', { name: '../../etc/passwd', content: 'x' }, /leads out of the image/],
  ['a name with dots within', { name: 'a/../../b', content: 'x' }, /leads out of the image/],
  ['an absolute name', { name: '/etc/passwd', content: 'x' }, /begins with a slash/],
  [
    'a link that leads out',
    { name: 'a/b', type: '2', linkName: '../../../etc/shadow' },
    /above the root: "a\/b"/,
  ],
  [
    'a hard link that leads out',
    { name: 'a', type: '1', linkName: '../../etc/shadow' },
    /hard link leads out/,
  ],
  ['a device', { name: 'dev/sda', type: '4' }, /1 device: "dev\/sda"/],
  ['a named pipe', { name: 'run/pipe', type: '6' }, /1 named pipe/],
  ['a bare whiteout', { name: 'a/.wh.' }, /whiteout names nothing/],
  ['a whiteout of the folder above', { name: 'a/.wh...' }, /whiteout names nothing/],
  ['what aufs kept for itself', { name: '.wh..wh.plnk', type: '5' }, /whiteout names nothing/],
  ['a file of an unknown kind', { name: 'a', type: 'V' }, /of a kind that nobody knows/],
];

for (const [what, member, finding] of odd) {
  test(`${what} is told, and nothing of it gets out of the image`, async () => {
    const { findings, entries } = await layerOf([member, { name: 'ok', content: 'fine' }]);
    assert.match(findings.join('\n'), finding);
    assert.ok(entries.some(({ path }) => path === 'ok'));
    assert.ok(entries.every(({ path }) => !path.startsWith('/') && !path.split('/').includes('..')));
  });
}

test('findings of one kind are counted, and one is named', async () => {
  const { findings } = await layerOf(['a', 'b', 'c'].map((name) => ({ name, type: '6' })));
  assert.deepEqual(findings, ['3 named pipes: "a" and others']);
});

test('what follows the end of the archive is told', async () => {
  const archive = Buffer.concat([rawLayer(sample), Buffer.from('more')]);
  assert.match((await contentsOf(archive)).findings.join(), /other bytes follow the end/);
});

test('a layer that is not the one that the config names is refused', async () => {
  const archive = rawLayer(sample);
  const order = {
    name: 'l',
    packed: streamOf([archive]),
    packedSize: archive.length,
    diffId: digestOf('other'),
  };
  await assert.rejects(readLayer(order), { code: 'content-mismatch' });
});

const refused: Readonly<Record<string, () => Buffer>> = {
  'that is truncated when packed': () => gzipSync(rawLayer(sample)).subarray(0, -20),
  'that is truncated when unpacked': () => gzipSync(rawLayer(sample).subarray(0, -1500)),
  'with bytes after what gzip packed': () => Buffer.concat([gzipSync(rawLayer(sample)), Buffer.from('more')]),
  'with bytes after what zstd packed': () =>
    Buffer.concat([zstdCompressSync(rawLayer(sample)), Buffer.from('more')]),
  'that is no archive': () => gzipSync(Buffer.alloc(5_000, 'x')),
  'of zstd with a window of 2 GiB': () =>
    // Frame header: no single segment, window descriptor of exponent 21 (RFC 8878, 3.1.1.1.2).
    Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 21 << 3]), Buffer.alloc(100)]),
  'with an extended header of a gigabyte': () =>
    gzipSync(Buffer.concat([rawMember({ name: 'x', type: 'x', size: 1024 ** 3 }), Buffer.alloc(2048)])),
  'with an extended header that names itself again and again': () =>
    gzipSync(rawLayer([{ name: 'a', pax: { path: 'x'.repeat(900_000) } }])),
  'of files with holes that promise too much together': () =>
    gzipSync(
      rawLayer(
        ['a', 'b', 'c'].map((name) => ({
          name,
          pax: {
            'GNU.sparse.size': String(Math.ceil(limits.layerUnpackedBytesMin * 0.4)),
            'GNU.sparse.numblocks': '0',
            'GNU.sparse.map': '',
          },
        })),
      ),
    ),
  'that promises a file of 8 GiB': () => gzipSync(rawLayer([{ name: 'zeros', size: 8 * 1024 ** 3 - 1 }])),
};

for (const [what, bytes] of Object.entries(refused)) {
  test(`a layer ${what} is refused`, async () => {
    const packed = bytes();
    const order = { name: 'l', packed: streamOf([packed]), packedSize: packed.length, diffId: digestOf('') };
    await assert.rejects(readLayer(order), { code: 'content-refused' });
  });
}

for (const [packing, pack] of Object.entries({ gzip: gzipSync, zstd: zstdCompressSync })) {
  test(`a ${packing} bomb is refused when it has unpacked to more than it may`, async () => {
    // Bombs of many members, each of which unpacks to what one file of zeros may hold.
    const piece = pack(Buffer.concat([rawMember({ name: 'a' }), Buffer.alloc(0)]));
    const size = limits.layerUnpackedBytesMin;
    const head = pack(rawMember({ name: 'zeros', size: size - 512, content: '' }));
    const zeros = pack(Buffer.alloc(16 * 1024 ** 2));
    async function* bomb(): AsyncGenerator<Buffer> {
      yield await Promise.resolve(head);
      for (let made = 0; made < 2 * size; made += 16 * 1024 ** 2) yield zeros;
      yield piece;
    }
    const order = { name: 'l', packed: bomb(), packedSize: 1_000_000, diffId: digestOf('') };
    await assert.rejects(readLayer(order), { code: 'content-refused' });
  });
}

for (const [format, packed] of Object.entries(sparseArchives)) {
  test(`a file with holes in GNU tar's format ${format} is the file that engines make of it`, async () => {
    const { entries, findings } = await contentsOf(gunzipSync(Buffer.from(packed, 'base64')));
    const hashes = entries.map((entry) => (entry.kind === 'node' ? [entry.path, entry.node.sha256] : []));
    assert.deepEqual(hashes[1], ['empty.bin', sha256(Buffer.alloc(100_000))]);
    assert.deepEqual(findings, []);
  });
}

test('what the source throws comes through', async () => {
  async function* broken(): AsyncGenerator<Buffer> {
    yield await Promise.resolve(gzipSync(rawLayer(sample)).subarray(0, 100));
    throw new Error('the registry broke');
  }
  const order = { name: 'l', packed: broken(), packedSize: 10, diffId: digestOf('') };
  await assert.rejects(readLayer(order), { message: 'the registry broke' });
});

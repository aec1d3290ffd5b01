import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { FailureCode } from '../../src/base/failure.ts';
import { digestOf } from '../../src/model/digest.ts';
import { mediaTypes } from '../../src/model/media-type.ts';
import { rawLayer, rawMember, type RawMember } from './layers.ts';
import { goProgram, rpmSqlite, zip } from './package-files.ts';

/** A layer that nobody means well with, and how a comparison has to take it. */
export interface HostileLayer {
  readonly packed: Buffer;
  readonly diffId: string;
  readonly mediaType?: string;
  /** A finding in the answer, or the code of a failure. */
  readonly ends: { readonly finding: RegExp } | { readonly failure: FailureCode } | 'compared';
}

const MiB = 1024 ** 2;

function layer(members: readonly RawMember[], ends: HostileLayer['ends']): HostileLayer {
  const archive = rawLayer(members);
  return { packed: gzipSync(archive), diffId: digestOf(archive), ends };
}

function odd(member: RawMember, finding: RegExp): HostileLayer {
  return layer([{ name: 'ok', content: 'fine' }, member], { finding });
}

function packed(bytes: Buffer, failure: FailureCode): HostileLayer {
  return { packed: bytes, diffId: digestOf(''), ends: { failure } };
}

const plain = rawLayer([{ name: 'a', content: 'x'.repeat(5000) }]);
const zeros = Buffer.alloc(64 * MiB);
/** Members of gzip or frames of zstd in a row, of 1.1 GiB. */
const bomb = (piece: Buffer): Buffer =>
  Buffer.concat([gzipOrZstdHead(piece), ...Array.from({ length: 18 }, () => piece)]);
const gzipOrZstdHead = (piece: Buffer): Buffer => {
  const head = rawMember({ name: 'zeros', size: 2 ** 30 - 1024, content: '' });
  return piece[0] === 0x1f ? gzipSync(head) : zstdCompressSync(head);
};

const elf = (): Buffer => {
  const program = goProgram({ version: 'go1.22', modules: 'mod\ta\tv1\n' });
  // Section and program headers that lie beyond the file, and more of them than there are bytes.
  program.writeBigUInt64LE(0xffff_ffff_ffff_ff00n, 32);
  program.writeBigUInt64LE(0xffff_ffff_ffff_ff00n, 40);
  program.writeUInt16LE(0xffff, 56);
  return program;
};

const brokenZip = (): Buffer => {
  const archive = zip({ 'META-INF/maven/g/a/pom.properties': 'groupId=g\nartifactId=a\nversion=1\n' });
  // The end of the directory says that there are 65,535 entries, which begin at the end of the world.
  archive.writeUInt16LE(0xffff, archive.length - 12);
  archive.writeUInt32LE(0xffff_fff0, archive.length - 6);
  return archive;
};

const nested = (): Buffer => {
  let jar = zip({ 'META-INF/MANIFEST.MF': 'Bundle-Version: 1\n' });
  for (let depth = 0; depth < 60; depth += 1) jar = zip({ 'lib/a.jar': jar });
  return jar;
};

const manyPaths = (): string => Array.from({ length: 200_000 }, (_, file) => `/${file}\n`).join('');

const status = (text: string): RawMember => ({ name: 'var/lib/dpkg/status', content: text });
const installed = 'Status: install ok installed\nArchitecture: all\n';

/** All that a layer may be made of against who reads it, each made when it is needed. */
export const hostileLayers: Readonly<Record<string, () => HostileLayer>> = {
  'a name that leads out': () => odd({ name: '../../etc/passwd', content: 'x' }, /leads out of the image/),
  'an absolute name': () => odd({ name: '/tmp/lockkeeper-absolute', content: 'x' }, /begins with a slash/),
  'a link that leads out': () => odd({ name: 'a', type: '2', linkName: '../../../etc' }, /above the root/),
  'a file behind a link that leads out': () =>
    layer(
      [
        { name: 'out', type: '2', linkName: '../../../../tmp' },
        { name: 'out/lockkeeper-behind', content: 'x' },
      ],
      { finding: /above the root/ },
    ),
  'a hard link that leads out': () =>
    odd({ name: 'a', type: '1', linkName: '../../etc/shadow' }, /hard link leads out/),
  'a device': () => odd({ name: 'dev/sda', type: '4' }, /1 device/),
  'a named pipe': () => odd({ name: 'run/pipe', type: '6' }, /1 named pipe/),
  'a bare whiteout': () => odd({ name: 'a/.wh.' }, /whiteout names nothing/),
  'an opaque whiteout of everything': () => layer([{ name: '.wh..wh..opq' }], 'compared'),
  'a header of pax that promises a gigabyte': () =>
    packed(
      gzipSync(Buffer.concat([rawMember({ name: 'x', type: 'x', size: 2 ** 30 }), Buffer.alloc(2048)])),
      'content-refused',
    ),
  'two hundred headers of pax of nearly a megabyte': () =>
    layer(
      Array.from({ length: 200 }, (_, at) => ({ name: `f${at}`, pax: { comment: 'x'.repeat(1_000_000) } })),
      'compared',
    ),
  'a sparse file that promises terabytes': () =>
    layer(
      [
        {
          name: 'a',
          pax: { 'GNU.sparse.size': String(2 ** 42), 'GNU.sparse.numblocks': '0', 'GNU.sparse.map': '' },
        },
      ],
      { failure: 'content-refused' },
    ),
  'a sparse file whose map contradicts itself': () =>
    layer(
      [
        {
          name: 'a',
          pax: { 'GNU.sparse.size': '9', 'GNU.sparse.numblocks': '1', 'GNU.sparse.map': '8,4' },
          content: 'abcd',
        },
      ],
      { failure: 'content-refused' },
    ),
  'a gzip bomb that says so': () =>
    packed(gzipSync(rawLayer([{ name: 'zeros', size: 8 * 2 ** 30 - 1 }])), 'content-refused'),
  'a gzip bomb': () => packed(bomb(gzipSync(zeros)), 'content-refused'),
  'a zstd bomb': () => packed(bomb(zstdCompressSync(zeros)), 'content-refused'),
  'a zstd window of two gigabytes': () =>
    packed(
      Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 21 << 3]), Buffer.alloc(100)]),
      'content-refused',
    ),
  'bytes behind what gzip packed': () =>
    packed(Buffer.concat([gzipSync(plain), Buffer.from('more')]), 'content-refused'),
  'bytes behind the end of the archive': () => {
    const archive = Buffer.concat([plain, Buffer.from('more')]);
    return { packed: gzipSync(archive), diffId: digestOf(archive), ends: { finding: /other bytes follow/ } };
  },
  'an archive that is cut off': () => packed(gzipSync(plain.subarray(0, -1500)), 'content-refused'),
  'a gzip that is cut off': () => packed(gzipSync(plain).subarray(0, -20), 'content-refused'),
  'another diff id': () => packed(gzipSync(plain), 'content-mismatch'),
  'a layer that lies elsewhere': () => ({
    packed: gzipSync(plain),
    diffId: digestOf(plain),
    mediaType: mediaTypes.dockerForeignLayerGzip,
    ends: { finding: /lies elsewhere by its licence/ },
  }),
  'a database of dpkg that is noise': () =>
    layer([status('\0\xff'.repeat(100_000)), { name: 'ok' }], 'compared'),
  'a database of dpkg with a line of 64 MiB': () =>
    layer([status(`Package: a\n${installed}Version: 1\nDescription: ${'x'.repeat(64 * MiB)}\n`)], {
      finding: /var\/lib\/dpkg\/status/,
    }),
  'a database of dpkg of two million packages': () =>
    layer(
      [
        status(
          Array.from({ length: 2_000_000 }, (_, at) => `Package: p${at}\n${installed}Version: 1\n\n`).join(
            '',
          ),
        ),
      ],
      {
        finding: /var\/lib\/dpkg\/status/,
      },
    ),
  'lists of dpkg of millions of files': () =>
    layer(
      Array.from({ length: 20 }, (_, at) => ({
        name: `var/lib/dpkg/info/p${at}.list`,
        content: manyPaths(),
      })),
      { finding: /15 files that may tell of packages came after too much/ },
    ),
  'a database of rpm with pages of other numbers': () => {
    const database = rpmSqlite([]);
    database.fill(0xff, 100);
    return layer([{ name: 'var/lib/rpm/rpmdb.sqlite', content: database }], { finding: /rpmdb\.sqlite/ });
  },
  'a program of Go with headers beyond its end': () =>
    layer([{ name: 'usr/bin/tool', mode: 0o755, content: elf() }], 'compared'),
  'a zip whose directory lies': () => layer([{ name: 'a.jar', content: brokenZip() }], { finding: /a\.jar/ }),
  'sixty jars in one another': () => layer([{ name: 'a.jar', content: nested() }], { finding: /a\.jar/ }),
  'a jar that unpacks to a gigabyte': () =>
    layer(
      [{ name: 'a.jar', content: zip({ 'META-INF/maven/g/a/pom.properties': Buffer.alloc(2 ** 30 - 1) }) }],
      {
        finding: /a\.jar/,
      },
    ),
  'a package.json of a hundred thousand brackets': () =>
    layer([{ name: 'node_modules/a/package.json', content: '['.repeat(100_000) }], {
      finding: /package\.json/,
    }),
  'names with every kind of escape': () =>
    layer(
      [
        { name: 'a\x1b]0;pwned\x07\x1b[31m', content: 'x' },
        { name: 'b\u202e<script>alert(1)</script>', content: 'x' },
        { name: 'c|`](http://evil.example)\n::set-output name=a::b', content: 'x' },
      ],
      'compared',
    ),
};

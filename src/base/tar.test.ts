import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { askCommand } from './command.ts';
import { decodeFileName } from './file-name.ts';
import { collectBytes, streamOf } from './stream.ts';
import { formatPaxRecord } from './tar-pax.ts';
import { readTar, type TarEntry } from './tar-read.ts';
import { writeTar, type TarMember } from './tar-write.ts';
import { tarChecksum } from './tar.ts';

class Refusal extends Error {}

const refuse = (why: string): Error => new Refusal(why);

const tooLarge = (): never => {
  throw new Error('too large');
};

interface ReadEntry extends Omit<TarEntry, 'content' | 'xattrs'> {
  readonly bytes: Buffer;
}

async function readAll(archive: AsyncIterable<Uint8Array> | Uint8Array): Promise<readonly ReadEntry[]> {
  const entries: ReadEntry[] = [];
  for await (const entry of readTar(archive instanceof Uint8Array ? streamOf([archive]) : archive, refuse)) {
    const { content, xattrs: _xattrs, ...rest } = entry;
    entries.push({ ...rest, bytes: await collectBytes(content, 1e9, tooLarge) });
  }
  return entries;
}

async function write(members: Iterable<TarMember>): Promise<Buffer> {
  return collectBytes(writeTar(members), 1e9, tooLarge);
}

function file(name: string, bytes: Uint8Array, more: Partial<TarMember> = {}): TarMember {
  return {
    ...{ mode: 0o644, uid: 1, gid: 2, mtime: 1_577_836_800, ...more },
    ...{ kind: 'file', name, size: bytes.length, content: streamOf([bytes]) },
  };
}

const head = { mode: 0o755, uid: 0, gid: 0, mtime: 0 };

test('what is written is read back: names, modes, owners, contents', async () => {
  const entries = await readAll(
    await write([
      { ...head, kind: 'directory', name: 'src' },
      file('src/a.txt', Buffer.from('hello'), { mode: 0o755, uid: 1234, gid: 5678 }),
      { ...head, kind: 'link', name: 'src/link', linkName: '../outside' },
      file('empty', Buffer.alloc(0)),
    ]),
  );
  assert.deepEqual(
    entries.map(({ name, kind, linkName, mode, uid, gid, bytes }) => [
      name,
      kind,
      linkName,
      mode,
      uid,
      gid,
      bytes.toString(),
    ]),
    [
      ['src/', 'directory', '', 0o755, 0, 0, ''],
      ['src/a.txt', 'file', '', 0o755, 1234, 5678, 'hello'],
      ['src/link', 'link', '../outside', 0o755, 0, 0, ''],
      ['empty', 'file', '', 0o644, 1, 2, ''],
    ],
  );
});

test('any names and contents, in chunks of any size, survive the way through an archive', async () => {
  const name = fc
    .oneof(
      fc.uint8Array({ minLength: 1, maxLength: 300 }),
      fc.string({ minLength: 1, maxLength: 150 }).map((text) => Buffer.from(text)),
    )
    .map((bytes) =>
      decodeFileName(Buffer.from(bytes).map((byte) => (byte === 0 ? 1 : byte))).replace(/\/+$/, 'x'),
    )
    .filter((text) => text !== '');
  const number = fc.oneof(fc.nat(0o7777777), fc.nat({ max: 2 ** 31 }));
  const member = fc.record({
    name,
    mode: fc.nat(0o7777),
    uid: number,
    gid: number,
    mtime: fc.nat(2 ** 31),
    bytes: fc.uint8Array({ maxLength: 2_000 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(member, { maxLength: 8 }),
      fc.integer({ min: 1, max: 1_500 }),
      async (members, step) => {
        const archive = await write(
          members.map(({ bytes, ...rest }) => ({
            ...rest,
            kind: 'file',
            size: bytes.length,
            content: streamOf([bytes]),
          })),
        );
        assert.equal(archive.length % 512, 0);
        const pieces = Array.from({ length: Math.ceil(archive.length / step) }, (_, at) =>
          archive.subarray(at * step, (at + 1) * step),
        );
        const entries = await readAll(streamOf(pieces));
        assert.deepEqual(
          entries.map((entry) => ({
            name: entry.name,
            mode: entry.mode,
            uid: entry.uid,
            gid: entry.gid,
            mtime: entry.mtime,
            bytes: new Uint8Array(entry.bytes),
          })),
          members.map(({ bytes, ...rest }) => ({ ...rest, bytes: new Uint8Array(bytes) })),
        );
      },
    ),
    { numRuns: 40 },
  );
});

test('a file beyond 8 GiB gets its size into a pax header', async () => {
  const size = 9 * 1024 ** 3;
  const chunks = writeTar([{ ...head, kind: 'file', name: 'big', size, content: streamOf([]) }]);
  await assert.rejects(collectBytes(chunks, 1e9, tooLarge), { code: 'content-mismatch' });
  const header = Buffer.concat([paxMember({ size: String(size) }), rawHeader({ name: 'big', size: 0 })]);
  for await (const entry of readTar(streamOf([header]), refuse)) {
    assert.equal(entry.size, size);
    break;
  }
});

test('a file that grows or shrinks while it is written is refused', async () => {
  const growing = {
    ...head,
    kind: 'file',
    name: 'f',
    size: 3,
    content: streamOf([Buffer.from('four')]),
  } as const;
  await assert.rejects(write([growing]), { code: 'content-mismatch' });
  await assert.rejects(write([{ ...growing, size: 5, content: streamOf([Buffer.from('four')]) }]), {
    code: 'content-mismatch',
  });
});

test('a million bytes in members nobody reads are skipped, and the source is read to its end', async () => {
  const archive = await write([file('a', Buffer.alloc(1_000_000, 1)), file('b', Buffer.from('x'))]);
  let chunks = 0;
  function* counted(): Generator<Uint8Array> {
    for (const piece of [archive, Buffer.alloc(10_240), Buffer.from('after the end')]) {
      chunks += 1;
      yield piece;
    }
  }
  const names: string[] = [];
  for await (const entry of readTar(streamOf(counted()), refuse)) names.push(entry.name);
  assert.deepEqual([names, chunks], [['a', 'b'], 3]);
});

test('a reader that stops early ends the source', async () => {
  const archive = await write([file('a', Buffer.alloc(1_000_000, 1))]);
  let ended = false;
  function* source(): Generator<Uint8Array> {
    try {
      for (let at = 0; at < archive.length; at += 1_000) yield archive.subarray(at, at + 1_000);
    } finally {
      ended = true;
    }
  }
  for await (const _entry of readTar(streamOf(source()), refuse)) break;
  assert.ok(ended);
});

for (const format of ['v7', 'ustar', 'gnu', 'oldgnu', 'pax', 'posix']) {
  test(`GNU tar's ${format} archives are read as GNU tar reads them`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lockkeeper-'));
    const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C' };
    const long = format === 'v7' ? 'long' : `${'d'.repeat(80)}/${'n'.repeat(format === 'ustar' ? 90 : 200)}`;
    const run = (program: string, args: readonly string[]): Promise<string> =>
      askCommand({ program, args, env, cwd: folder, timeoutMs: 20_000 });
    await run('mkdir', ['-p', 't/sub', `t/${'d'.repeat(80)}`]);
    await writeFile(join(folder, 't', long), 'long name');
    await writeFile(join(folder, 't/sub/file'), 'x'.repeat(1_000));
    await run('ln', ['-s', format === 'v7' ? 'sub/file' : 'target/'.repeat(13), 't/link']);
    await run('ln', ['t/sub/file', 't/hard']);
    await run('tar', [
      `--format=${format}`,
      '--sort=name',
      '--owner=1000',
      '--group=1001',
      '-cf',
      'a.tar',
      't',
    ]);
    const listed = (await run('tar', ['--quoting-style=literal', '-tf', 'a.tar'])).trim().split('\n');
    const entries = await readAll(await readFile(join(folder, 'a.tar')));
    assert.deepEqual(
      entries.map(({ name }) => name),
      listed,
    );
    assert.deepEqual(new Set(entries.map(({ uid, gid }) => `${uid}:${gid}`)), new Set(['1000:1001']));
    const byName = new Map(entries.map((entry) => [entry.name, entry]));
    assert.equal(byName.get(`t/${long}`)?.bytes.toString(), 'long name');
    assert.equal(byName.get('t/link')?.kind, 'link');
    assert.deepEqual(
      new Set(entries.map(({ kind }) => kind)),
      new Set(['directory', 'file', 'link', 'hard-link']),
    );
    await rm(folder, { recursive: true });
  });
}

test('our archives are read by GNU tar without a word', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lockkeeper-'));
  const members: readonly TarMember[] = [
    { ...head, kind: 'directory', name: 'd' },
    file(`d/${'ü'.repeat(90)}`, Buffer.from('long'), { uid: 3_000_000 }),
    file(decodeFileName(Buffer.concat([Buffer.from('d/'), Buffer.alloc(120, 0xff)])), Buffer.from('bytes')),
    { ...head, kind: 'link', name: 'd/link', linkName: 'x'.repeat(150) },
  ];
  await writeFile(join(folder, 'a.tar'), await write(members));
  const list = {
    program: 'tar',
    args: ['-tvf', 'a.tar', '--quoting-style=literal'],
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' },
    cwd: folder,
    timeoutMs: 20_000,
  };
  const listed = await askCommand(list);
  assert.equal(listed.trim().split('\n').length, 4);
  assert.match(listed, /3000000/);
  assert.match(listed, new RegExp(`-> ${'x'.repeat(150)}$`, 'm'));
  await rm(folder, { recursive: true });
});

const refused: readonly (readonly [string, Buffer])[] = [
  ['nothing at all', Buffer.alloc(0)],
  ['garbage', Buffer.alloc(512, 'x')],
  ['no end marker', rawHeader({ name: 'a', size: 0 })],
  ['an end within the content', Buffer.concat([rawHeader({ name: 'a', size: 5_000 }), Buffer.alloc(600)])],
  ['an end within the padding', Buffer.concat([rawHeader({ name: 'a', size: 5 }), Buffer.alloc(100)])],
  ['an end within a header', rawHeader({ name: 'a', size: 0 }).subarray(0, 300)],
  ['a wrong checksum', archiveOf(Buffer.from(rawHeader({ name: 'a', size: 0 })).fill('b', 0, 1))],
  ['a negative size', archiveOf(rawHeader({ name: 'a', size: 0, raw: [124, Buffer.alloc(12, 0xff)] }))],
  [
    'a size beyond all bounds',
    archiveOf(
      rawHeader({ name: 'a', size: 0, raw: [124, Buffer.concat([Buffer.of(0x80), Buffer.alloc(11, 0x7f)])] }),
    ),
  ],
  [
    'a size that is no number',
    archiveOf(rawHeader({ name: 'a', size: 0, raw: [124, Buffer.from('12x45678901\0')] })),
  ],
  ['no name', archiveOf(rawHeader({ name: '', size: 0 }))],
  ['a sparse file', archiveOf(rawHeader({ name: 'a', size: 0, type: 'S' }))],
  [
    'a sparse file of pax',
    archiveOf(paxMember({ 'GNU.sparse.major': '1' }), rawHeader({ name: 'a', size: 0 })),
  ],
  ['a NUL in a pax name', archiveOf(paxMember({ path: 'a\0b' }), rawHeader({ name: 'a', size: 0 }))],
  // For Go and POSIX it says nothing, and the header counts.
  [
    'an empty target of a link in pax',
    archiveOf(paxMember({ linkpath: '' }), rawHeader({ name: 'a', size: 0, type: '2' })),
  ],
  ['a pax header before no member', archiveOf(paxMember({ path: 'a' }))],
  [
    'two pax headers before one member',
    archiveOf(paxMember({ path: 'a' }), paxMember({ path: 'b' }), rawHeader({ name: 'c', size: 0 })),
  ],
  [
    'a long name of GNU and of pax',
    archiveOf(paxMember({ path: 'a' }), gnuLongName('b'), rawHeader({ name: 'c', size: 0 })),
  ],
  [
    'a pax record that is longer than its header',
    archiveOf(paxBody(Buffer.from('99 path=a\n')), rawHeader({ name: 'c', size: 0 })),
  ],
  [
    'a pax record without an end of line',
    archiveOf(paxBody(Buffer.from('9 path=ab')), rawHeader({ name: 'c', size: 0 })),
  ],
  [
    'a pax key twice',
    archiveOf(paxBody(Buffer.from('9 path=a\n9 path=b\n')), rawHeader({ name: 'c', size: 0 })),
  ],
  ['a pax size that is negative', archiveOf(paxMember({ size: '-1' }), rawHeader({ name: 'c', size: 0 }))],
  [
    'a global header that renames',
    archiveOf(paxMember({ path: 'a' }, 'g'), rawHeader({ name: 'c', size: 0 })),
  ],
  ['an extended header of 2 GiB', archiveOf(rawHeader({ name: 'a', size: 2 ** 31, type: 'x' }))],
  ['a name of 5,000 bytes', archiveOf(gnuLongName('n'.repeat(5_000)), rawHeader({ name: 'c', size: 0 }))],
];

for (const [name, archive] of refused) {
  test(`an archive with ${name} is refused`, async () => {
    await assert.rejects(readAll(archive), Refusal);
  });
}

test('a global header with a comment, as git writes it, changes nothing', async () => {
  const entries = await readAll(
    archiveOf(paxMember({ comment: 'commit' }, 'g'), rawHeader({ name: 'a', size: 0 })),
  );
  assert.deepEqual(
    entries.map(({ name }) => name),
    ['a'],
  );
});

test('a link or directory that claims content has none, as for Go', async () => {
  for (const type of ['1', '2', '3', '4', '5', '6']) {
    const entries = await readAll(
      archiveOf(rawHeader({ name: 'a', size: 1_000, type }), rawHeader({ name: 'b', size: 0 })),
    );
    assert.deepEqual(
      entries.map(({ name, size }) => [name, size]),
      [
        ['a', 0],
        ['b', 0],
      ],
    );
  }
});

test('extended attributes are handed on as bytes', async () => {
  const body = formatPaxRecord('SCHILY.xattr.security.capability', Buffer.of(1, 0, 0xff, 0x0a));
  for await (const entry of readTar(
    streamOf([archiveOf(paxBody(body), rawHeader({ name: 'a', size: 0 }))]),
    refuse,
  )) {
    assert.deepEqual([...entry.xattrs], [['security.capability', Buffer.of(1, 0, 0xff, 0x0a)]]);
  }
});

test('no change of bytes makes the reader hang, crash or lie about sizes', async () => {
  const archive = await write([
    file('n'.repeat(150), Buffer.from('content of the first')),
    { ...head, kind: 'link', name: 'l', linkName: 'x'.repeat(150) },
    file('b', Buffer.alloc(700, 7), { uid: 3_000_000 }),
  ]);
  const change = fc.tuple(fc.nat(archive.length - 1), fc.nat(255));
  await fc.assert(
    fc.asyncProperty(
      fc.array(change, { minLength: 1, maxLength: 6 }),
      fc.boolean(),
      async (changes, mend) => {
        const bytes = Buffer.from(archive);
        for (const [at, value] of changes) bytes[at] = value;
        if (mend) mendChecksums(bytes);
        try {
          for (const entry of await readAll(bytes)) assert.equal(entry.bytes.length, entry.size);
        } catch (error) {
          assert.ok(error instanceof Refusal, String(error));
        }
      },
    ),
    { numRuns: 150 },
  );
});

interface RawHeader {
  readonly name: string;
  readonly size: number;
  readonly type?: string;
  /** Bytes to put at an offset before the checksum is made. */
  readonly raw?: readonly [number, Buffer];
}

function rawHeader({ name, size, type = '0', raw }: RawHeader): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write(type, 156);
  header.write('ustar\x0000', 257);
  if (raw !== undefined) header.set(raw[1], raw[0]);
  header.write(`${tarChecksum(header).toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

function mendChecksums(bytes: Buffer): void {
  for (let at = 0; at + 512 <= bytes.length; at += 512) {
    const block = bytes.subarray(at, at + 512);
    if (block.toString('latin1', 257, 262) !== 'ustar') continue;
    block.write(`${tarChecksum(block).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  }
}

function archiveOf(...blocks: readonly Buffer[]): Buffer {
  return Buffer.concat([...blocks, Buffer.alloc(1_024)]);
}

function withBody(type: string, body: Buffer): Buffer {
  return Buffer.concat([
    rawHeader({ name: 'extended', size: body.length, type }),
    body,
    Buffer.alloc((512 - (body.length % 512)) % 512),
  ]);
}

function paxBody(body: Buffer): Buffer {
  return withBody('x', body);
}

function paxMember(records: Readonly<Record<string, string>>, type = 'x'): Buffer {
  return withBody(
    type,
    Buffer.concat(Object.entries(records).map(([key, value]) => formatPaxRecord(key, Buffer.from(value)))),
  );
}

function gnuLongName(name: string): Buffer {
  return withBody('L', Buffer.from(`${name}\0`));
}

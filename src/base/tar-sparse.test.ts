import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { rawLayer, rawMember } from '../../test/support/layers.ts';
import { sparseArchives } from '../../test/support/sparse-archives.ts';
import { limits } from './limits.ts';
import { streamOf } from './stream.ts';
import { readTar } from './tar-read.ts';
import { formatPaxRecord } from './tar-pax.ts';
import { tarChecksum } from './tar.ts';

const refuse = (why: string): Error => new Error(`refused: ${why}`);

/** Name, size and hash of each file. */
async function filesOf(
  archive: Buffer,
  sparse = true,
): Promise<readonly (readonly [string, number, string])[]> {
  const found = [];
  for await (const { name, size, kind, content } of readTar(streamOf([archive]), refuse, { sparse })) {
    assert.equal(kind, 'file');
    const hash = createHash('sha256');
    for await (const piece of content) hash.update(piece);
    found.push([name, size, hash.digest('hex')] as const);
  }
  return found;
}

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/** As GNU tar found it on the disk. */
function holes(): Buffer {
  const file = Buffer.alloc(30 * 20_480 + 5);
  for (let page = 0; page < 30; page += 1) file.fill(page + 1, page * 20_480, page * 20_480 + 4096);
  return file;
}

for (const [format, packed] of Object.entries(sparseArchives)) {
  test(`files with holes in GNU tar's format ${format} are what they were`, async () => {
    const archive = gunzipSync(Buffer.from(packed, 'base64'));
    assert.deepEqual(await filesOf(archive), [
      ['holes.bin', 30 * 20_480 + 5, sha256(holes())],
      ['empty.bin', 100_000, sha256(Buffer.alloc(100_000))],
      ['plain.txt', 6, sha256('plain\n')],
    ]);
  });

  test(`files with holes in GNU tar's format ${format} can be passed over`, async () => {
    const names = [];
    const archive = gunzipSync(Buffer.from(packed, 'base64'));
    for await (const { name } of readTar(streamOf([archive]), refuse, { sparse: true })) names.push(name);
    assert.deepEqual(names, ['holes.bin', 'empty.bin', 'plain.txt']);
  });

  test(`who does not ask for files with holes gets none of format ${format}`, async () => {
    const archive = gunzipSync(Buffer.from(packed, 'base64'));
    await assert.rejects(filesOf(archive, false), /a sparse file/);
  });
}

const old = (fields: Readonly<Record<number, string>>, behind: Buffer = Buffer.alloc(0)): Buffer => {
  const header = rawMember({ name: 'a', type: 'S' });
  header.write('ustar  \0', 257, 'latin1');
  header.fill(0, 345);
  for (const [at, text] of Object.entries(fields)) header.write(text, Number(at), 'latin1');
  header.write(`${tarChecksum(header).toString(8).padStart(6, '0')}\0`, 148, 'latin1');
  return Buffer.concat([header, behind, Buffer.alloc(1024)]);
};
const octal = (value: number): string => `${value.toString(8).padStart(11, '0')}\0`;
const records = (pax: Readonly<Record<string, string>>, content = 'abcd', type?: string): Buffer =>
  rawLayer([{ name: 'a', content, pax, ...(type === undefined ? {} : { type }) }]);
const one = { 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.realsize': '10' };
const map = (text: string): string => text.padEnd(512, '\0');
const part = { 'GNU.sparse.offset': '0', 'GNU.sparse.numbytes': '4' };
const none = { 'GNU.sparse.size': '10', 'GNU.sparse.numblocks': '0', 'GNU.sparse.name': 'b' };
const list = { 'GNU.sparse.size': '10', 'GNU.sparse.numblocks': '2' };

test('a small map is read as it stands', async () => {
  const read = await filesOf(records({ ...list, 'GNU.sparse.map': '1,2,5,2' }));
  assert.deepEqual(read, [['a', 10, sha256('\0ab\0\0cd\0\0\0')]]);
  const first = await filesOf(records(one, `${map('1\n3\n4\n')}abcd`));
  assert.deepEqual(first, [['a', 10, sha256('\0\0\0abcd\0\0\0')]]);
});

const refused: Readonly<Record<string, Buffer>> = {
  'parts that overlap': records({ ...list, 'GNU.sparse.map': '1,3,2,1' }),
  'parts out of order': records({ ...list, 'GNU.sparse.map': '5,2,1,2' }),
  'a part beyond the end': records({ ...list, 'GNU.sparse.map': '1,2,9,2' }),
  'a part that ends beyond all numbers': records({ ...list, 'GNU.sparse.map': '1,2,9007199254740991,2' }),
  'less in its parts than is stored': records({ ...list, 'GNU.sparse.map': '1,2,5,1' }),
  'more in its parts than is stored': records({ ...list, 'GNU.sparse.map': '1,2,5,3' }),
  'another number of parts than it says': records({ ...list, 'GNU.sparse.map': '1,4' }),
  'half a part': records({ ...list, 'GNU.sparse.map': '1,2,5' }),
  'words for numbers': records({ ...list, 'GNU.sparse.map': '1,2,five,2' }),
  'a negative offset': records({ ...list, 'GNU.sparse.map': '-1,2,5,2' }),
  'no size': records({ 'GNU.sparse.numblocks': '1', 'GNU.sparse.map': '0,4' }),
  'a version that nobody knows': records({ ...one, 'GNU.sparse.minor': '7' }, map('0\n')),
  'no map where one must be': records(one, ''),
  'a map without an end of line': records(one, '1'.repeat(2048)),
  'a map that goes on beyond the file': records(one, map('200\n1\n')),
  'a map of more parts than anybody has': records(one, map(`${limits.sparsePartsMax + 1}\n`)),
  'a link': records({ ...list, 'GNU.sparse.map': '1,2,5,2' }, '', '2'),
  // Go takes what follows for plain files, some of them under another name, or reads another size or map.
  'an empty map': records({ ...none, 'GNU.sparse.map': '' }, ''),
  'no map': records(none, ''),
  'an empty name': records({ ...list, 'GNU.sparse.map': '1,2,5,2', 'GNU.sparse.name': '' }),
  'both sizes': records({ ...one, 'GNU.sparse.size': '4' }, `${map('1\n0\n4\n')}abcd`),
  'both sizes, in records': records({ ...list, 'GNU.sparse.map': '1,2,5,2', 'GNU.sparse.realsize': '9' }),
  'both maps': records({ ...list, ...part, 'GNU.sparse.numblocks': '1', 'GNU.sparse.map': '1,4' }),
  'a list beside the map before its content': records(
    { ...one, 'GNU.sparse.map': '0,4' },
    `${map('1\n0\n4\n')}abcd`,
  ),
  'parts beside the map before its content': records({ ...one, ...part }, `${map('1\n0\n4\n')}abcd`),
  'parts and nothing else': records(part),
  'half a version': records({ ...list, 'GNU.sparse.map': '1,2,5,2', 'GNU.sparse.minor': '1' }),
  'a key that nobody knows': records({ ...list, 'GNU.sparse.map': '1,2,5,2', 'GNU.sparse.extra': '1' }),
  'the type of old archives': records({ ...list, 'GNU.sparse.map': '1,2,5,2' }, 'abcd', '\0'),
  'records beside the old format': Buffer.concat([
    rawMember({ name: 'pax', type: 'x', content: formatPaxRecord('GNU.sparse.name', Buffer.from('b')) }),
    old({ 386: octal(0), 398: octal(0), 483: octal(0) }),
  ]),
  'an offset that begins with NUL, in the old format': old({ 398: octal(0), 483: octal(2) }),
  'a length that begins with NUL, in the old format': old({ 386: octal(0), 483: octal(2) }),
  'a part behind the last one, in the old format': old({ 410: octal(0), 422: octal(0), 483: octal(2) }),
  "the old format in another's header": old({
    257: 'ustar\x0000',
    386: octal(0),
    398: octal(0),
    483: octal(2),
  }),
  'parts that overlap, in the old format': old({
    386: octal(4),
    398: octal(0),
    410: octal(1),
    422: octal(0),
    483: octal(2),
  }),
  'a size that is no number, in the old format': old({ 483: 'nonsense' }),
  'a map that ends within, in the old format': old({ 482: '\x01', 483: octal(0) }).subarray(0, 612),
};

for (const [name, archive] of Object.entries(refused)) {
  test(`a file with holes that has ${name} is refused`, async () => {
    await assert.rejects(filesOf(archive), /refused: /);
  });
}

test('a map whose blocks never end, ends with the archive', async () => {
  const block = Buffer.alloc(512);
  block[504] = 1;
  const blocks = Buffer.concat(Array.from({ length: 2000 }, () => block));
  const archive = old({ 482: '\x01', 483: octal(0) }, blocks).subarray(0, -1024);
  await assert.rejects(filesOf(archive), /refused: it ends within the map/);
});

test('keys of the format 0.0 that do not take turns are refused', async () => {
  const pax = { 'GNU.sparse.numbytes': '4', 'GNU.sparse.size': '4', 'GNU.sparse.numblocks': '1' };
  await assert.rejects(filesOf(records(pax)), /out of order/);
});

test('a global header that speaks of files with holes is refused', async () => {
  for (const key of ['GNU.sparse.name', 'GNU.sparse.offset']) {
    const content = formatPaxRecord(key, Buffer.from('1'));
    const archive = rawLayer([{ name: 'pax', type: 'g', content }, { name: 'a' }]);
    await assert.rejects(filesOf(archive), /refused: a global header sets GNU.sparse/);
  }
});

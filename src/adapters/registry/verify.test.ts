import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureOf } from '../../../test/support/registry-under-test.ts';
import { bytesOf, freshBlob, inPieces } from '../../../test/support/sample-images.ts';
import { digestOf } from '../../model/digest.ts';
import { verifiedBytes } from './verify.ts';

const { bytes, descriptor } = freshBlob(5000);

test('right bytes go through unchanged, by sha256 and sha512', async () => {
  assert.deepEqual(await bytesOf(verifiedBytes(inPieces(bytes), descriptor, 'here')), bytes);
  const other = { ...descriptor, digest: digestOf(bytes, 'sha512') };
  assert.deepEqual(await bytesOf(verifiedBytes(inPieces(bytes, 7), other, 'here')), bytes);
});

for (const [why, source, promised] of [
  ['other bytes', () => inPieces(freshBlob(5000).bytes), descriptor],
  ['too few', () => inPieces(bytes.subarray(1)), descriptor],
  ['too many', () => inPieces(bytes), { ...descriptor, size: 4999 }],
  ['none', () => inPieces(Buffer.alloc(0)), descriptor],
] as const) {
  test(`${why}: the last piece is never handed on`, async () => {
    let received = 0;
    const read = async (): Promise<void> => {
      for await (const piece of verifiedBytes(source(), promised, 'here')) received += piece.length;
    };
    assert.equal((await failureOf(read())).code, 'content-mismatch');
    assert.ok(received < promised.size);
  });
}

for (const [why, wanted] of [
  ['another digest', { ...descriptor, digest: freshBlob(5000).descriptor.digest }],
  ['another size', { ...descriptor, size: 4999 }],
] as const) {
  test(`bytes that are verified already are none of ${why}`, async () => {
    const verified = verifiedBytes(inPieces(bytes), descriptor, 'there');
    assert.equal(
      (await failureOf(bytesOf(verifiedBytes(verified, wanted, 'here')))).code,
      'content-mismatch',
    );
  });
}

test('bytes that are verified already are not hashed twice', () => {
  const verified = verifiedBytes(inPieces(bytes), descriptor, 'there');
  assert.equal(verifiedBytes(verified, { ...descriptor }, 'here'), verified);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  digestAlgorithm,
  DigestBuilder,
  digestHex,
  digestOf,
  isDigest,
  parseDigest,
  shortDigest,
} from './digest.ts';

const sha256 = `sha256:${'0123456789abcdef'.repeat(4)}`;
const sha512 = `sha512:${'0123456789abcdef'.repeat(8)}`;

test('registered algorithms with the right number of lower-case digits are digests', () => {
  for (const text of [sha256, sha512]) {
    assert.equal(isDigest(text), true);
    assert.equal(parseDigest(text), text);
  }
});

for (const text of [
  '',
  'sha256:',
  sha256.slice(0, -1),
  `${sha256}0`,
  sha256.toUpperCase(),
  sha256.replace('a', 'g'),
  `sha512:${'a'.repeat(64)}`,
  `md5:${'a'.repeat(32)}`,
  `${sha256}\n`,
  `\n${sha256}`,
  'sha256:../../../../../../etc/passwd',
  `sha256:${'a'.repeat(60)}/../x`,
]) {
  test(`${JSON.stringify(text.slice(0, 40))} (${text.length}) is not a digest`, () => {
    assert.equal(isDigest(text), false);
    assert.throws(() => parseDigest(text), { code: 'digest-invalid' });
  });
}

test('a digest tells its parts', () => {
  assert.equal(digestAlgorithm(parseDigest(sha512)), 'sha512');
  assert.equal(digestHex(parseDigest(sha256)), sha256.slice(7));
  assert.equal(shortDigest(parseDigest(sha256)), 'sha256:0123456789ab');
});

test('the digest of nothing is the well-known one', () => {
  assert.equal(digestOf(''), 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});

test('a digest piece by piece is the digest of the whole, and counts the bytes', () => {
  for (const algorithm of ['sha256', 'sha512'] as const) {
    const builder = new DigestBuilder(algorithm).update(Buffer.from('hello ')).update(Buffer.from('world'));
    assert.equal(builder.bytes, 11);
    assert.equal(builder.digest(), digestOf('hello world', algorithm));
  }
});

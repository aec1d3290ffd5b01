import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertLinear } from '../../test/support/cpu-time.ts';
import { redact, redactUrl } from './redact.ts';

const secret = 'p@ss word/1';

test('a secret is taken out as it is, as base64, and as a part of a URL', () => {
  for (const spelling of [
    secret,
    Buffer.from(secret).toString('base64'),
    Buffer.from(secret).toString('base64url'),
    encodeURIComponent(secret),
  ]) {
    assert.equal(redact(`it was ${spelling}, he said`, [secret]), 'it was [redacted], he said');
  }
});

test('a longer secret goes before a shorter one that it holds', () => {
  assert.equal(redact('user:secret', ['secret', 'user:secret']), '[redacted]');
});

test('text without a secret stays as it is, and so do words that are too short to hide', () => {
  assert.equal(redact('no such tag', ['', 'no', secret]), 'no such tag');
});

test('what looks like a login goes, known or not', () => {
  assert.equal(
    redact('Authorization: Basic dXNlcjpwYXNz and bearer abcdefgh.ijk', []),
    'Authorization: Basic [redacted] and bearer [redacted]',
  );
  assert.equal(redact('see https://user:pass@host/x', []), 'see https://[redacted]@host/x');
});

test('long hostile text takes no time', () => {
  assertLinear(() => {
    for (const piece of ['://', 'Basic ', 'a-a.', '://a']) redact(piece.repeat(100_000), [secret]);
  });
});

test('a URL is shown without login and query', () => {
  assert.equal(redactUrl(new URL('https://u:p@host:8443/path?sig=1#x')), 'https://host:8443/path?…');
  assert.equal(redactUrl(new URL('https://host/path')), 'https://host/path');
  assert.equal(redactUrl(new URL('javascript:alert(1)')), 'javascript:alert(1)');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure, type FailureCode } from '../../base/failure.ts';
import { explainBreak } from './break.ts';

function coded(code: string): Error {
  return Object.assign(new Error(`raw ${code}`), { code });
}

const table: readonly (readonly [string, FailureCode, boolean])[] = [
  ['ECONNREFUSED', 'registry-unreachable', false],
  ['ENOTFOUND', 'registry-unreachable', false],
  ['EHOSTUNREACH', 'registry-unreachable', false],
  ['ENETUNREACH', 'registry-unreachable', false],
  ['EAI_AGAIN', 'registry-unreachable', true],
  ['ECONNRESET', 'registry-unreachable', true],
  ['EPIPE', 'registry-unreachable', true],
  ['UND_ERR_SOCKET', 'registry-unreachable', true],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'registry-unreachable', true],
  ['ETIMEDOUT', 'registry-timeout', true],
  ['UND_ERR_CONNECT_TIMEOUT', 'registry-timeout', true],
  ['UND_ERR_HEADERS_TIMEOUT', 'registry-timeout', true],
  ['UND_ERR_BODY_TIMEOUT', 'registry-timeout', true],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'registry-untrusted', false],
  ['CERT_HAS_EXPIRED', 'registry-untrusted', false],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'registry-untrusted', false],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'registry-untrusted', false],
  ['EPROTO', 'registry-unreachable', false],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'registry-unreachable', false],
  ['HPE_INVALID_CONSTANT', 'registry-refused', false],
  ['HPE_INVALID_EOF_STATE', 'registry-unreachable', true],
  ['UND_ERR_HEADERS_OVERFLOW', 'registry-refused', false],
  ['ESOMETHING', 'registry-unreachable', false],
];

for (const [code, expected, again] of table) {
  test(`${code} is ${expected}, ${again ? 'and may pass' : 'for good'}`, () => {
    const broken = explainBreak(coded(code), 'a/b: cannot read', undefined);
    assert.equal(broken.failure.code, expected);
    assert.equal(broken.again, again);
    assert.match(broken.failure.message, /^a\/b: cannot read: /);
    assert.ok(!broken.failure.message.includes('raw'), 'our words, not the library’s');
  });
}

test('a failure from below keeps its code and hint and is not tried again', () => {
  const below = new Failure('registry-untrusted', 'it sends us inside', { hint: 'ask' });
  const { failure, again } = explainBreak(below, 'a/b: cannot read', undefined);
  assert.deepEqual(
    [failure.code, failure.message, failure.hint, again],
    ['registry-untrusted', 'a/b: cannot read: it sends us inside', 'ask', false],
  );
});

test('what nobody can foresee goes on as it is', () => {
  const bug = new TypeError('x is not a function');
  assert.throws(() => explainBreak(bug, 'x', undefined), bug);
  assert.throws(() => explainBreak(coded('UND_ERR_INVALID_ARG'), 'x', undefined), {
    code: 'UND_ERR_INVALID_ARG',
  });
});

test('after an interruption, that is what counts', () => {
  const controller = new AbortController();
  controller.abort(new Failure('interrupted', 'stop'));
  assert.throws(() => explainBreak(coded('ECONNRESET'), 'x', controller.signal), { code: 'interrupted' });
});

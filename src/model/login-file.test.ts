import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../base/failure.ts';
import { loginKey, parseHelperAnswer, parseLoginFile } from './login-file.ts';

function read(document: unknown): ReturnType<typeof parseLoginFile> {
  return parseLoginFile(
    Buffer.from(typeof document === 'string' ? document : JSON.stringify(document)),
    '/home/ann/.docker/config.json',
  );
}

const auth = (text: string): string => Buffer.from(text).toString('base64');

for (const [key, expected] of [
  ['https://index.docker.io/v1/', 'docker.io'],
  ['index.docker.io', 'docker.io'],
  ['registry-1.docker.io', 'docker.io'],
  ['docker.io', 'docker.io'],
  ['docker.io/library/debian', 'docker.io/library/debian'],
  ['https://ghcr.io', 'ghcr.io'],
  ['GHCR.io/', 'ghcr.io'],
  ['http://localhost:5000/v2/', 'localhost:5000'],
  ['quay.io/team/v1', 'quay.io/team/v1'],
  ['quay.io/Team', 'quay.io/Team'],
] as const) {
  test(`a login for ${key} is one for ${expected}`, () => {
    assert.equal(loginKey(key), expected);
  });
}

test('user and password are read from both spellings, and a password may hold colons', () => {
  const file = read({
    auths: {
      'a.test': { auth: auth('ann:pa:ss') },
      'b.test': { username: 'bob', password: 'x' },
      'c.test': { auth: auth('c:pad\0\0') },
    },
  });
  assert.deepEqual(file.entries.get('a.test'), { user: 'ann', password: 'pa:ss', identityToken: '' });
  assert.deepEqual(file.entries.get('b.test'), { user: 'bob', password: 'x', identityToken: '' });
  assert.equal(file.entries.get('c.test')?.password, 'pad');
});

test('identity tokens, helpers and the store are read, and all else is left alone', () => {
  const file = read({
    auths: {
      'a.test': { auth: auth('00000000-0000-0000-0000-000000000000:'), identitytoken: 'token' },
      'b.test': {},
      'c.test': null,
    },
    credHelpers: { 'https://gcr.io': 'gcloud' },
    credsStore: 'secretservice',
    HttpHeaders: { x: 'y' },
    psFormat: 'table',
  });
  assert.equal(file.entries.get('a.test')?.identityToken, 'token');
  assert.deepEqual(file.entries.get('b.test'), { user: '', password: '', identityToken: '' });
  assert.equal(file.helpers.get('gcr.io'), 'gcloud');
  assert.equal(file.store, 'secretservice');
});

test('an empty document has nothing', () => {
  const file = read({ credsStore: '' });
  assert.deepEqual([file.entries.size, file.helpers.size, file.store], [0, 0, undefined]);
});

for (const document of [
  '',
  '{',
  '[]',
  { auths: [] },
  { auths: { a: 'hunter2' } },
  { auths: { a: { auth: auth('hunter2') } } },
  { credHelpers: { a: 1 } },
  '{"auths":{},"auths":{"hunter2":{}}}',
]) {
  test(`${JSON.stringify(document).slice(0, 40)} is refused, and nothing of it is shown`, () => {
    assert.throws(
      () => read(document),
      (error) =>
        error instanceof Failure &&
        error.code === 'path-refused' &&
        !error.message.includes('hunter2') &&
        error.where?.file.endsWith('config.json') === true,
    );
  });
}

test('the answer of a helper is read, and what is none is none', () => {
  assert.deepEqual(parseHelperAnswer('{"ServerURL":"x","Username":"ann","Secret":"s"}'), {
    user: 'ann',
    secret: 's',
  });
  for (const text of ['', 'credentials not found', '{"Username":"ann"}', 'null'])
    assert.equal(parseHelperAnswer(text), undefined);
});

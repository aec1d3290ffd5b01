import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRegistryError, readTagList, readToken } from './registry-answer.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');

test('the first error of a registry is read, with or without a message', () => {
  assert.deepEqual(
    readRegistryError(bytes('{"errors":[{"code":"DENIED","message":"no","detail":{}},{"code":"X"}]}')),
    { code: 'DENIED', message: 'no' },
  );
  assert.deepEqual(readRegistryError(bytes('{"errors":[{"code":"DENIED","message":null}]}')), {
    code: 'DENIED',
    message: '',
  });
});

test('a token is read by either of its names', () => {
  assert.deepEqual(readToken(bytes('{"token":"a","expires_in":60}')), { token: 'a', expiresInSeconds: 60 });
  assert.deepEqual(readToken(bytes('{"token":"","access_token":"b"}')), {
    token: 'b',
    expiresInSeconds: undefined,
  });
  assert.deepEqual(readToken(bytes('{"access_token":"b","refresh_token":"c","expires_in":null}')), {
    token: 'b',
    expiresInSeconds: undefined,
  });
});

for (const text of [
  '{}',
  '{"token":""}',
  '{"token":"a b"}',
  '{"token":"a\\n"}',
  '{"token":"\\u00e9"}',
  '{"token":1}',
  '{"token":"a","expires_in":-1}',
  '{"token":"a","token":"b"}',
]) {
  test(`${text} holds no token`, () => {
    assert.equal(readToken(bytes(text)), undefined);
  });
}

test('a page of tags is read, and null is an empty one', () => {
  assert.deepEqual(readTagList(bytes('{"name":"x","tags":["a","b"]}')), ['a', 'b']);
  assert.deepEqual(readTagList(bytes('{"name":"x","tags":null}')), []);
});

for (const text of [
  '',
  '<html>',
  '[]',
  'null',
  '\xff',
  '{"tags":[1]}',
  '{"errors":[]}'.replace('errors', 'tags":["a"],"tags'),
]) {
  test(`${JSON.stringify(text)} is something else`, () => {
    assert.equal(readTagList(bytes(text)), undefined);
    assert.equal(readRegistryError(bytes(text)), undefined);
  });
}

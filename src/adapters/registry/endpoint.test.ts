import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkLocation, checkRealm, checkRedirect, endpointOf } from './endpoint.ts';

const secure = endpointOf('registry.example.org');
const local = endpointOf('localhost:5000');
const hub = endpointOf('docker.io');
const untrusted = { code: 'registry-untrusted' };

for (const [registry, origin] of [
  ['docker.io', 'https://registry-1.docker.io'],
  ['ghcr.io', 'https://ghcr.io'],
  ['registry.example.org:5050', 'https://registry.example.org:5050'],
  ['localhost', 'http://localhost'],
  ['localhost:5000', 'http://localhost:5000'],
  ['127.0.0.1:5000', 'http://127.0.0.1:5000'],
  ['127.9.9.9:5000', 'http://127.9.9.9:5000'],
  ['[::1]:5000', 'http://[::1]:5000'],
  ['localhost.evil.test', 'https://localhost.evil.test'],
  ['10.0.0.1:5000', 'https://10.0.0.1:5000'],
  ['0.0.0.0.evil.test:80', 'https://0.0.0.0.evil.test:80'],
] as const) {
  test(`${registry} is spoken to at ${origin}`, () => {
    assert.equal(endpointOf(registry).origin.origin, origin);
  });
}

test('a registry that is named as insecure is spoken to by http, and no other one', () => {
  const settings = { insecure: ['10.0.0.1:5000'] };
  assert.equal(endpointOf('10.0.0.1:5000', settings).origin.protocol, 'http:');
  assert.equal(endpointOf('10.0.0.1:5001', settings).origin.protocol, 'https:');
});

for (const [endpoint, realm] of [
  [secure, 'https://registry.example.org/token'],
  [secure, 'https://registry.example.org:8443/token'],
  [hub, 'https://auth.docker.io/token'],
  [endpointOf('registry.gitlab.com'), 'https://gitlab.com/jwt/auth'],
  [endpointOf('gitlab.example.org:5050'), 'https://gitlab.example.org/jwt/auth'],
  [local, 'http://localhost:5000/token?account=x'],
  [endpointOf('a.test', { companions: { 'a.test': ['login.a.test:444'] } }), 'https://login.a.test:444/t'],
] as const) {
  test(`${endpoint.registry} may ask for a login at ${realm}`, () => {
    assert.equal(checkRealm(endpoint, realm).href, realm);
  });
}

for (const [endpoint, realm] of [
  [secure, 'http://registry.example.org/token'],
  [secure, 'https://evil.test/token'],
  [secure, 'https://registry.example.org.evil.test/token'],
  [secure, 'https://evil.registry.example.org/token'],
  [secure, 'https://user@registry.example.org/token'],
  [secure, 'https://registry.example.org@evil.test/token'],
  [secure, '/token'],
  [secure, ''],
  [secure, 'data:,x'],
  [hub, 'http://auth.docker.io/token'],
  [hub, 'https://auth.docker.io:444/token'],
  [hub, 'https://auth.docker.io.evil.test/token'],
  [local, 'http://localhost:5001/token'],
  [local, 'http://127.0.0.1:5000/token'],
  [local, 'https://localhost:5000/token'],
  [local, 'http://169.254.169.254/token'],
  [endpointOf('a.test', { companions: { 'a.test': ['login.a.test'] } }), 'http://login.a.test/t'],
] as const) {
  test(`${endpoint.registry} may not ask for a login at ${JSON.stringify(realm)}`, () => {
    assert.throws(() => checkRealm(endpoint, realm), untrusted);
  });
}

test('an upload goes on at the registry itself, relative or absolute', () => {
  const from = new URL('/v2/a/blobs/uploads/', secure.origin.href);
  assert.equal(
    checkLocation(secure, from, '/v2/a/blobs/uploads/1').href,
    'https://registry.example.org/v2/a/blobs/uploads/1',
  );
  assert.equal(
    checkLocation(secure, from, 'x?y=1').href,
    'https://registry.example.org/v2/a/blobs/uploads/x?y=1',
  );
  assert.equal(checkLocation(hub, from, 'https://auth.docker.io/x').host, 'auth.docker.io');
});

for (const location of [
  'http://registry.example.org/x',
  'https://registry.example.org:444/x',
  'https://evil.test/x',
  '//evil.test/x',
  'https://u:p@registry.example.org/',
  'https://[',
]) {
  test(`an upload does not go on at ${location}`, () => {
    assert.throws(() => checkLocation(secure, secure.origin, location), untrusted);
  });
}

test('content is read from any https host, from http only on the registry itself', () => {
  assert.equal(checkRedirect(secure, secure.origin, 'https://storage.test/x?sig=1').host, 'storage.test');
  assert.equal(checkRedirect(local, local.origin, '/x').href, 'http://localhost:5000/x');
  for (const location of [
    'http://storage.test/x',
    'http://registry.example.org/x',
    'ftp://storage.test/x',
    'https://u@storage.test/x',
  ]) {
    assert.throws(() => checkRedirect(secure, secure.origin, location), untrusted, location);
  }
  assert.throws(() => checkRedirect(local, local.origin, 'http://localhost:5001/x'), untrusted);
  assert.throws(
    () => checkRedirect(local, new URL('https://storage.test/'), 'http://localhost:5000/x'),
    untrusted,
  );
});

test('a refusal shows neither a login nor a query', () => {
  assert.throws(
    () => checkRealm(secure, 'https://user:hunter2@evil.test/token?key=hunter3'),
    (error: Error) => error.message.includes('evil.test/token') && !error.message.includes('hunter'),
  );
});

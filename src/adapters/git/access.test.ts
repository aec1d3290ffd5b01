import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessEnvironment } from './access.ts';

test('a login is for the server that is read from: one that is only pushed to elsewhere gets none', () => {
  const access = { authorization: 'Basic canary' };
  const urls = [
    'https://git.example.org/a.git',
    'https://u:p@git.example.org/b.git',
    'https://evil.example.org/a.git',
  ];
  const { GIT_CONFIG_COUNT: count, ...rest } = accessEnvironment(access, urls);
  assert.equal(count, '6');
  assert.deepEqual(
    Object.entries(rest).flatMap(([name, value]) => (name.startsWith('GIT_CONFIG_KEY_') ? [value] : [])),
    [
      'http.https://git.example.org/a.git.extraHeader',
      'http.https://git.example.org/a.git.extraHeader',
      'http.https://git.example.org/a.git.followRedirects',
      'http.https://git.example.org/b.git.extraHeader',
      'http.https://git.example.org/b.git.extraHeader',
      'http.https://git.example.org/b.git.followRedirects',
    ],
  );
});

test('without TLS a login goes to this machine alone', () => {
  const count = (url: string): string | undefined =>
    accessEnvironment({ authorization: 'Basic canary' }, [url])['GIT_CONFIG_COUNT'];
  for (const url of ['http://git.example.org/a', 'http://10.0.0.1/a', 'http://localhost.example.org/a'])
    assert.equal(count(url), '0', url);
  for (const url of [
    'https://git.example.org/a',
    'http://localhost:1/a',
    'http://127.0.0.1/a',
    'http://[::1]:1/a',
  ])
    assert.equal(count(url), '3', url);
});

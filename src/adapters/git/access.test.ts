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
  assert.equal(count, '4');
  assert.deepEqual(
    Object.entries(rest).flatMap(([name, value]) => (name.startsWith('GIT_CONFIG_KEY_') ? [value] : [])),
    [
      'http.https://git.example.org/a.git.extraHeader',
      'http.https://git.example.org/a.git.extraHeader',
      'http.https://git.example.org/b.git.extraHeader',
      'http.https://git.example.org/b.git.extraHeader',
    ],
  );
});

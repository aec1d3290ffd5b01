import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertLinear } from '../../../test/support/cpu-time.ts';
import { parseChallenges } from './challenge.ts';

function plain(header: string): readonly (readonly [string, Record<string, string>])[] {
  return parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);
}

test('a bearer challenge is read with its parameters', () => {
  assert.deepEqual(
    plain(
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push"',
    ),
    [
      [
        'bearer',
        {
          realm: 'https://auth.docker.io/token',
          service: 'registry.docker.io',
          scope: 'repository:a/b:pull,push',
        },
      ],
    ],
  );
});

test('several challenges, odd spacing, other cases and escapes are read', () => {
  assert.deepEqual(
    plain(String.raw`BASIC Realm="say \"hi\"" , bearer  realm=https://x/t , Error = "insufficient_scope"`),
    [
      ['basic', { realm: 'say "hi"' }],
      ['bearer', { realm: 'https://x/t', error: 'insufficient_scope' }],
    ],
  );
  assert.deepEqual(plain('Negotiate, Basic realm="x"'), [
    ['negotiate', {}],
    ['basic', { realm: 'x' }],
  ]);
});

test('what follows no grammar ends the list', () => {
  assert.deepEqual(plain('Bearer realm="unterminated'), [['bearer', { realm: '' }]]);
  assert.deepEqual(plain(''), []);
  assert.deepEqual(plain('realm="x"'), []);
});

test('a hostile header takes no time', () => {
  assertLinear(() => {
    for (const header of [
      '"\\'.repeat(200_000),
      `Bearer realm="${'\\"'.repeat(200_000)}`,
      ', '.repeat(200_000),
      'a='.repeat(200_000),
      'a'.repeat(400_000),
    ])
      parseChallenges(header);
  });
});

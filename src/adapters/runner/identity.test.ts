import assert from 'node:assert/strict';
import { test } from 'node:test';
import { identityIn, plainIdentity } from './identity.ts';

const accounts = {
  passwd:
    'root:x:0:0:root:/root:/bin/sh\nbroken line\ntester:x:1234:2345::/home/tester:/bin/sh\n42:x:7:8::/:/bin/sh\n',
  group: 'root:x:0:\nwheel:x:77:tester\n100:x:5:\n',
};

const plain: readonly (readonly [string, ReturnType<typeof plainIdentity>])[] = [
  ['', { uid: 0, gid: 0 }],
  ['root', { uid: 0, gid: 0 }],
  ['0', { uid: 0, gid: 0 }],
  ['0:', { uid: 0, gid: 0 }],
  ['1000:1001', { uid: 1000, gid: 1001 }],
  ['1000', undefined],
  ['tester', undefined],
  ['1000:wheel', undefined],
  ['4294967296:0', undefined],
];

for (const [user, expected] of plain) {
  test(`${JSON.stringify(user)} ${expected === undefined ? 'needs the lists of the image' : 'is told without the image'}`, () => {
    assert.deepEqual(plainIdentity(user), expected);
  });
}

const listed: readonly (readonly [string, string])[] = [
  ['tester', '1234:2345'],
  ['1234', '1234:2345'],
  ['999', '999:0'],
  ['tester:wheel', '1234:77'],
  ['tester:0', '1234:0'],
  ['999:wheel', '999:77'],
  ['42', '7:8'],
  ['999:100', '999:5'],
];

for (const [user, expected] of listed) {
  test(`${user} is ${expected}`, () => {
    const answer = identityIn(user, accounts);
    assert.ok(answer.kind === 'known');
    assert.equal(`${answer.identity.uid}:${answer.identity.gid}`, expected);
  });
}

test('a user or group that the image does not have is unknown, by its name', () => {
  assert.deepEqual(identityIn('nobody', accounts), {
    kind: 'unknown',
    why: 'the image has no user "nobody"',
  });
  assert.deepEqual(identityIn('tester:staff', accounts), {
    kind: 'unknown',
    why: 'the image has no group "staff"',
  });
  assert.deepEqual(identityIn('tester', { passwd: '', group: '' }).kind, 'unknown');
});

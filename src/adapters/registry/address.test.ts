import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AddressGuard, classifyAddress, type AddressClass } from './address.ts';

const classes: readonly (readonly [AddressClass, readonly string[]])[] = [
  [
    'loopback',
    [
      '127.0.0.1',
      '127.255.0.3',
      '::1',
      '0.0.0.0',
      '::',
      '::ffff:127.0.0.1',
      '::ffff:7f00:1',
      '::127.0.0.1',
      '64:ff9b::7f00:1',
      '0:0:0:0:0:ffff:127.0.0.1',
    ],
  ],
  [
    'link-local',
    [
      '169.254.169.254',
      '169.254.0.1',
      'fe80::1',
      'fe80::1%eth0',
      '192.0.0.192',
      '100.100.100.200',
      '168.63.129.16',
      'fd00:ec2::254',
      '::ffff:169.254.169.254',
      '64:ff9b::a9fe:a9fe',
    ],
  ],
  [
    'private',
    [
      '10.1.2.3',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.1.1',
      '100.64.0.1',
      'fc00::1',
      'fd12::1',
      '224.0.0.1',
      '255.255.255.255',
      'ff02::1',
      '::ffff:10.0.0.1',
    ],
  ],
  [
    'public',
    [
      '1.1.1.1',
      '172.15.0.1',
      '172.32.0.1',
      '9.255.255.255',
      '100.128.0.1',
      '2606:4700::1111',
      '2001:db8::1',
      '::ffff:8.8.8.8',
    ],
  ],
];

for (const [kind, addresses] of classes) {
  for (const address of addresses) {
    test(`${address} is ${kind}`, () => {
      assert.equal(classifyAddress(address), kind);
    });
  }
}

test('a registry on the internet leads to public addresses only', () => {
  const guard = new AddressGuard();
  guard.remember('1.1.1.1');
  assert.deepEqual(
    ['8.8.8.8', '127.0.0.1', '10.0.0.1', '169.254.169.254'].map((each) => guard.allows(each)),
    [true, false, false, false],
  );
});

test('a registry inside of a network leads to that network and to the internet, but not to its metadata', () => {
  const guard = new AddressGuard();
  guard.remember('10.0.0.5');
  assert.deepEqual(
    ['8.8.8.8', '10.9.9.9', '127.0.0.1', '169.254.169.254'].map((each) => guard.allows(each)),
    [true, true, false, false],
  );
});

test('before the registry was reached, only public addresses are allowed', () => {
  assert.equal(new AddressGuard().allows('192.168.0.1'), false);
});

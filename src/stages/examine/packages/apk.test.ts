import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFacts } from '../../../../test/support/read-facts.ts';

const installed = `C:Q1abc=
P:musl
V:1.2.5-r0
A:x86_64
a:not the architecture
I:667648
L:MIT
o:musl-src
F:lib
R:ld-musl-x86_64.so.1
a:0:0:755
F:usr/share/doc
R:a b

P:alpine-baselayout
V:3.6.5-r0
R:root-file

V:1
`;

test('apk: fields of one letter, upper and lower case apart, and files by folder', () => {
  for (const place of ['lib/apk/db/installed', 'usr/lib/apk/db/installed']) {
    assert.deepEqual(readFacts(place, installed), {
      packages: [
        {
          ecosystem: 'apk',
          name: 'musl',
          version: '1.2.5-r0',
          architecture: 'x86_64',
          source: 'musl-src',
          licence: 'MIT',
          size: 667_648,
          place,
        },
        { ecosystem: 'apk', name: 'alpine-baselayout', version: '3.6.5-r0', place },
      ],
      owns: [
        { ecosystem: 'apk', name: 'musl', paths: ['lib/ld-musl-x86_64.so.1', 'usr/share/doc/a b'] },
        { ecosystem: 'apk', name: 'alpine-baselayout', paths: ['root-file'] },
      ],
      troubles: ['entries without a name or version that can be read: 1'],
    });
  }
});

test('apk: a folder of a thousand characters with a million files takes no gigabyte', () => {
  const folder = 'f'.repeat(1_000);
  const { owns, troubles } = readFacts(
    'lib/apk/db/installed',
    `P:x\nV:1\nF:${folder}\n${'R:a\n'.repeat(1_000_000)}`,
  );
  const chars = owns.reduce((sum, { paths }) => sum + paths.join('').length, 0);
  assert.ok(chars > 2 ** 20 && chars <= 2 ** 26);
  assert.deepEqual(troubles, ['it names more files than are read']);
});

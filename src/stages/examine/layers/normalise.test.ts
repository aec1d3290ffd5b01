import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { rawLayer } from '../../../../test/support/layers.ts';
import { zipOf } from '../../../../test/support/zip.ts';
import { normaliserFor } from './normalise.ts';

function normal(path: string, bytes: Buffer): string | undefined {
  const normaliser = normaliserFor(path, bytes.length);
  for (let at = 0; at < bytes.length; at += 7) normaliser?.push(bytes.subarray(at, at + 7));
  return normaliser?.end();
}

test('zip archives that differ in times alone are the same', () => {
  const [a, b, c] = [zipOf('a', 'text', 1), zipOf('a', 'text', 2), zipOf('a', 'tent', 1)];
  assert.notDeepEqual(a, b);
  assert.equal(normal('lib/x.jar', a), normal('lib/x.jar', b));
  assert.notEqual(normal('lib/x.jar', a), undefined);
  assert.notEqual(normal('lib/x.jar', a), normal('lib/x.jar', c));
});

test('tar archives that differ in times alone are the same', () => {
  const a = rawLayer([{ name: 'x.post-install', content: 'echo' }]);
  const b = Buffer.from(a);
  b.write('00000000007\0', 136);
  assert.equal(normal('lib/apk/db/scripts.tar', a), normal('lib/apk/db/scripts.tar', b));
  const c = rawLayer([{ name: 'x.post-install', content: 'exit' }]);
  assert.notEqual(normal('lib/apk/db/scripts.tar', a), normal('lib/apk/db/scripts.tar', c));
});

test('what is not what its name says has no other form', () => {
  for (const name of ['x.zip', 'x.gz', 'x.pyc', 'lib/apk/db/scripts.tar'])
    assert.equal(normal(name, Buffer.from('just some text that is longer than any head')), undefined);
});

test('files that no rule is about are not held', () => {
  assert.equal(normaliserFor('bin/sh', 100), undefined);
  assert.equal(normaliserFor('x.jar', 10 ** 12), undefined);
});

test('no change of bytes makes reading a zip archive go wrong', () => {
  const archive = zipOf('a', 'text', 1);
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(archive.length - 1), fc.nat(255)), { maxLength: 6 }), (changes) => {
      const bytes = Buffer.from(archive);
      for (const [at, value] of changes) bytes[at] = value;
      normal('x.zip', bytes);
    }),
    { numRuns: 300 },
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { compareFileNames, decodeFileName, encodeFileName } from './file-name.ts';

test('a name in UTF-8 stands as it is', () => {
  assert.equal(decodeFileName(Buffer.from('Grüße/日本/😀')), 'Grüße/日本/😀');
});

test('a byte order mark at the beginning of a name is part of it', () => {
  assert.deepEqual(
    encodeFileName(decodeFileName(Buffer.from('efbbbf61', 'hex'))),
    Buffer.from('efbbbf61', 'hex'),
  );
});

test('every sequence of bytes survives the way in and out', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      assert.deepEqual(encodeFileName(decodeFileName(bytes)), Buffer.from(bytes));
    }),
    { numRuns: 300 },
  );
});

test('names that are not UTF-8 do not become equal', () => {
  const names = ['61ff', '61fe', '61c3', '61c328', 'eda080', '61'].map((hex) =>
    decodeFileName(Buffer.from(hex, 'hex')),
  );
  assert.equal(new Set(names).size, names.length);
});

test('the order is that of the bytes', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 6 }),
    fc.string({ unit: 'binary', maxLength: 4 }).map((text) => Buffer.from(text)),
  );
  fc.assert(
    fc.property(bytes, bytes, (left, right) => {
      const order = compareFileNames(decodeFileName(left), decodeFileName(right));
      assert.equal(Math.sign(order), Buffer.compare(left, right));
    }),
    { numRuns: 300 },
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flagAt, jsonOf, listAt, numberAt, textAt, textsAt, valueAt } from './json-path.ts';

const answer = jsonOf('{"a":{"b":["x","y"],"n":1,"f":false},"mixed":["x",1]}');

test('what is there is found, with its type', () => {
  assert.equal(textAt(answer, 'a', 'b', 1), 'y');
  assert.equal(numberAt(answer, 'a', 'n'), 1);
  assert.equal(flagAt(answer, 'a', 'f'), false);
  assert.deepEqual(textsAt(answer, 'a', 'b'), ['x', 'y']);
  assert.equal(listAt(answer, 'mixed').length, 2);
});

test('what is not there, or of another type, is undefined', () => {
  assert.equal(textAt(answer, 'a', 'n'), undefined);
  assert.equal(numberAt(answer, 'nothing', 'below'), undefined);
  assert.equal(flagAt(answer, 'a', 'b', 'c'), undefined);
  assert.equal(textsAt(answer, 'mixed'), undefined);
  assert.deepEqual(listAt(answer, 'a'), []);
  assert.equal(valueAt(answer, 'a', 'toString'), undefined);
  assert.equal(valueAt('text', 'length'), undefined);
  assert.equal(jsonOf('Emulate Docker CLI'), undefined);
});

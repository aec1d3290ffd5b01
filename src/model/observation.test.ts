import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runItself, TestNamer } from './observation.ts';

function ids(...names: readonly string[]): readonly string[] {
  const namer = new TestNamer();
  return names.map((name) => namer.name({ name }));
}

test('an id is what the report tells, from the outside in', () => {
  assert.equal(new TestNamer().name({ file: 'a.py', class: 'Case', name: 'runs' }), 'a.py › Case › runs');
  assert.equal(new TestNamer().name({ file: '', name: 'runs' }), 'runs');
});

test('a name that repeats is numbered, and none is dropped', () => {
  assert.deepEqual(ids('x', 'y', 'x', 'x'), ['x', 'y', 'x #2', 'x #3']);
});

test('a test that is called like a numbered one takes nobody’s id', () => {
  assert.deepEqual(ids('x', 'x #2', 'x'), ['x', 'x #2', 'x #3']);
  assert.deepEqual(ids('x', 'x', 'x #2'), ['x', 'x #2', 'x #2 #2']);
});

test('no test of a report can pass for the run itself', () => {
  const [posing] = ids(runItself);
  assert.notEqual(posing, runItself);
});

test('a report that takes all numbers in advance costs no stack', () => {
  const taken = Array.from({ length: 50_000 }, (_, index) => `x #${index + 2}`);
  assert.equal(ids(...taken, 'x', 'x').at(-1), 'x #50002');
});

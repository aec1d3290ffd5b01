import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFailure } from '../../../base/failure.ts';
import { describeFailure, describeSkip, groupName, ObservationList, sourcePath } from './observation-list.ts';

const nothing = { file: undefined, class: undefined, name: undefined };

test('more tests than the limit are too large, and those before it stay', () => {
  const list = new ObservationList({ testsMax: 2 });
  list.add({ ...nothing, name: 'a' }, { status: 'passed' });
  list.add({ ...nothing, name: 'b' }, { status: 'failed' });
  assert.throws(
    () => list.add({ ...nothing, name: 'c' }, { status: 'passed' }),
    (error) => isFailure(error, 'results-too-large'),
  );
  assert.deepEqual(list.all, [
    { id: 'a', parts: { name: 'a' }, status: 'passed' },
    { id: 'b', parts: { name: 'b' }, status: 'failed' },
  ]);
});

test('names that are too long together are too large, and those before them stay', () => {
  const list = new ObservationList({ namesCharsMax: 10 });
  list.add({ ...nothing, name: 'x'.repeat(6) }, { status: 'passed' });
  assert.throws(
    () => list.add({ ...nothing, name: 'y'.repeat(6) }, { status: 'passed' }),
    (error) => isFailure(error, 'results-too-large'),
  );
  assert.equal(list.all.length, 1);
});

test('of details that are too long together, the later ones are left out and nothing else is', () => {
  const list = new ObservationList({ detailsCharsMax: 5 });
  const at = list.add({ ...nothing, name: 'a' }, { status: 'failed', signature: 's', detail: 'four' });
  list.add({ ...nothing, name: 'b' }, { status: 'failed', signature: 's', detail: 'more' });
  list.replace(at, { status: 'errored', detail: 'again' });
  assert.deepEqual(list.all, [
    { id: 'a', parts: { name: 'a' }, status: 'errored' },
    { id: 'b', parts: { name: 'b' }, status: 'failed', signature: 's' },
  ]);
});

test('tests of one name are numbered, also where another is called like the number', () => {
  const list = new ObservationList();
  for (const name of ['x #2', 'x', 'x', 'x']) list.add({ ...nothing, file: 'f', name }, { status: 'passed' });
  assert.deepEqual(
    list.all.map(({ id }) => id),
    ['f › x #2', 'f › x', 'f › x #3', 'f › x #4'],
  );
  assert.deepEqual(
    list.all.map(({ parts }) => parts.name),
    ['x #2', 'x', 'x', 'x'],
  );
});

test('another outcome takes the place of the first', () => {
  const list = new ObservationList();
  const at = list.add({ file: 'f', class: 'c', name: 'x' }, { status: 'passed', seconds: 1 });
  list.replace(at, { status: 'errored' });
  assert.deepEqual(list.all, [
    { id: 'f › c › x', parts: { file: 'f', class: 'c', name: 'x' }, status: 'errored' },
  ]);
});

test('a path below the mount is made relative, one elsewhere in the image is left out', () => {
  assert.deepEqual(
    ['/src/a', '/src/', '/srcs/a', '/usr/x', 'a', './a', '../a'].map((path) => sourcePath(path, '/src')),
    ['a', '', undefined, undefined, 'a', 'a', '../a'],
  );
  assert.equal(sourcePath('/a', '/'), 'a');
  assert.equal(sourcePath('/a', undefined), '/a');
  assert.deepEqual(
    ['/src/a', '/usr/x', 'GET /src/a'].map((name) => groupName(name, '/src')),
    ['a', '/usr/x', 'GET /src/a'],
  );
});

test('details and reasons are cut, and empty ones left out', () => {
  assert.equal(describeFailure({ message: '', type: '', text: 'x'.repeat(5000) }).detail?.length, 4000);
  assert.equal(describeSkip({ message: 'x'.repeat(5000), type: '', text: '' }).detail?.length, 4000);
  assert.deepEqual(describeFailure({ message: '', type: '', text: ' ' }), {});
  assert.deepEqual(describeSkip({ message: ' ', type: '', text: '' }), {});
});

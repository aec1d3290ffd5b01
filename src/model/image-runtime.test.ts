import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imageRuntimes } from './image-runtime.ts';

test('an image says its runtimes in variables; what holds no number, or is none of them, says nothing', () => {
  const env = [
    'PATH=/usr/bin',
    'PYTHON_VERSION=3.14.0rc2',
    'JAVA_VERSION=jdk-21.0.5+11',
    'NODE_VERSION=',
    'GOLANG_VERSION=tip',
    'RUBY_VERSION',
    '=3',
    'MY_PYTHON_VERSION=2.7',
  ];
  assert.deepEqual(
    [...imageRuntimes(env)],
    [
      ['python', '3.14.0'],
      ['java', '21.0.5'],
    ],
  );
});

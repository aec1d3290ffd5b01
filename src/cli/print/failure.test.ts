import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../../base/failure.ts';
import { failureJson, formatFailure } from './failure.ts';

const plain = { colour: false, columns: 80 };

test('a failure shows code, place, message, cause and hint', () => {
  const failure = new Failure('config-invalid', 'images.app has no key "dockerfil"', {
    where: { file: 'lockkeeper.yaml', line: 3, column: 5 },
    hint: 'Did you mean `dockerfile`?',
    cause: new Error('unrecognized key'),
  });
  assert.equal(
    formatFailure(failure, plain),
    [
      'error[config-invalid] lockkeeper.yaml:3:5: images.app has no key "dockerfil"',
      '  because unrecognized key',
      '  → Did you mean `dockerfile`?',
      '',
    ].join('\n'),
  );
});

test('colour is only there when it is asked for', () => {
  const failure = new Failure('usage', 'what?');
  assert.ok(!formatFailure(failure, plain).includes('\u001b'));
  assert.ok(formatFailure(failure, { ...plain, colour: true }).includes('\u001b[31m'));
});

test('a message of several lines is indented below the first', () => {
  const text = formatFailure(
    new Failure('program-failed', 'docker build ended with exit status 1: one\ntwo'),
    plain,
  );
  assert.equal(text, 'error[program-failed] docker build ended with exit status 1: one\n  two\n');
});

test('a cause that the message quotes already is not repeated, the next one is', () => {
  const root = new Failure('registry-timeout', 'no answer within 10 s');
  const middle = new Error('fetch failed', { cause: new AggregateError([root], 'all addresses failed') });
  const text = formatFailure(
    new Failure('registry-unreachable', 'r.example: fetch failed', { cause: middle }),
    plain,
  );
  assert.ok(!text.includes('because fetch failed'));
  assert.match(text, /because all addresses failed\n {2}because registry-timeout: no answer within 10 s\n$/);
});

test('a chain of causes that never ends is cut', () => {
  const first = new Error('loop a');
  const second = new Error('loop b', { cause: first });
  first.cause = second;
  const text = formatFailure(new Failure('file-error', 'x', { cause: first }), plain);
  assert.equal(text.split('because').length, 3);
});

test('what was not an error when it was thrown is shown as text', () => {
  assert.match(
    formatFailure(new Failure('file-error', 'x', { cause: 'just a string' }), plain),
    /because just a string/,
  );
});

test('hostile values reach neither the terminal nor the CI system as commands', () => {
  const hostile = 'x\u001b[2J\u202e\n::set-output name=a::b ##vso[task.complete]';
  const text = formatFailure(
    new Failure('name-unknown', hostile, {
      hint: hostile,
      cause: new Error(`other ${hostile}`),
      where: { file: hostile },
    }),
    plain,
  );
  assert.ok(!text.includes('\u001b'));
  assert.ok(!text.includes('\u202e'));
  assert.doesNotMatch(text, /(?:^|\s)::|##\w*\[/);
});

test('a hint is wrapped to the terminal', () => {
  const text = formatFailure(new Failure('usage', 'x', { hint: 'word '.repeat(30).trim() }), {
    colour: false,
    columns: 60,
  });
  for (const line of text.split('\n')) assert.ok(line.length <= 60, line);
});

test('the JSON form holds everything that a script can act on, and nothing that is not there', () => {
  const failure = new Failure('registry-rate-limited', 'r.example asks to wait for 2 h', { hint: 'Wait.' });
  assert.deepEqual(JSON.parse(failureJson(failure)), {
    error: {
      code: 'registry-rate-limited',
      message: 'r.example asks to wait for 2 h',
      hint: 'Wait.',
      causes: [],
      exit: 5,
      retryable: true,
    },
  });
});

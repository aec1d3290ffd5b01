import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../../base/limits.ts';
import { BuildOutput } from './build-output.ts';

function linesOf(...chunks: readonly (string | Uint8Array)[]): readonly string[] {
  const lines: string[] = [];
  const output = new BuildOutput((line) => lines.push(line));
  for (const chunk of chunks) output.stdout(Buffer.from(chunk));
  output.end();
  return lines;
}

test('lines end in a line feed, a carriage return, or both; empty ones are left out', () => {
  assert.deepEqual(linesOf('one\ntwo\r\nthree\r 10%\r 20%\n\n\nfour'), [
    'one',
    'two',
    'three',
    ' 10%',
    ' 20%',
    'four',
  ]);
});

test('a line that comes in pieces is one line, and so is a character', () => {
  const bytes = Buffer.from('grün\nblau\n');
  assert.deepEqual(linesOf(...[...bytes].map((byte) => Uint8Array.of(byte))), ['grün', 'blau']);
});

test('two pipes do not mix their lines', () => {
  const lines: string[] = [];
  const output = new BuildOutput((line) => lines.push(line));
  output.stdout(Buffer.from('out'));
  output.stderr(Buffer.from('err'));
  output.stdout(Buffer.from('put\n'));
  output.stderr(Buffer.from('or\n'));
  output.end();
  assert.deepEqual(lines, ['output', 'error']);
});

test('colours are taken away, also where a pipe cuts them', () => {
  assert.deepEqual(linesOf('\u001b[91mred', ' line\u001b', '[0m\nplain\u001b[0m\n'), ['red line', 'plain']);
});

test('a line without an end is cut and nothing of it is kept in memory', () => {
  const chunk = 'x'.repeat(100_000);
  const lines = linesOf(chunk, chunk, chunk, '\nshort\n');
  assert.equal(lines.slice(0, -1).join('').length, 300_000);
  assert.ok(lines.every((line) => line.length <= limits.reportLineCharsMax));
  assert.equal(lines.at(-1), 'short');
});

test('the tail is the last 30 lines with nothing that a terminal obeys', () => {
  const output = new BuildOutput(() => undefined);
  output.stderr(Buffer.from(Array.from({ length: 100 }, (_, at) => `line ${at}\n`).join('')));
  output.stderr(Buffer.from('a\u0007b'));
  output.end();
  const tail = output.tail().split('\n');
  assert.equal(tail.length, 30);
  assert.deepEqual([tail[0], tail.at(-2), tail.at(-1)], ['line 71', 'line 99', String.raw`a\x07b`]);
});

test('a tail of long lines is bounded in characters', () => {
  const output = new BuildOutput(() => undefined);
  for (let at = 0; at < 30; at += 1) output.stdout(Buffer.from(`${'x'.repeat(10_000)}\n`));
  assert.equal(output.tail().length, limits.programErrorCharsMax);
});

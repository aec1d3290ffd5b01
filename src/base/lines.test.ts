import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linesOf } from './lines.ts';
import { streamOf } from './stream.ts';

async function read(chunks: readonly string[], bytesMax = 100): Promise<readonly string[]> {
  const lines: string[] = [];
  const source = streamOf(chunks.map((chunk) => Buffer.from(chunk)));
  const tooLong = (): never => {
    throw new RangeError('too long');
  };
  for await (const line of linesOf(source, bytesMax, tooLong)) lines.push(line.toString('utf8'));
  return lines;
}

test('lines are found wherever the chunks end', async () => {
  const expected = ['one', '', 'two three', 'four'];
  const text = 'one\n\ntwo three\nfour';
  assert.deepEqual(await read([text]), expected);
  assert.deepEqual(await read(text.split('')), expected);
  assert.deepEqual(await read(['one\n\ntwo', ' three\n', 'four']), expected);
});

test('a text that ends with a newline has no empty line after it, and nothing has no line', async () => {
  assert.deepEqual(await read(['one\n']), ['one']);
  assert.deepEqual(await read([]), []);
});

test('a line beyond the limit is refused, in one chunk or in many', async () => {
  assert.deepEqual(await read(['12345\n12345'], 5), ['12345', '12345']);
  await assert.rejects(read(['123456\n'], 5), RangeError);
  await assert.rejects(read(['123', '456'], 5), RangeError);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { limits } from '../../base/limits.ts';
import { CapturedStdout, LastBytes, OutputExcerpt } from './output.ts';

const headMax = limits.logHeadBytesMax;
const tailMax = limits.logTailBytesMax;

function excerptOf(bytes: Uint8Array, chunkBytes: number): ReturnType<OutputExcerpt['get']> {
  const excerpt = new OutputExcerpt();
  for (let at = 0; at < bytes.length; at += chunkBytes) excerpt.add(bytes.subarray(at, at + chunkBytes));
  return excerpt.get();
}

test('little output is all in the head', () => {
  assert.deepEqual(excerptOf(Buffer.from('héllo'), 1), {
    bytes: 6,
    head: 'héllo',
    tail: '',
    omittedBytes: 0,
  });
  assert.deepEqual(new OutputExcerpt().get(), { bytes: 0, head: '', tail: '', omittedBytes: 0 });
});

test('a character across the seam of head and tail is whole when nothing was left out', () => {
  const text = `${'x'.repeat(headMax - 1)}é and more`;
  const { head, tail, omittedBytes } = excerptOf(Buffer.from(text), 1_000);
  assert.deepEqual([head + tail, omittedBytes], [text, 0]);
});

test('exactly as much as fits is all there, one byte more leaves one out', () => {
  const all = Buffer.alloc(headMax + tailMax, 'abc');
  const whole = excerptOf(all, 10_000);
  assert.equal(whole.head + whole.tail, all.toString());
  const more = excerptOf(Buffer.concat([all, Buffer.from('!')]), 7_777);
  assert.deepEqual([more.omittedBytes, more.bytes, more.tail.at(-1)], [1, all.length + 1, '!']);
});

test('characters that the cut went through are left out, not garbled', () => {
  const bytes = Buffer.from('😀'.repeat((headMax + 2 * tailMax) / 4));
  for (const shift of [0, 1, 2, 3]) {
    const { head, tail } = excerptOf(
      Buffer.concat([Buffer.alloc(shift, 'a'), bytes, Buffer.alloc(shift, 'z')]),
      65_536,
    );
    assert.doesNotMatch(head + tail, /\ufffd/);
  }
});

test('bytes that are no text are shown as such and do not break anything', () => {
  const { head } = excerptOf(Buffer.from([0x61, 0xff, 0xc3]), 2);
  assert.match(head, /^a\ufffd/);
});

test('the last bytes are the last bytes, in whatever pieces they come', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 }),
      fc.integer({ min: 1, max: 50 }),
      (chunks, bytesMax) => {
        const last = new LastBytes(bytesMax);
        for (const chunk of chunks) last.add(chunk);
        const all = Buffer.concat(chunks);
        assert.deepEqual(last.bytes(), all.subarray(Math.max(0, all.length - bytesMax)));
      },
    ),
    { numRuns: 300 },
  );
});

test('standard output is kept up to its limit, and nothing of it beyond', () => {
  const stdout = new CapturedStdout(4);
  stdout.add(Buffer.from('ab'));
  stdout.add(Buffer.from('cd'));
  assert.equal(stdout.get()?.toString(), 'abcd');
  stdout.add(Buffer.from('e'));
  stdout.add(Buffer.from('f'));
  assert.equal(stdout.get(), undefined);
});

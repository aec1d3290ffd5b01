import assert from 'node:assert/strict';
import { test } from 'node:test';
import { array, assert as check, property, record, string } from 'fast-check';
import { isFailure } from '../../base/failure.ts';
import { splice, type Edit } from './splice.ts';

const edit = (start: number, before: string, after: string): Edit => ({
  start,
  end: start + before.length,
  before,
  after,
});

test('only the spans change: line ends, encodings and a missing last newline stay', () => {
  const before = Buffer.concat([
    Buffer.from([0xef, 0xbb, 0xbf]),
    Buffer.from('# é\r\nimage: a:1\r\nother: '),
    Buffer.from([0xff, 0xfe]),
    Buffer.from(' b:2'),
  ]);
  const text = before.toString('latin1');
  const after = splice(
    before,
    [edit(text.indexOf('b:2'), 'b:2', 'b:3'), edit(text.indexOf('a:1'), 'a:1', 'a:1@sha256:x')],
    'f',
  );
  assert.equal(
    Buffer.from(after).toString('latin1'),
    text.replace('a:1', 'a:1@sha256:x').replace('b:2', 'b:3'),
  );
});

test('the same edit twice is made once; an empty value is written behind its colon', () => {
  const same = edit(0, 'a', 'b');
  assert.equal(
    Buffer.from(splice(Buffer.from('a:'), [same, same, edit(2, '', 'x')], 'f')).toString(),
    'b: x',
  );
});

test('a file that holds something else by now is refused', () => {
  for (const edits of [[edit(0, 'b', 'c')], [edit(0, 'ab', 'x'), edit(1, 'b', 'y')], [edit(2, 'z', '')]])
    assert.throws(
      () => splice(Buffer.from('ab'), edits, 'f'),
      (error) => isFailure(error, 'file-changed'),
    );
});

test('any edits that do not touch each other: the same as one by one from the end', () => {
  const part = record({
    keep: string({ maxLength: 5 }),
    from: string({ maxLength: 5 }),
    to: string({ maxLength: 5 }),
  });
  check(
    property(array(part, { maxLength: 20 }), (parts) => {
      const ascii = parts.map(({ keep, from, to }) => ({ keep: hex(keep), from: hex(from), to: hex(to) }));
      let [text, wanted] = ['', ''];
      const edits: Edit[] = [];
      for (const { keep, from, to } of ascii) {
        text += `|${keep}`;
        wanted += `|${keep}`;
        edits.push(edit(text.length, from, to));
        text += from;
        wanted += to;
      }
      const shuffled = edits.toSorted((left, right) => left.before.localeCompare(right.before));
      assert.equal(Buffer.from(splice(Buffer.from(text), shuffled, 'f')).toString(), wanted);
    }),
  );
});

const hex = (text: string): string => Buffer.from(text).toString('hex');

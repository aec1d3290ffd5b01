import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { unifiedPatch } from './patch.ts';

const numbered = (count: number): string => Array.from({ length: count }, (_, at) => `line ${at}\n`).join('');

const cases: Readonly<Record<string, readonly [before: string | undefined, after: string]>> = {
  'one line of a long file': [numbered(40), numbered(40).replace('line 20\n', 'line twenty\n')],
  'two lines far apart, and two near each other': [
    numbered(40),
    numbered(40).replace('line 1\n', 'a\n').replace('line 4\n', 'b\n').replace('line 33\n', 'c\n'),
  ],
  'the last line, which has no line end': ['a\nb\nc', 'a\nb\nd'],
  'line ends of Windows, and bytes that are no UTF-8': ['é\r\nb\r\n\xff\r\n', 'é\r\nB\r\n\xff\r\n'],
  'lines that are added at the end': [numbered(9), `${numbered(9)}holds:\n  - image: a\n`],
  'lines that are added in the middle': [numbered(9), numbered(9).replace('line 4\n', 'line 4\nmore\n')],
  'a new file': [undefined, 'version: 1\n'],
};

for (const [name, [before, after]] of Object.entries(cases)) {
  test(`git applies the patch of ${name}`, () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'lockkeeper-patch-'));
    try {
      const file = 'sub folder/a"b é.txt';
      mkdirSync(path.join(folder, 'sub folder'));
      const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
      if (before !== undefined) writeFileSync(path.join(folder, file), bytes(before));
      const patch = unifiedPatch([
        { file, before: before === undefined ? undefined : bytes(before), after: bytes(after) },
      ]);
      execFileSync('git', ['apply', '-'], {
        cwd: folder,
        input: patch,
        env: { PATH: process.env['PATH'] ?? '', GIT_CEILING_DIRECTORIES: tmpdir() },
      });
      assert.deepEqual(readFileSync(path.join(folder, file)), bytes(after));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}

test('what does not differ is not in a patch', () => {
  const same = Buffer.from(numbered(3));
  assert.equal(unifiedPatch([{ file: 'a', before: same, after: same }]).length, 0);
});

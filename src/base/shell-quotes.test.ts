import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isQuotedIn } from './shell-quotes.ts';

const quoted = [
  `pytest '{tests}'`,
  `pytest "{tests}"`,
  `sh -c 'pytest {tests}'`,
  'echo `pytest {tests}`',
  `pytest "a b" {tests} "{tests}"`,
  `pytest \\{tests}`,
  `pytest "a \\" {tests}"`,
  `pytest # {tests}`,
];
const plain = [
  `pytest {tests}`,
  `pytest "a b" 'c' {tests}`,
  `pytest 'a\\' {tests}`,
  `pytest \\" {tests}`,
  `pytest a#b {tests}`,
  `pytest # not this\npytest {tests}`,
  `cd "$dir" && pytest --only={tests}`,
  `pytest`,
];

for (const line of quoted)
  test(`the word is within quotes: ${JSON.stringify(line)}`, () => assert.ok(isQuotedIn(line, '{tests}')));
for (const line of plain)
  test(`the word stands free: ${JSON.stringify(line)}`, () => assert.ok(!isQuotedIn(line, '{tests}')));

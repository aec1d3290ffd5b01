import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fleetText } from './text.ts';

const commands = ['::error file=a::x', '##vso[task.setvariable variable=a]b', '##[error]c', '##teamcity[x]'];
const hostile = `a ${commands.join(' ')}\n::stop-commands::d`;

test('nothing that a repository holds reaches a CI system as a command', () => {
  const document = {
    schemaVersion: 1,
    kind: 'fleet',
    madeBy: 'lockkeeper 0.1.0',
    question: 'scan',
    repos: [
      {
        repo: hostile,
        state: 'findings',
        counts: { mentions: 1 },
        lines: [hostile, commands[0] ?? ''],
        unseen: { code: 'path-missing', why: hostile, retryable: false },
      },
      { repo: hostile, state: 'failed', code: 'path-missing', why: hostile, retryable: false },
    ],
    earlier: 0,
  } as const;
  for (const columns of [40, 400]) {
    const text = fleetText(
      {
        ...document,
        repos: document.repos.map((row) => ('lines' in row ? { ...row, lines: [...row.lines] } : row)),
      },
      { colour: false, columns, journal: undefined },
    );
    assert.doesNotMatch(text, /(^|\s)::|##\w*\[/m);
  }
});

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

test('what a repository gets is told once, above its patch, and no sentence runs over the terminal', () => {
  const why =
    'ci: reject: regression. unit: 1 of 3 tests that pass in the baseline fails in the candidate; first: greeting';
  const row = {
    repo: 'web',
    state: 'findings',
    counts: { moved: 0, 'held back': 1 },
    lines: [`example.org/ci:1 held back: ${why}`],
    change: { outcome: 'planned' },
    patch: `--- a/lockkeeper.yaml\n+++ b/lockkeeper.yaml\n+    reason: ${why}\n`,
  } as const;
  const document = {
    schemaVersion: 1,
    kind: 'fleet',
    madeBy: 'lockkeeper 0.1.0',
    question: 'update',
  } as const;
  const text = fleetText(
    { ...document, repos: [{ ...row, lines: [...row.lines] }], earlier: 0 },
    { colour: false, columns: 80, journal: undefined },
  );
  assert.deepEqual(text.split('\n').slice(2, -2), [
    '',
    'web',
    '  example.org/ci:1 held back: ci: reject: regression. unit: 1 of 3 tests that',
    '    pass in the baseline fails in the candidate; first: greeting',
    '--- a/lockkeeper.yaml',
    '+++ b/lockkeeper.yaml',
    `+    reason: ${why}`,
    '',
  ]);
});

test('a line of an update that found nothing is told all the same', () => {
  const line = 'its gate.ledger is not used';
  const row = { repo: 'web', state: 'clean', counts: { moved: 0 }, lines: [line] } as const;
  const text = (question: 'update' | 'check'): string =>
    fleetText(
      {
        ...{ schemaVersion: 1, kind: 'fleet', madeBy: 'lockkeeper 0.1.0', earlier: 0 },
        ...{ question, repos: [{ ...row, lines: [...row.lines] }] },
      },
      { colour: false, columns: 80, journal: undefined },
    );
  assert.ok(text('update').includes(`web\n  ${line}\n`));
  assert.ok(!text('check').includes(line));
});

test('a change that is planned is told also where its patch cannot be shown', () => {
  const line = 'the patch holds text that is not UTF-8, and is not shown';
  const row = { repo: 'web', state: 'clean', counts: {}, change: { outcome: 'planned' } } as const;
  const text = fleetText(
    {
      ...{ schemaVersion: 1, kind: 'fleet', madeBy: 'lockkeeper 0.1.0', earlier: 0 },
      ...{ question: 'pin', repos: [{ ...row, lines: [line] }] },
    },
    { colour: false, columns: 80, journal: undefined },
  );
  assert.ok(text.includes(`web\n  ${line}\n`));
});

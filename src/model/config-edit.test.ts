import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assert as check, constantFrom, pre, property, string } from 'fast-check';
import { readConfig } from './config.ts';
import { addEntry, type EntryFields } from './config-edit.ts';

const base = `# who guards what
version: 1   # the format
images: { ci: { baseline: ci, build: {} } }

suites:
    unit:
        command:   "make test"   # odd spaces stay
`;
const hold: EntryFields = [
  ['image', 'ci'],
  ['author', 'Ada Lovelace'],
  ['reason', 'release week'],
  ['until', '2026-12-31'],
];
const entry = `  - image: ci\n    author: Ada Lovelace\n    reason: release week\n    until: 2026-12-31\n`;
const parsed = {
  ...{ image: 'ci', author: 'Ada Lovelace', reason: 'release week', until: '2026-12-31' },
  ...{ digest: undefined, keep: undefined, evidence: undefined },
};

function holdsOf(text: string): unknown {
  return readConfig(text, 'lockkeeper.yaml', '/repo').holds;
}

const cases: readonly (readonly [name: string, before: string, after: string, count: number])[] = [
  ['no list', base, `${base}\nholds:\n${entry}`, 1],
  ['no list, no newline at the end', base.trimEnd(), `${base.trimEnd()}\n\nholds:\n${entry}`, 1],
  ['an empty list', `holds:\n${base}`, `holds:\n${entry}${base}`, 1],
  ['an empty list with a comment', `holds:  # none\n${base}`, `holds:  # none\n${entry}${base}`, 1],
  ['a list that is null', `holds: ~\n${base}`, `holds:\n${entry}${base}`, 1],
  ['an entry', `${base}holds:\n${entry}`, `${base}holds:\n${entry}${entry}`, 2],
  [
    'an entry without indentation, with a comment, amid the file',
    `holds:\n- { image: ci, author: Bob, reason: x, until: 2026-01-01 } # soon\n# of the images\n${base}`,
    `holds:\n- { image: ci, author: Bob, reason: x, until: 2026-01-01 } # soon\n${entry.replaceAll(/^ {2}/gm, '')}# of the images\n${base}`,
    2,
  ],
  [
    'a flow list',
    `${base}holds: [{ image: ci, author: Bob, reason: x, until: 2026-01-01 }] # all\n`,
    `${base}holds: [{ image: ci, author: Bob, reason: x, until: 2026-01-01 }, { "image": "ci", "author": "Ada Lovelace", "reason": "release week", "until": "2026-12-31" }] # all\n`,
    2,
  ],
  [
    'an empty flow list',
    `${base}holds: []\n`,
    `${base}holds: [{ "image": "ci", "author": "Ada Lovelace", "reason": "release week", "until": "2026-12-31" }]\n`,
    1,
  ],
];

for (const [name, before, after, count] of cases) {
  test(`a hold is added to ${name}, and nothing else changes`, () => {
    const text = addEntry(before, 'holds', hold);
    assert.equal(text, after);
    const holds = holdsOf(text);
    assert.ok(Array.isArray(holds));
    assert.deepEqual([holds.length, holds.at(-1)], [count, parsed]);
  });
}

test('line ends of the file are kept', () => {
  const text = addEntry(base.replaceAll('\n', '\r\n'), 'holds', hold);
  assert.doesNotMatch(text, /[^\r]\n/);
  assert.deepEqual(holdsOf(text), [parsed]);
});

test('a config that is JSON stays JSON', () => {
  const json = JSON.stringify(
    { version: 1, images: { ci: { baseline: 'ci', build: {} } }, suites: { unit: { command: 'x' } } },
    undefined,
    2,
  );
  const text = addEntry(addEntry(json, 'holds', hold), 'holds', hold);
  assert.deepEqual(holdsOf(text), [parsed, parsed]);
  assert.doesNotThrow(() => void JSON.parse(text));
});

test('a list that is an alias is left alone', () => {
  const text = `${base}waivers: &none []\nholds: *none\n`;
  assert.throws(() => addEntry(text, 'holds', hold), /not a list that something can be added to/);
});

test('whatever a reason holds, it is read back as it was given', () => {
  const lists = ['', 'holds:\n', 'holds: []\n', `holds:\n${entry}`];
  check(
    property(string({ unit: 'grapheme', minLength: 1 }), constantFrom(...lists), (reason, list) => {
      pre(!/[\0-\x08\x0b-\x1f\x7f]/.test(reason));
      const text = addEntry(`${base}${list}`, 'holds', [
        ...hold.slice(0, 2),
        ['reason', reason],
        ...hold.slice(3),
      ]);
      const holds = readConfig(text, 'lockkeeper.yaml', '/repo').holds;
      assert.equal(holds.at(-1)?.reason, reason);
    }),
    { seed: 20261121, numRuns: 300 },
  );
});

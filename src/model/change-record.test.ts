import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Change } from './change.ts';
import { comparisonName, formatChangeRecord, parseChangeRecord } from './change-record.ts';
import { digestOf } from './digest.ts';

const change: Change = {
  class: 'packages changed',
  settings: [{ setting: 'build time', from: '1', to: '2' }],
  layers: { kept: 1, added: 2, removed: 3 },
  source: { repository: undefined, from: 'a', to: 'b', link: undefined, base: { from: 'x', to: undefined } },
  contents: {
    packages: [
      {
        kind: 'up',
        ecosystem: 'deb',
        name: 'a',
        architecture: undefined,
        from: '1',
        to: '2',
        fromSize: undefined,
        toSize: 7,
      },
    ],
    files: [
      {
        path: 'ü/\udc80',
        kind: 'added',
        aspects: [],
        from: undefined,
        to: { kind: 'file', mode: 0o644, uid: 0, gid: 0, size: 1, sha256: 'ab', target: '' },
        owner: { kind: 'layer', side: 'candidate', digest: digestOf('layer'), line: undefined },
        noise: undefined,
        overShared: true,
      },
    ],
    sizes: { from: 1, to: 2 },
    sharedUnread: 1,
    unread: [digestOf('unread')],
    findings: ['candidate: odd'],
  },
};

test('what is kept of a comparison is read again as it was', () => {
  for (const each of [change, { ...change, source: undefined, contents: undefined }])
    assert.deepEqual(
      JSON.parse(JSON.stringify(parseChangeRecord(formatChangeRecord(each)))),
      JSON.parse(JSON.stringify(each)),
    );
});

test('what is something else is nothing', () => {
  for (const text of [
    '',
    '{',
    '[]',
    'null',
    JSON.stringify({ ...change, more: 1 }),
    JSON.stringify({ ...change, class: 'fine' }),
    JSON.stringify({ ...change, contents: { ...change.contents, unread: ['sha256:1'] } }),
  ])
    assert.equal(parseChangeRecord(Buffer.from(text)), undefined, text);
});

test('another question has another name', () => {
  const [baseline, candidate] = [digestOf('a'), digestOf('b')];
  const names = [
    { baseline, candidate, manner: ['layers'] },
    { baseline: candidate, candidate: baseline, manner: ['layers'] },
    { baseline, candidate: baseline, manner: ['layers'] },
    { baseline, candidate, manner: ['proof'] },
    { baseline, candidate, manner: ['layers', { paths: ['a'] }] },
  ].map(comparisonName);
  assert.equal(new Set(names).size, names.length);
});

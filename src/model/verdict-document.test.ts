import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { digestOf, parseDigest } from './digest.ts';
import { findingKinds, type Finding, type FindingKind } from './finding.ts';
import type { GateRecord } from './gate-record.ts';
import { asTestId } from './observation.ts';
import { formatVerdictDocument, parseVerdictDocument, type VerdictDocument } from './verdict-document.ts';
import { verdictKinds, type Verdict } from './verdict.ts';

const digest = parseDigest(`sha256:${'a'.repeat(64)}`);
const verdict: Verdict = {
  kind: 'reject: regression',
  sentence: 'it “broke”\n\u0000',
  mover: 'image author',
  next: 'mend it',
};
const noCounts = Object.fromEntries(findingKinds.map((kind) => [kind, 0]));

function countsOf(findings: readonly Finding[]): Record<FindingKind, number> {
  const counts = { ...emptyCounts() };
  for (const { kind } of findings) counts[kind] += 1;
  return counts;
}

function emptyCounts(): Record<FindingKind, number> {
  return {
    'sentinel-passed': 0,
    'must-pass-failed': 0,
    'cannot-start': 0,
    regressed: 0,
    'lost-coverage': 0,
    infrastructure: 0,
    'not-comparable': 0,
    unconfirmed: 0,
    'newly-flaky': 0,
    'new-failing': 0,
    'lost-failing': 0,
    'changed-failure': 0,
    'known-flaky': 0,
    'flaky-on-both': 0,
    'still-failing': 0,
    fixed: 0,
    gained: 0,
    same: 0,
  };
}

const findings: readonly Finding[] = [
  {
    test: asTestId('a › b #2'),
    kind: 'regressed',
    baseline: 'passed',
    candidate: 'failed',
    because: 'it failed',
    baselineDetail: '',
    candidateDetail: 'expected \ud800 lone',
    confirmed: {
      baselinePassed: 6,
      baselineFailed: 0,
      candidatePassed: 0,
      candidateFailed: 6,
      p: 0.001_082_251_082_251_082_3,
    },
  },
  { test: asTestId('c'), kind: 'gained', baseline: undefined, candidate: 'passed', because: '' },
];

const record: GateRecord = {
  createdAt: '2026-11-21T00:00:00.000Z',
  durationMs: 12.5,
  madeBy: 'lockkeeper 0.1.0',
  engine: 'docker 27',
  notices: [],
  policy: digest,
  set: 'set-1',
  source: { commit: 'c'.repeat(40), tree: undefined, dirty: true },
  members: [
    {
      image: 'ci',
      baselineReference: 'r.test/ci:stable',
      baseline: undefined,
      candidate: digest,
      baselinePlatforms: [],
      candidatePlatforms: [{ platform: 'linux/amd64', manifest: digest }],
    },
  ],
};

function document(found: readonly Finding[] = findings): VerdictDocument {
  return {
    schemaVersion: 1,
    record,
    setVerdict: {
      verdict,
      members: [
        {
          image: 'ci',
          baselineReference: 'r.test/ci:stable',
          baseline: undefined,
          candidate: digest,
          verdict,
          suites: [
            {
              image: 'ci',
              suite: 'unit',
              platform: 'linux/amd64',
              verdict,
              findings: found,
              counts: countsOf(found),
              observed: { baseline: 1, candidate: 2 },
              trials: 14,
            },
          ],
        },
        {
          image: 'base',
          baselineReference: 'r.test/base',
          baseline: digest,
          candidate: digest,
          verdict: { ...verdict, kind: 'promote' },
          suites: [],
        },
      ],
    },
  };
}

test('a verdict reads back as it was written, with every finding', () => {
  const wellFormed = document(
    findings.map((finding) => ({
      ...finding,
      ...(finding.candidateDetail === undefined ? {} : { candidateDetail: 'x' }),
    })),
  );
  assert.deepEqual(parseVerdictDocument(formatVerdictDocument(wellFormed)), wellFormed);
});

test('equal verdicts have equal bytes, whatever the order of their members was', () => {
  const { setVerdict } = document();
  const { members, policy, ...rest } = record;
  const shuffled: VerdictDocument = { setVerdict, record: { members, policy, ...rest }, schemaVersion: 1 };
  assert.equal(digestOf(formatVerdictDocument(shuffled)), digestOf(formatVerdictDocument(document())));
});

test('all kinds of verdict and finding are read back', () => {
  const every = findingKinds.map((kind, index): Finding => ({
    test: asTestId(`t${index}`),
    kind,
    baseline: 'skipped',
    candidate: 'missing',
    because: kind,
  }));
  const read = parseVerdictDocument(formatVerdictDocument(document(every)));
  const listed = every.filter(({ kind }) => kind !== 'same');
  assert.deepEqual(
    read.setVerdict.members[0]?.suites[0]?.findings,
    listed,
    'what is the same is counted only',
  );
  assert.deepEqual(read.setVerdict.members[0]?.suites[0]?.counts, countsOf(every));
  for (const kind of verdictKinds) {
    const changed = document();
    const whole: VerdictDocument = {
      ...changed,
      setVerdict: { ...changed.setVerdict, verdict: { ...verdict, kind } },
    };
    assert.equal(parseVerdictDocument(formatVerdictDocument(whole)).setVerdict.verdict.kind, kind);
  }
});

test('any text of a test survives', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', minLength: 1 }),
      fc.string({ unit: 'grapheme' }),
      (name, because) => {
        const one: Finding = {
          test: asTestId(name),
          kind: 'gained',
          baseline: 'missing',
          candidate: 'passed',
          because,
        };
        assert.deepEqual(parseVerdictDocument(formatVerdictDocument(document([one]))), document([one]));
      },
    ),
  );
});

const text = Buffer.from(formatVerdictDocument(document())).toString();
for (const [why, bad] of [
  ['another version', text.replace('"schemaVersion":1', '"schemaVersion":2')],
  ['an unknown key', text.replace('{', '{"approved":true,')],
  ['an unknown key in a member', text.replace('"image":"base"', '"image":"base","force":true')],
  ['a key twice', text.replace('"image":"base"', '"image":"base","image":"ci"')],
  ['an unknown verdict', text.replace('"kind":"promote"', '"kind":"promote!"')],
  ['an unknown finding', text.replace('"kind":"gained"', '"kind":"won"')],
  ['a digest that is none', text.replaceAll(digest, 'sha256:1')],
  ['a policy that is gone', text.replace('"policy"', '"police"')],
  ['no platform of a candidate', text.replace(/"candidatePlatforms":\[.*?\]/, '"candidatePlatforms":[]')],
  ['no member', text.replace(/"members":\[.*\],"verdict"/, '"members":[],"verdict"')],
  ['a negative count', text.replace('"trials":14', '"trials":-1')],
  ['a chance beyond one', text.replace('"p":0.00', '"p":7.00')],
  ['counts that miss a kind', text.replace('"regressed":1,', '')],
  ['a time that is none', text.replace('2026-11-21T', 'today ')],
  ['nothing', ''],
] as const) {
  test(`a verdict document with ${why} is refused`, () => {
    assert.notEqual(bad, text, 'the mutation must change something');
    assert.throws(() => parseVerdictDocument(Buffer.from(bad)), { code: 'content-refused' });
  });
}

test('the kinds that this test counts are all kinds', () => {
  assert.deepEqual(Object.keys(noCounts), Object.keys(emptyCounts()));
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  concludeStored,
  driveOne,
  storedPair,
  type EvidenceParts,
  type MadeSuite,
  type Results,
} from '../../../test/support/judge-evidence.ts';
import type { Verdict } from '../../model/verdict.ts';

const many = (count: number, status: 'passed' | 'failed', name = 't'): Results =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${name}${index}`, status]));
const gated = (baseline: Results, candidate: Results, parts: EvidenceParts = {}): Verdict =>
  driveOne(({ side }) => ({ results: side === 'baseline' ? baseline : candidate }), parts).verdict;
const stored = (baseline: Results, candidate: Results): Verdict =>
  concludeStored(storedPair(baseline, candidate)).verdict;
const rerunFails =
  (rounds: number): MadeSuite =>
  ({ step, side, round }) => ({
    results: {
      a: 'passed',
      b: side === 'candidate' && (step === 'screen' || round <= rounds) ? 'failed' : 'passed',
    },
  });

const good = many(9, 'passed');

/** What people read; a change here is a change of the product. */
const texts: readonly (readonly [string, () => Verdict, string])[] = [
  ['promote', () => gated(good, good), 'the candidate holds up in 9 tests that pass in the baseline'],
  [
    'promote with all that is shown beside',
    () =>
      gated(
        { ...good, f: 'failed: x', g: 'failed: x', h: 'failed', i: 'failed' },
        { ...good, f: 'failed: x', g: 'failed: y', h: 'passed', j: 'passed' },
      ),
    'the candidate holds up in 9 tests that pass in the baseline (1 fails on both sides, 1 fails otherwise than before, 1 that did not pass does not run any more, 1 is fixed, 1 is gained)',
  ],
  [
    'promote over a baseline that passes nothing',
    () => gated({ a: 'failed' }, { a: 'passed' }),
    'no test passes in the baseline, so none could be lost (1 is fixed)',
  ],
  [
    'regressed',
    () => gated(good, { ...good, ...many(2, 'failed') }),
    '2 of 9 tests that pass in the baseline fail in the candidate; first: t0',
  ],
  [
    'regressed and lost',
    () => gated({ ...good, x: 'passed' }, { ...good, ...many(2, 'failed') }),
    '2 of 10 tests that pass in the baseline fail in the candidate; first: t0; 1 of 10 tests that pass in the baseline does not run in the candidate; first: x',
  ],
  [
    'a new test that errors',
    () => gated(good, { ...good, x: 'errored' }),
    '1 test fails in the candidate and not in the baseline; first: x',
  ],
  [
    'must pass',
    () => gated(good, { ...good, t1: 'skipped' }, { mustPass: ['t1'] }),
    '1 test that must pass is not seen to pass in the candidate; first: t1',
  ],
  [
    'newly flaky',
    () => driveOne(rerunFails(1)).verdict,
    '1 test fails now and then in the candidate, but not clearly more often than in the baseline; first: b',
  ],
  [
    'new failing',
    () => gated(good, { ...good, x: 'failed', y: 'failed' }),
    '2 tests that the baseline does not have fail in the candidate; first: x',
  ],
  [
    'unconfirmed',
    () => stored(good, { ...good, ...many(3, 'failed') }),
    '3 regressions are unconfirmed, for nothing was run again; first: t0',
  ],
  [
    'one bit',
    () => gated({ it: 'failed' }, { it: 'failed' }, { oneBit: true }),
    '1 test cannot be compared, for one exit status that is bad on both sides hides any new failure; first: it',
  ],
  [
    'errors on both sides',
    () => gated({ ...good, x: 'errored' }, { ...good, x: 'errored' }),
    'harness or engine broke 1 test, so that nothing can be said of it; first: x',
  ],
  ['nothing comparable', () => gated({}, {}), 'no test ran on both sides'],
];

for (const [name, verdict, sentence] of texts) {
  test(`${name}: the sentence counts and names the first test`, () => {
    assert.equal(verdict().sentence, sentence);
  });
}

test('every verdict says whose move it is and how to make it', () => {
  const moves = new Map(
    texts.map(([, verdict]) => verdict()).map(({ kind, mover, next }) => [kind, [mover, next]]),
  );
  assert.deepEqual(moves.get('promote'), ['nobody', '`lockkeeper promote DIR`']);
  assert.deepEqual(moves.get('reject: regression'), [
    'image author',
    'mend the image, then `lockkeeper build --out DIR` and `lockkeeper gate --bundle DIR`',
  ]);
  assert.deepEqual(moves.get('hold: newly flaky'), [
    'test author',
    'steady the test, or try again with `lockkeeper gate --bundle DIR`',
  ]);
  assert.deepEqual(moves.get('hold: infrastructure'), [
    'maintainer',
    'see what their set-up says, then `lockkeeper gate --bundle DIR`; for those that err on every image, `lockkeeper waive TEST --image app --suite unit --until DAY --reason "why"`',
  ]);
  assert.equal(moves.get('hold: no evidence')?.[0], 'maintainer');
});

test('a hostile test name reaches a sentence cut, on one line and visible', () => {
  const name = `evil\u001b[31m\n\u202e${'x'.repeat(5000)}`;
  const { sentence } = gated({ ...good, [name]: 'passed' }, good);
  assert.ok(sentence.length < 400, `${sentence.length} characters`);
  assert.ok(!/[\u0000-\u001f\u202e]/u.test(sentence));
  assert.ok(sentence.includes(String.raw`evil\x1b[31m`));
});

test('the worst finding wins', () => {
  const bad = { ...good, n: 'failed', x: 'errored' } as const;
  assert.equal(gated({ ...good, x: 'errored' }, bad).kind, 'hold: infrastructure');
  assert.equal(gated({ ...good, x: 'errored' }, { ...bad, t0: 'failed' }).kind, 'reject: regression');
  assert.equal(
    gated({ ...good, x: 'errored' }, { ...bad, t0: 'failed' }, { mustPass: ['t0'] }).kind,
    'reject: must-pass',
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exitOfVerdict } from './gate-report.ts';
import { verdictKinds, worstVerdict, type Verdict, type VerdictKind } from './verdict.ts';

/** Best first, each with its exit status; written apart from the code. */
const exits: readonly (readonly [VerdictKind, number])[] = [
  ['promote', 0],
  ['promote with waiver', 0],
  ['hold: needs approval', 4],
  ['hold: newly flaky', 4],
  ['hold: no evidence', 4],
  ['hold: infrastructure', 4],
  ['reject: regression', 3],
  ['reject: must-pass', 3],
];

const verdictOf = (kind: VerdictKind, sentence = ''): Verdict => ({
  kind,
  sentence,
  mover: 'nobody',
  next: '',
});

test('the verdicts stand in their order, each with its exit status', () => {
  assert.deepEqual(
    verdictKinds,
    exits.map(([kind]) => kind),
  );
  for (const [kind, exit] of exits) assert.equal(exitOfVerdict(kind), exit, kind);
});

test('of any two verdicts the worse one wins, whichever comes first; of equals the first', () => {
  verdictKinds.forEach((better, index) => {
    for (const worse of verdictKinds.slice(index)) {
      const [one, other] = [verdictOf(better, 'one'), verdictOf(worse, 'other')];
      const both = [worstVerdict([one, other])?.sentence, worstVerdict([other, one])?.sentence];
      assert.deepEqual(both, better === worse ? ['one', 'other'] : ['other', 'other'], `${better}, ${worse}`);
    }
  });
  assert.equal(worstVerdict([]), undefined);
});

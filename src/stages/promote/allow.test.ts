import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  allowOrder,
  bundleOf,
  memberVerdict,
  setVerdict,
  verdictBytes,
  verdictOf,
  type Contender,
} from '../../../test/support/promotion.ts';
import { sampleImage } from '../../../test/support/sample-images.ts';
import { isFailure, type FailureCode } from '../../base/failure.ts';
import { digestOf } from '../../model/digest.ts';
import { parseReference } from '../../model/reference.ts';
import { verdictKinds, type MemberVerdict, type SetVerdict, type VerdictKind } from '../../model/verdict.ts';
import { allowMoves, type AllowOrder } from './allow.ts';

const ci: Contender = {
  image: 'ci',
  baselineReference: 'r.test/ci:stable',
  baseline: sampleImage().manifest.digest,
  candidate: sampleImage().manifest,
};
const base: Contender = {
  image: 'base',
  baselineReference: 'r.test/base:stable',
  baseline: undefined,
  candidate: sampleImage().manifest,
};
const both = [ci, base];
const order = allowOrder(both);
const approval = { author: 'ann', reason: 'the new tests are expected' };

test('a verdict that promotes allows exactly its digests to move from where the baselines stood', () => {
  const moves = allowMoves(order);
  assert.deepEqual(moves, [
    {
      image: 'ci',
      target: 'r.test/ci:stable',
      baselineReference: 'r.test/ci:stable',
      from: ci.baseline,
      to: ci.candidate.digest,
      verdict: digestOf(order.verdict ?? ''),
      approval: undefined,
    },
    {
      image: 'base',
      target: 'r.test/base:stable',
      baselineReference: 'r.test/base:stable',
      from: undefined,
      to: base.candidate.digest,
      verdict: digestOf(order.verdict ?? ''),
      approval: undefined,
    },
  ]);
});

test('an image may have several targets or none, and a name without a tag means latest', () => {
  const moves = allowMoves({
    ...order,
    targets: ['r.test/ci:stable', 'r.test/ci', 'other.test/x:1'].map((name) => ({
      image: 'ci',
      reference: parseReference(name),
    })),
  });
  assert.deepEqual(
    moves.map(({ target }) => target),
    ['r.test/ci:stable', 'r.test/ci:latest', 'other.test/x:1'],
  );
  assert.deepEqual(allowMoves({ ...order, targets: [] }), []);
});

/** What each kind of verdict allows: without and with an approval. */
const table: Readonly<Record<VerdictKind, readonly ['yes' | 'no', 'yes' | 'no']>> = {
  promote: ['yes', 'yes'],
  'promote with waiver': ['yes', 'yes'],
  'hold: needs approval': ['no', 'yes'],
  'hold: newly flaky': ['no', 'no'],
  'hold: no evidence': ['no', 'no'],
  'hold: infrastructure': ['no', 'no'],
  'reject: regression': ['no', 'no'],
  'reject: must-pass': ['no', 'no'],
};

function outcomeOf(each: AllowOrder): string {
  try {
    return allowMoves(each).length > 0 ? 'yes' : 'nothing';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

for (const kind of verdictKinds) {
  for (const [index, given] of [undefined, approval].entries()) {
    const expected = table[kind][index] === 'yes' ? 'yes' : 'verdict-forbids';
    test(`"${kind}" ${given === undefined ? 'without' : 'with'} an approval: ${expected}`, () => {
      assert.equal(
        outcomeOf({ ...order, verdict: verdictBytes(setVerdict(both, kind)), approval: given }),
        expected,
      );
    });
  }
}

test('an approval is on record only where it was needed', () => {
  assert.equal(allowMoves({ ...order, approval })[0]?.approval, undefined);
  assert.deepEqual(
    allowMoves({ ...order, verdict: verdictBytes(setVerdict(both, 'hold: needs approval')), approval })[0]
      ?.approval,
    approval,
  );
});

for (const bad of [
  { author: '', reason: 'x' },
  { author: 'x', reason: ' ' },
]) {
  test(`an approval by ${JSON.stringify(bad.author)} because of ${JSON.stringify(bad.reason)} is none`, () => {
    assert.equal(
      outcomeOf({ ...order, verdict: verdictBytes(setVerdict(both, 'hold: needs approval')), approval: bad }),
      'usage',
    );
  });
}

function withMembers(members: readonly MemberVerdict[], kind: VerdictKind = 'promote'): SetVerdict {
  return { verdict: verdictOf(kind), members };
}

const [onCi, onBase] = [memberVerdict(ci), memberVerdict(base)];
const otherDigest = sampleImage().manifest.digest;
const refusals: readonly (readonly [string, SetVerdict, FailureCode])[] = [
  ['says nothing on a member', withMembers([onCi]), 'verdict-missing'],
  ['is on one more image', withMembers([onCi, onBase, { ...onBase, image: 'more' }]), 'verdict-missing'],
  ['is on one image twice', withMembers([onCi, onBase, { ...onCi }]), 'verdict-missing'],
  ['is on another candidate', withMembers([onCi, { ...onBase, candidate: otherDigest }]), 'verdict-missing'],
  ['rests on no suite', withMembers([onCi, { ...onBase, suites: [] }]), 'verdict-missing'],
  [
    'promotes a set with a member that it rejects',
    withMembers([onCi, { ...onBase, verdict: verdictOf('reject: regression') }]),
    'verdict-forbids',
  ],
  [
    'promotes a member with a suite that it holds',
    withMembers([
      onCi,
      {
        ...onBase,
        suites: onBase.suites.map((suite) => ({ ...suite, verdict: verdictOf('hold: no evidence') })),
      },
    ]),
    'verdict-forbids',
  ],
  [
    'rejects a set whose members it promotes',
    withMembers([onCi, onBase], 'reject: regression'),
    'verdict-forbids',
  ],
];

for (const [why, verdict, code] of refusals) {
  test(`a verdict that ${why} is ${code}`, () => {
    assert.equal(outcomeOf({ ...order, verdict: verdictBytes(verdict) }), code);
    assert.equal(
      outcomeOf({ ...order, verdict: verdictBytes(verdict), approval }),
      code,
      'and an approval changes nothing',
    );
  });
}

test('no verdict, one of another policy, one that cannot be read', () => {
  assert.equal(outcomeOf({ ...order, verdict: undefined }), 'verdict-missing');
  assert.equal(outcomeOf({ ...order, policy: digestOf('another') }), 'verdict-missing');
  assert.equal(outcomeOf({ ...order, verdict: Buffer.from('{"verdict":"promote"}') }), 'content-refused');
});

test('a part of a judged set is not promoted', () => {
  assert.equal(outcomeOf({ ...order, bundle: bundleOf([ci]) }), 'verdict-missing');
});

test('targets that contradict each other, or cannot move, are refused', () => {
  const target = (image: string, name: string): AllowOrder['targets'][number] => ({
    image,
    reference: parseReference(name),
  });
  assert.equal(
    outcomeOf({ ...order, targets: [target('ci', 'r.test/x:1'), target('base', 'r.test/x:1')] }),
    'config-invalid',
  );
  assert.equal(
    outcomeOf({ ...order, targets: [target('ci', 'r.test/x'), target('base', 'r.test/x:latest')] }),
    'config-invalid',
  );
  assert.equal(outcomeOf({ ...order, targets: [target('ci', `r.test/x@${otherDigest}`)] }), 'config-invalid');
  assert.equal(outcomeOf({ ...order, targets: [target('unknown', 'r.test/x:1')] }), 'name-unknown');
});

test('a refusal proposes commands that can be copied: they name the bundle', () => {
  const next = 'mend the image, then `lockkeeper build --out DIR` and `lockkeeper gate --bundle DIR`';
  const document = setVerdict(both, 'reject: regression');
  const verdict = verdictBytes({ ...document, verdict: { ...document.verdict, next } });
  assert.throws(
    () => allowMoves({ ...order, verdict }),
    (error) => isFailure(error, 'verdict-forbids') && /--out 'a b'`.*--bundle 'a b'`$/.test(error.hint ?? ''),
  );
});

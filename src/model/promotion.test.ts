import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDigest, type Digest } from './digest.ts';
import {
  formatPromotion,
  parsePromotion,
  standingOf,
  type Promotion,
  type PromotionMove,
  type Standing,
} from './promotion.ts';

const [from, to, other] = ['a', 'b', 'c'].map((digit) => parseDigest(`sha256:${digit.repeat(64)}`));
const move: PromotionMove = {
  image: 'ci',
  target: 'r.test/ci:stable',
  baselineReference: 'r.test/ci:stable',
  from,
  to: to ?? parseDigest(''),
  verdict: other ?? parseDigest(''),
  approval: undefined,
};
const elsewhere = { ...move, target: 'r.test/ci:2026' };

/** Where a target stands, for a move of the baseline's own name and for one of another name. */
const table: readonly (readonly [string, PromotionMove, Digest | undefined, Standing])[] = [
  ['own name at the baseline', move, from, 'to-move'],
  ['own name at the candidate', move, to, 'moved'],
  ['own name at another image', move, other, 'elsewhere'],
  ['own name gone', move, undefined, 'elsewhere'],
  ['own name new, as it was', { ...move, from: undefined }, undefined, 'to-move'],
  ['own name new, and somebody made it', { ...move, from: undefined }, other, 'elsewhere'],
  ['own name new, and done', { ...move, from: undefined }, to, 'moved'],
  ['own name that stays where it is', { ...move, to: from ?? move.to }, from, 'moved'],
  ['other name at the baseline', elsewhere, from, 'to-move'],
  ['other name at the candidate', elsewhere, to, 'moved'],
  ['other name at another image', elsewhere, other, 'elsewhere'],
  ['other name new', elsewhere, undefined, 'to-move'],
  ['other name new, without a baseline', { ...elsewhere, from: undefined }, undefined, 'to-move'],
  ['other name at another image, without a baseline', { ...elsewhere, from: undefined }, other, 'elsewhere'],
];

for (const [why, each, found, expected] of table) {
  test(`${why}: ${expected}`, () => {
    assert.equal(standingOf(each, found), expected);
  });
}

const promotion: Promotion = {
  schemaVersion: 1,
  set: 'set-1',
  intendedAt: '2026-11-21T00:00:00.000Z',
  doneAt: undefined,
  moves: [move, { ...elsewhere, from: undefined, approval: { author: 'ann', reason: 'looked at it' } }],
};

test('a promotion reads back as it was written, under way and done', () => {
  for (const each of [promotion, { ...promotion, doneAt: '2026-11-21T00:01:00.000Z' }])
    assert.deepEqual(parsePromotion(formatPromotion(each), '/b'), each);
});

for (const document of [
  {},
  { ...promotion, moves: [] },
  { ...promotion, extra: 1 },
  { ...promotion, intendedAt: 'yesterday' },
  [],
]) {
  test(`${JSON.stringify(document).slice(0, 40)} is no record of a promotion`, () => {
    assert.throws(() => parsePromotion(Buffer.from(JSON.stringify(document)), '/b'), {
      code: 'bundle-invalid',
    });
  });
}

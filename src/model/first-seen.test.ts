import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from './digest.ts';
import { formatSeen, parseSeen, seenName, SeenLedger } from './first-seen.ts';

test('of two instants the earlier counts, in whatever order they come', () => {
  const [a, b] = [digestOf('a'), digestOf('b')];
  const early = { name: 'x/y:1', digest: a, at: '2026-01-01T00:00:00Z' };
  const late = { ...early, at: '2026-02-01T00:00:00Z' };
  const other = { name: 'x/y:1', digest: b, at: '2026-01-15T00:00:00Z' };
  const [left, right] = [
    new SeenLedger([late]).with([early, other]),
    new SeenLedger([other, early]).with([late]),
  ];
  assert.deepEqual(left.entries(), [early, other]);
  assert.deepEqual(right.entries(), left.entries());
  assert.equal(left.firstSeen('x/y:1', a), early.at);
  assert.equal(left.firstSeen('x/y:2', a), undefined);
  assert.equal(left.firstSeen('x/y:1', digestOf('c')), undefined);
});

test('written and read it is the same; broken lines tell nothing', () => {
  const entries = ['a', 'b'].map((name) => ({
    name: `x/${name}:1`,
    digest: digestOf(name),
    at: '2026-01-01T00:00:00.000Z',
  }));
  const bytes = formatSeen(new SeenLedger(entries));
  assert.deepEqual(parseSeen(bytes), entries);
  assert.match(seenName(bytes), /^[0-9a-f]{32}\.txt$/);
  const broken = [
    '<<<<<<< ours',
    '2026-01-01 sha256:00 x',
    `2026-99-99T00:00:00.000Z ${digestOf('a')} x`,
    '',
  ];
  assert.deepEqual(parseSeen(Buffer.from(`${broken.join('\n')}\n${Buffer.from(bytes).toString()}`)), entries);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestNamed, mentionOf } from '../../../test/support/sample-mentions.ts';
import type { Mention } from '../../model/mention.ts';
import { unitKey } from '../../model/move.ts';
import type { Plan, PlanEntry } from '../../model/plan.ts';
import { parseReference } from '../../model/reference.ts';
import { unitsOf } from './units.ts';

const moving = (
  follows: string,
  from: string,
  to: string,
  mention: Mention = mentionOf(`${follows}@${digestNamed(from)}`),
): PlanEntry => ({
  mention,
  follows: parseReference(follows),
  decision: { kind: 'move', from: digestNamed(from), to: digestNamed(to), backwards: false },
});
const kinship = (): undefined => undefined;
const said = (entries: Plan['entries']): readonly string[] =>
  unitsOf({ entries }, { kinship }).map(({ moves }) =>
    moves
      .map(({ name, entries: own }) => `${name.repository.replace('library/', '')}×${own.length}`)
      .join(' + '),
  );

test('mentions of one name and one pair of digests are one move; other names are units of their own', () => {
  const entries = [moving('a:1', 'old', 'new'), moving('b:1', 'x', 'y'), moving('a:1', 'old', 'new')];
  assert.deepEqual(said(entries), ['a×2', 'b×1']);
});

test('a name that is pinned to several digests moves as a whole', () => {
  assert.deepEqual(said([moving('a:1', 'older', 'new'), moving('a:1', 'old', 'new')]), ['a×1 + a×1']);
});

test('one image under two tags or names moves as a whole', () => {
  const entries = [moving('a:1', 'old', 'new'), moving('b:1', 'x', 'y'), moving('a:latest', 'old', 'new')];
  assert.deepEqual(said(entries), ['a×1 + a×1', 'b×1']);
  assert.deepEqual(said([moving('mirror/a:1', 'old', 'new'), moving('a:1', 'old', 'new')]), [
    'mirror/a×1 + a×1',
  ]);
});

test('names that share a place of a file move together, through others too', () => {
  const at = (text: string): Mention => mentionOf(text, { file: 'shared.yaml', start: 7 });
  const entries = [
    moving('a:1', 'a', 'A', at('a:1')),
    moving('c:1', 'c', 'C'),
    moving('b:1', 'b', 'B'),
    moving('b:1', 'b2', 'B', at('b:1')),
  ];
  assert.deepEqual(said(entries), ['a×1 + b×1 + b×1', 'c×1']);
});

test('what stays is in no unit, and a key hangs on names and where they go to alone', () => {
  const entries = [moving('a:1', 'old', 'new'), moving('b:1', 'x', 'y')];
  const stays: PlanEntry = {
    mention: mentionOf('c:1'),
    follows: undefined,
    decision: { kind: 'stay', why: 'no tag', detail: '', failure: undefined },
  };
  const [unit] = unitsOf({ entries: [stays, ...entries] }, { kinship: () => ({ kind: 'dead' }) });
  assert.equal(unit?.moves[0].dead, true);
  assert.equal(unit.key, unitKey([{ name: parseReference('a:1'), to: digestNamed('new') }]));
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestNamed, mentionOf, partOf } from '../../../test/support/sample-mentions.ts';
import { InvariantError } from '../../base/invariant.ts';
import type { Mention } from '../../model/mention.ts';
import { parseReference } from '../../model/reference.ts';
import { pinEdits } from './pin.ts';
import { unpinEdits } from './unpin.ts';

const [old, fresh] = [digestNamed('old'), digestNamed('fresh')];

const afterPin = (mention: Mention, follows: string): readonly string[] =>
  pinEdits({ mention, follows: parseReference(follows), to: fresh }).map(
    ({ before, after }) => `${before} → ${after}`,
  );

test('a digest goes behind the tag; a name without one gets the tag that it follows', () => {
  assert.deepEqual(afterPin(mentionOf('node:22'), 'node:22'), [`node:22 → node:22@${fresh}`]);
  assert.deepEqual(afterPin(mentionOf('node'), 'node:latest'), [`node → node:latest@${fresh}`]);
  assert.deepEqual(afterPin(mentionOf('localhost:5000/a'), 'localhost:5000/a:latest'), [
    `localhost:5000/a → localhost:5000/a:latest@${fresh}`,
  ]);
});

test('a digest is replaced and nothing else; another tag to follow is written', () => {
  const mention = mentionOf(`docker.io/node:22@${old}`);
  assert.deepEqual(afterPin(mention, 'docker.io/node:22'), [
    `docker.io/node:22@${old} → docker.io/node:22@${fresh}`,
  ]);
  assert.deepEqual(afterPin(mention, 'docker.io/node:24'), [
    `docker.io/node:22@${old} → docker.io/node:24@${fresh}`,
  ]);
});

test('a comment that tells the tag stays the place of the tag, and is kept true', () => {
  const note = { tool: 'frizbee', place: partOf('v1.2', 900).place, text: 'v1.2', means: 'v1.2' } as const;
  const mention = mentionOf(`a@${old}`, { note });
  assert.deepEqual(afterPin(mention, 'a:v1.2'), [`a@${old} → a@${fresh}`]);
  assert.deepEqual(afterPin(mention, 'a:v1.3'), [`a@${old} → a@${fresh}`, 'v1.2 → v1.3']);
  const ratchet = { tool: 'ratchet', place: note.place, text: 'ratchet:a:v1.2', means: 'v1.2' } as const;
  assert.deepEqual(afterPin(mentionOf(`a@${old}`, { note: ratchet }), 'a:v2'), [
    `a@${old} → a@${fresh}`,
    'ratchet:a:v1.2 → ratchet:a:v2',
  ]);
});

test('a comment that tells something else than the name is left alone', () => {
  const note = {
    tool: 'frizbee',
    place: partOf('cve-2024', 900).place,
    text: 'cve-2024',
    means: 'cve-2024',
  } as const;
  assert.deepEqual(afterPin(mentionOf(`a:1@${old}`, { note }), 'a:1'), [`a:1@${old} → a:1@${fresh}`]);
});

const split = (
  parts: { readonly tag?: string; readonly digest?: string },
  syntax: Mention['syntax'] = 'kubernetes',
): Mention =>
  mentionOf('library/node', {
    syntax,
    layout: {
      kind: 'split',
      registry: undefined,
      repository: partOf('library/node', 0),
      tag: parts.tag === undefined ? undefined : partOf(parts.tag, 100),
      digest: parts.digest === undefined ? undefined : partOf(parts.digest, 200),
    },
  });

test('a name in several keys: the digest goes to its own key, or behind the tag of a chart', () => {
  assert.deepEqual(afterPin(split({ tag: '22', digest: old }), 'node:22'), [`${old} → ${fresh}`]);
  assert.deepEqual(afterPin(split({ tag: '22', digest: `@${old}` }), 'node:22'), [`@${old} → @${fresh}`]);
  assert.deepEqual(afterPin(split({ tag: '22', digest: '' }), 'node:24'), [` → ${fresh}`, '22 → 24']);
  assert.deepEqual(afterPin(split({ tag: '22' }), 'node:22'), [`22 → 22@${fresh}`]);
  assert.deepEqual(afterPin(split({ tag: `22@${old}` }), 'node:22'), [`22@${old} → 22@${fresh}`]);
  assert.throws(() => afterPin(split({ tag: '22' }, 'bazel'), 'node:22'), InvariantError);
});

const afterUnpin = (mention: Mention): readonly string[] | string => {
  const result = unpinEdits(mention);
  return result.kind === 'stay'
    ? result.why
    : result.edits.map(({ before, after }) => `${before} → ${after}`);
};

test('unpinned, a name keeps its tag, or gets the one that a comment tells', () => {
  assert.deepEqual(afterUnpin(mentionOf(`node:22@${old}`)), [`node:22@${old} → node:22`]);
  const note = { tool: 'frizbee', place: partOf('v1', 900).place, text: 'v1', means: 'v1' } as const;
  assert.deepEqual(afterUnpin(mentionOf(`a@${old}`, { note })), [`a@${old} → a:v1`]);
  assert.equal(afterUnpin(mentionOf('node:22')), 'it has no digest');
  assert.match(String(afterUnpin(mentionOf(`a@${old}`))), /by digest alone/);
});

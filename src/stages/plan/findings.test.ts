import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestNamed, mentionOf } from '../../../test/support/sample-mentions.ts';
import { Failure } from '../../base/failure.ts';
import { SeenLedger } from '../../model/first-seen.ts';
import { mediaTypes } from '../../model/media-type.ts';
import type { Mention } from '../../model/mention.ts';
import { defaultPinPolicy, defaultSeverities, type PinPolicy } from '../../model/pin-policy.ts';
import { formatReference } from '../../model/reference.ts';
import type { Kinship, LookUp } from '../../model/resolution.ts';
import type { NotRead } from '../../model/survey.ts';
import { findingsOf, type CheckAnswers } from './findings.ts';

const [old, now, other] = [digestNamed('old'), digestNamed('now'), digestNamed('other')];
const node = 'docker.io/library/node:22';
const found: LookUp = { kind: 'found', descriptor: { mediaType: mediaTypes.ociIndex, digest: now, size: 1 } };
const pinned = mentionOf(`node:22@${old}`);

interface Situation {
  readonly policy?: Partial<PinPolicy>;
  readonly answer?: LookUp;
  readonly kinship?: Kinship;
  readonly liveness?: LookUp;
  readonly seen?: SeenLedger;
  readonly offline?: boolean;
  readonly notRead?: readonly NotRead[];
}

function said(mentions: readonly Mention[], situation: Situation = {}): readonly string[] {
  const answers: CheckAnswers = {
    lookUp: (name) => (formatReference(name) === node ? (situation.answer ?? found) : undefined),
    kinship: () => situation.kinship,
    liveness: () => situation.liveness,
  };
  const order = {
    mentions,
    policy: { ...defaultPinPolicy, ...situation.policy },
    isWanted: () => true,
    now: '2026-11-21T12:00:00.000Z',
    configFile: 'lockkeeper.yaml',
    seen: situation.seen ?? new SeenLedger(),
    notRead: situation.notRead ?? [],
  };
  return findingsOf(order, situation.offline === true ? undefined : answers).map(
    ({ severity, kind, message }) => {
      assert.ok(message.length > 10);
      return `${severity}: ${kind}`;
    },
  );
}

test('each way of standing to the registry has its finding', () => {
  assert.deepEqual(said([pinned], { kinship: { kind: 'same' } }), []);
  assert.deepEqual(said([pinned], { kinship: { kind: 'same images' } }), []);
  assert.deepEqual(said([pinned], { kinship: { kind: 'other' } }), ['warning: stale']);
  assert.deepEqual(said([pinned], { kinship: { kind: 'dead' } }), ['error: dead']);
  const one = { kind: 'one platform', platform: 'linux/amd64' } as const;
  assert.deepEqual(said([pinned], { kinship: { ...one, now: old } }), ['warning: one-platform']);
  assert.deepEqual(said([pinned], { kinship: { ...one, now: other } }), [
    'warning: one-platform',
    'warning: stale',
  ]);
  const failure = new Failure('registry-timeout', 'slow');
  assert.deepEqual(said([pinned], { kinship: { kind: 'unknown', failure } }), ['warning: unreachable']);
});

test('a name that is gone, and its pinned image with it or without it', () => {
  const answer: LookUp = { kind: 'absent' };
  assert.deepEqual(said([mentionOf('node:22')], { answer }), ['error: absent', 'error: unpinned']);
  assert.deepEqual(said([pinned], { answer, liveness: found }), ['error: absent']);
  assert.deepEqual(said([pinned], { answer, liveness: { kind: 'absent' } }), [
    'error: dead',
    'error: absent',
  ]);
});

test('a file that was not read is told, whatever else is found and whoever is asked', () => {
  const notRead = [{ file: 'ci.yaml', why: 'it is no YAML from line 3 on' }];
  assert.deepEqual(said([mentionOf('node:22')], { notRead, offline: true }), [
    'error: unpinned',
    'warning: not-read',
  ]);
  const severities = { ...defaultPinPolicy.severities, 'not-read': 'error' } as const;
  assert.deepEqual(said([], { notRead, policy: { severities } }), ['error: not-read']);
  assert.deepEqual(said([], { notRead, policy: { severities: { ...severities, 'not-read': 'off' } } }), []);
});

test('a registry that refuses is told from one that does not answer', () => {
  const failed = (code: 'registry-denied' | 'registry-rate-limited'): LookUp => ({
    kind: 'failed',
    failure: new Failure(code, 'no'),
  });
  assert.deepEqual(said([pinned], { answer: failed('registry-denied') }), ['warning: denied']);
  assert.deepEqual(said([pinned], { answer: failed('registry-rate-limited') }), ['warning: unreachable']);
});

test('a pin without a tag is asked for its life only', () => {
  const mention = mentionOf(`node@${old}`);
  assert.deepEqual(said([mention], { liveness: found }), []);
  assert.deepEqual(said([mention], { liveness: { kind: 'absent' } }), ['error: dead']);
});

test('without a registry: unpinned, drifted, unresolved, not allowed', () => {
  const mentions = [
    pinned,
    mentionOf(`node:22@${other}`),
    mentionOf('node:22'),
    mentionOf('$X', { meaning: { kind: 'unresolved', why: 'X has no value' } }),
    mentionOf('ubuntu-24.04', { meaning: { kind: 'vm', name: 'ubuntu-24.04' } }),
    mentionOf('evil.example/a:1'),
  ];
  assert.deepEqual(said(mentions, { offline: true, policy: { allowed: ['docker.io/**'] } }), [
    'error: drifted',
    'error: drifted',
    'error: unpinned',
    'warning: unresolved',
    'error: not-allowed',
  ]);
});

test('a name that went back to what it stood for before', () => {
  const seen = new SeenLedger([
    { name: node, digest: now, at: '2026-11-01T00:00:00Z' },
    { name: node, digest: old, at: '2026-11-02T00:00:00Z' },
  ]);
  assert.deepEqual(said([pinned], { kinship: { kind: 'other' }, seen }), [
    'warning: backwards',
    'warning: stale',
  ]);
});

test('lockkeeper.yaml says what counts, and what is left alone', () => {
  const severities = { ...defaultSeverities, stale: 'error', unpinned: 'off' } as const;
  assert.deepEqual(
    said([pinned, mentionOf('node:22')], { kinship: { kind: 'other' }, policy: { severities } }),
    ['error: stale'],
  );
  assert.deepEqual(said([mentionOf('node:22')], { policy: { leave: ['node'] } }), []);
});

test('a hold whose day has passed counts, whatever names are asked for', () => {
  const hold = {
    ...{ image: 'node', author: 'Ada', reason: 'release', until: '2026-11-20' },
    ...{ digest: undefined, keep: undefined, evidence: undefined },
  };
  const holds = [
    { name: 'node', hold },
    { name: 'node', hold: { ...hold, until: '2026-11-21' } },
    { name: 'node', hold: { ...hold, until: undefined } },
  ];
  assert.deepEqual(said([], { policy: { holds } }), ['error: hold-expired']);
});

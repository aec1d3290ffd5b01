import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestNamed, mentionOf, partOf } from '../../../test/support/sample-mentions.ts';
import { Failure } from '../../base/failure.ts';
import type { Digest } from '../../model/digest.ts';
import { SeenLedger, type FirstSeen } from '../../model/first-seen.ts';
import { mediaTypes } from '../../model/media-type.ts';
import type { Hold } from '../../model/hold.ts';
import type { Mention } from '../../model/mention.ts';
import { defaultPinPolicy, type ImagePolicy, type PinPolicy } from '../../model/pin-policy.ts';
import { formatReference } from '../../model/reference.ts';
import type { Kinship, LookUp } from '../../model/resolution.ts';
import { askableMentions, planPins, type PlanAnswers, type PlanOrder } from './plan.ts';

const [old, now, other] = [digestNamed('old'), digestNamed('now'), digestNamed('other')];
const node = 'docker.io/library/node:22';

const at = (digest: Digest): LookUp => ({
  kind: 'found',
  descriptor: { mediaType: mediaTypes.ociIndex, digest, size: 1 },
});

interface Situation {
  readonly policy?: Partial<PinPolicy>;
  readonly update?: boolean;
  readonly seen?: readonly FirstSeen[];
  readonly answers?: Readonly<Record<string, LookUp>>;
  readonly kinship?: Kinship;
  readonly isWanted?: (mention: Mention) => boolean;
}

function orderOf(mentions: readonly Mention[], situation: Situation): PlanOrder {
  return {
    mentions,
    policy: { ...defaultPinPolicy, ...situation.policy },
    update: situation.update ?? true,
    isWanted: situation.isWanted ?? (() => true),
    now: '2026-11-21T12:00:00.000Z',
    seen: new SeenLedger(situation.seen),
  };
}

/** What is decided of each mention, in short. */
function decided(mentions: readonly Mention[], situation: Situation = {}): readonly string[] {
  const known = situation.answers ?? { [node]: at(now) };
  const answers: PlanAnswers = {
    lookUp: (name) => known[formatReference(name)],
    kinship: () => situation.kinship,
  };
  return planPins(orderOf(mentions, situation), answers).entries.map(({ decision }) => {
    if (decision.kind === 'stay') return decision.why;
    const names = new Map([
      [old, 'old'],
      [now, 'now'],
      [other, 'other'],
    ]);
    const back = decision.kind === 'move' && decision.backwards ? ', backwards' : '';
    return `${decision.kind} to ${names.get(decision.to)}${back}`;
  });
}

const holdOf = (more: Partial<Hold>): Hold => ({
  ...{ image: 'node', author: 'Ada', reason: 'release' },
  ...{ until: undefined, digest: undefined, keep: undefined, evidence: undefined },
  ...more,
});

const rule = (more: Partial<ImagePolicy>): Partial<PinPolicy> => ({
  images: [
    {
      name: 'node*',
      follow: undefined,
      cooldownMs: undefined,
      platforms: undefined,
      ...more,
    },
  ],
});

test('a name without a digest gets one; a stale pin moves, on demand only; a fresh one stays', () => {
  const mentions = ['node:22', `node:22@${old}`, `node:22@${now}`].map((text) => mentionOf(text));
  assert.deepEqual(decided(mentions), ['pin to now', 'move to now', 'current']);
  assert.deepEqual(decided(mentions, { update: false }), ['pin to now', 'pinned', 'pinned']);
});

test('without an update, a name joins the one digest that all its other mentions have', () => {
  const mentions = ['node:22', `node:22@${old}`].map((text) => mentionOf(text));
  for (const kind of ['other', 'same images'] as const)
    assert.deepEqual(decided(mentions, { update: false, kinship: { kind } }), ['pin to old', 'pinned']);
  const unfit: readonly Kinship[] = [
    { kind: 'dead' },
    { kind: 'one platform', platform: 'linux/amd64', now: other },
    { kind: 'unknown', failure: new Failure('registry-unreachable', 'no route') },
  ];
  for (const kinship of unfit)
    assert.deepEqual(decided(mentions, { update: false, kinship }), ['pin to now', 'pinned'], kinship.kind);
  assert.deepEqual(decided([...mentions, mentionOf(`node:22@${other}`)], { update: false }), [
    'pin to now',
    'pinned',
    'pinned',
  ]);
});

test('with an update as well, where the others stay: it is no update for them, or they wait', () => {
  const mentions = ['node:22', `node:22@${old}`].map((text) => mentionOf(text));
  assert.deepEqual(decided(mentions, { kinship: { kind: 'same images' } }), ['pin to old', 'same images']);
  const waiting = { kinship: { kind: 'other' }, policy: { cooldownMs: 1000 } } as const;
  assert.deepEqual(decided(mentions, waiting), ['pin to old', 'cooling']);
  const drifted = [...mentions, mentionOf(`node:22@${other}`)];
  assert.deepEqual(decided(drifted, { kinship: { kind: 'same images' } }), [
    'pin to now',
    'move to now',
    'move to now',
  ]);
});

test('what cannot move stays, and says why', () => {
  const mentions = [
    mentionOf('ubuntu-24.04', { meaning: { kind: 'vm', name: 'ubuntu-24.04' } }),
    mentionOf('${X}', { meaning: { kind: 'unresolved', why: 'X has no value' } }),
    mentionOf('node:${V}', {
      meaning: mentionOf('node:22').meaning,
      from: [{ written: '${V}', value: '22', place: undefined }],
    }),
    mentionOf(`node@${old}`),
    mentionOf('gone:1'),
    mentionOf('down:1'),
  ];
  const answers: Readonly<Record<string, LookUp>> = {
    'docker.io/library/gone:1': { kind: 'absent' },
    'docker.io/library/down:1': { kind: 'failed', failure: new Failure('registry-unreachable', 'no route') },
  };
  assert.deepEqual(decided(mentions, { answers }), [
    'machine',
    'unresolved',
    'no place',
    'no tag',
    'absent',
    'failed',
  ]);
  assert.deepEqual(decided([mentionOf('node:22')], { isWanted: () => false }), ['unasked']);
});

test('rules: left alone, not allowed, held until a day, another tag to follow', () => {
  const mention = mentionOf(`node:22@${old}`);
  for (const leave of ['node:22', 'node', 'docker.io/library/*', 'docker.io/library/node:2?'])
    assert.deepEqual(decided([mention], { policy: { leave: [leave] } }), ['left'], leave);
  assert.deepEqual(decided([mention], { policy: { leave: ['nod', 'node:21', 'library/node'] } }), [
    'move to now',
  ]);
  assert.deepEqual(decided([mention], { policy: { allowed: ['ghcr.io/**'] } }), ['not allowed']);
  assert.deepEqual(decided([mention], { policy: { allowed: ['docker.io/**'] } }), ['move to now']);
  const latest = mentionOf('node');
  assert.deepEqual(decided([latest], { policy: { leave: ['node:latest'] } }), ['left'], 'what it means');
  const answers = { 'docker.io/library/node:24': at(other) };
  assert.deepEqual(decided([mention], { policy: rule({ follow: '24' }), answers }), ['move to other']);
});

test('a hold: until a day, until another digest comes, or until it is released', () => {
  const mention = mentionOf(`node:22@${old}`);
  const decidedWith = (
    holds: readonly Partial<Hold>[],
    more: Parameters<typeof decided>[1] = {},
    mentions = [mention],
  ): readonly string[] =>
    decided(mentions, {
      ...more,
      policy: { holds: holds.map((each) => ({ name: 'node:22', hold: holdOf(each) })) },
    });
  assert.deepEqual(decidedWith([{ until: '2026-11-21' }]), ['held'], 'the day itself counts');
  assert.deepEqual(decidedWith([{ until: '2026-11-20' }]), ['move to now']);
  const both = [{ until: '2026-11-20' }, { until: '2026-11-21' }];
  assert.deepEqual(decidedWith(both), ['held'], 'a hold that is over hides no other');
  assert.deepEqual(decidedWith([{ digest: now }]), ['held']);
  assert.deepEqual(decidedWith([{ digest: other }]), ['move to now'], 'the name has moved on');
  assert.deepEqual(
    decidedWith([{ digest: now, until: '2026-11-20' }]),
    ['move to now'],
    'the first end counts',
  );
  const one = { kind: 'one platform', platform: 'linux/amd64', now: other } as const;
  assert.deepEqual(
    decidedWith([{ digest: other }], { kinship: one }),
    ['held'],
    'its image for one platform',
  );
  assert.deepEqual(decidedWith([{ digest: now }], { kinship: { kind: 'dead' } }), ['held']);
  assert.deepEqual(decidedWith([{ keep: old }]), ['held']);
  const elsewhere = mentionOf(`node:20@${old}`);
  const answers = { 'docker.io/library/node:20': at(now) };
  assert.deepEqual(decidedWith([{ keep: old }], { answers }, [elsewhere]), ['move to now'], 'another name');
});

test('what has no digest takes none that is held back, and the one that a hold keeps', () => {
  const [open, pinned] = [mentionOf('node:22'), mentionOf(`node:22@${old}`)];
  const by = (hold: Partial<Hold>, mentions: readonly Mention[], update = true): readonly string[] =>
    decided(mentions, {
      update,
      kinship: { kind: 'other' },
      policy: { holds: [{ name: 'node', hold: holdOf(hold) }] },
    });
  assert.deepEqual(by({ digest: now }, [open]), ['held']);
  assert.deepEqual(by({ digest: now }, [open, pinned]), ['pin to old', 'held'], 'it joins the others');
  assert.deepEqual(by({ keep: other }, [open]), ['pin to other']);
  assert.deepEqual(by({ until: '2026-12-31' }, [open]), ['held']);
});

test('cooldown counts from when a digest was first seen; a dead pin does not wait', () => {
  const mention = mentionOf(`node:22@${old}`);
  const policy = { cooldownMs: 24 * 3600_000 };
  assert.deepEqual(decided([mention], { policy }), ['cooling']);
  const seen = [{ name: node, digest: now, at: '2026-11-20T12:00:01.000Z' }];
  assert.deepEqual(decided([mention], { policy, seen }), ['cooling']);
  assert.deepEqual(
    decided([mention], {
      policy,
      seen: [...seen, { name: node, digest: now, at: '2026-11-20T12:00:00.000Z' }],
    }),
    ['move to now'],
  );
  // What was seen is the name's own digest, and its images are as old.
  const one = { kind: 'one platform', platform: 'linux/amd64', now: other } as const;
  const longAgo = [{ name: node, digest: now, at: '2026-11-01T00:00:00.000Z' }];
  assert.deepEqual(decided([mention], { policy, seen: longAgo, kinship: one }), ['move to other']);
  assert.deepEqual(decided([mention], { policy, kinship: { kind: 'dead' } }), ['move to now']);
  assert.deepEqual(decided([mention], { policy: { ...policy, ...rule({ cooldownMs: 0 }) } }), [
    'move to now',
  ]);
});

test('a name that stands at an older digest again is said to go backwards', () => {
  const seen = [
    { name: node, digest: now, at: '2026-11-01T00:00:00.000Z' },
    { name: node, digest: old, at: '2026-11-02T00:00:00.000Z' },
  ];
  assert.deepEqual(decided([mentionOf(`node:22@${old}`)], { seen }), ['move to now, backwards']);
});

test('the kind of a pin stays: one platform follows its platform; what differs for nobody is no update', () => {
  const mention = mentionOf(`node:22@${old}`);
  const one = { kind: 'one platform', platform: 'linux/amd64' } as const;
  assert.deepEqual(decided([mention], { kinship: { ...one, now: other } }), ['move to other']);
  assert.deepEqual(decided([mention], { kinship: { ...one, now: old } }), ['current']);
  assert.deepEqual(decided([mention], { kinship: { ...one, now: undefined } }), ['absent']);
  assert.deepEqual(decided([mention], { kinship: { kind: 'same images' } }), ['same images']);
  const failure = new Failure('registry-timeout', 'slow');
  assert.deepEqual(decided([mention], { kinship: { kind: 'unknown', failure } }), ['failed']);
});

test('two images that share one tag by an anchor are not pinned over each other', () => {
  const tag = partOf('22', 100);
  const sharing = (text: string): Mention =>
    mentionOf(text, {
      file: 'values.yaml',
      syntax: 'kubernetes',
      meaning: mentionOf(`${text}:22`).meaning,
      layout: { kind: 'split', registry: undefined, repository: partOf(text, 0), tag, digest: undefined },
    });
  const answers = { [node]: at(now), 'docker.io/library/debian:22': at(other) };
  assert.deepEqual(decided([sharing('node'), sharing('debian')], { answers }), ['no place', 'no place']);
  assert.deepEqual(decided([sharing('node'), sharing('node')], { answers }), ['pin to now', 'pin to now']);
});

test('those who ask the registries are told what each mention follows, and nothing of those left alone', () => {
  const mentions = [
    mentionOf('node:22'),
    mentionOf(`a@${old}`),
    mentionOf('left:1'),
    mentionOf(`b:1@${old}`),
  ];
  const asked = askableMentions(orderOf(mentions, { policy: { leave: ['left'] } }));
  assert.deepEqual(
    asked.map(({ follows, reference }) => [follows && formatReference(follows), reference.digest]),
    [
      [node, undefined],
      [undefined, old],
      ['docker.io/library/b:1', old],
    ],
  );
});

/** Two images with keys for digests that take their tag from one place, by an anchor. */
const sharingTag = ['node', 'pg'].map((name, index) =>
  mentionOf(`${name}:22`, {
    layout: {
      kind: 'split',
      registry: undefined,
      repository: partOf(name, 100 + index),
      tag: partOf('22', 5),
      digest: partOf('', 500 + index),
    },
  }),
);

const known = { [node]: at(now), 'docker.io/library/pg:22': at(other), 'docker.io/library/node:24': at(now) };

test('images that share a tag are pinned in keys of their own', () => {
  assert.deepEqual(decided(sharingTag, { answers: known }), ['pin to now', 'pin to other']);
});

test('a rule for one image changes no tag that another image has from the same place', () => {
  const answers = { answers: known, policy: rule({ follow: '24' }) };
  assert.deepEqual(decided(sharingTag, answers), ['no place', 'no place']);
  assert.deepEqual(decided(sharingTag, { ...answers, isWanted: ({ text }) => text === 'node:22' }), [
    'no place',
    'unasked',
  ]);
});

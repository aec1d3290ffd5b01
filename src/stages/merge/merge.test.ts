import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFailure } from '../../base/failure.ts';
import type { BundledBaseline } from '../../model/bundle.ts';
import type { Candidate, CandidateOrigin } from '../../model/candidate.ts';
import { digestOf, type Digest } from '../../model/digest.ts';
import type { SourceState } from '../../model/evidence.ts';
import { mediaTypes } from '../../model/media-type.ts';
import { merge, type Merged, type MergeRules, type Part } from './merge.ts';

const oneCommit: SourceState = { commit: 'a'.repeat(40), tree: undefined, dirty: false };
const rules: MergeRules = { platforms: [], anyCommit: false };

function built(builtBy = 'docker', startedAt = '2026-11-21T00:00:00.000Z'): CandidateOrigin {
  return { kind: 'built', inputs: digestOf('inputs'), builtBy, startedAt };
}

/** An image for one platform; which one it is, is in its digest. */
function single(platform: string, more: Partial<Candidate> & { readonly what?: string } = {}): Candidate {
  const { what = 'ci', ...fields } = more;
  const digest = digestOf(`${what} ${platform}`);
  const platforms = [{ platform, manifest: digest }];
  return {
    image: 'ci',
    digest,
    mediaType: mediaTypes.ociManifest,
    platforms,
    origin: built(),
    ...fields,
  };
}

function indexed(name: string, members: readonly Candidate[]): Candidate {
  const platforms = members.flatMap((each) => each.platforms);
  return { image: 'ci', digest: digestOf(name), mediaType: mediaTypes.ociIndex, platforms, origin: built() };
}

function part(
  place: string,
  members: readonly Candidate[],
  more: { readonly source?: SourceState; readonly baselines?: readonly BundledBaseline[] } = {},
): Part {
  const { source = oneCommit, baselines = [] } = more;
  const manifests = members.flatMap(({ platforms }) => platforms.map(({ manifest }) => manifest));
  return {
    place,
    bundle: {
      schemaVersion: 1,
      set: place,
      createdAt: '2026-11-21T00:00:00.000Z',
      source,
      members,
      baselines,
      leftOut: [],
    },
    manifests: new Map(
      manifests.map((digest) => [digest, { digest, mediaType: mediaTypes.ociManifest, size: 1 }]),
    ),
  };
}

/** The message tells which of the conflicts it is; there is one code for all of them. */
function conflictOf(work: () => Merged): string {
  try {
    work();
  } catch (error) {
    assert.ok(isFailure(error, 'bundle-conflict'));
    return error.message;
  }
  return assert.fail('nothing was refused');
}

const [amd64, arm64] = [single('linux/amd64'), single('linux/arm64')];

test('one image for two processors becomes an index, in the order of the platforms', () => {
  const { members } = merge([part('right', [arm64]), part('left', [amd64])], rules);
  assert.deepEqual(
    members.map(({ isIndex, manifests }) => [isIndex, manifests.map(({ digest }) => digest)]),
    [[true, [amd64.digest, arm64.digest]]],
  );
  assert.deepEqual(members[0]?.candidate.platforms, [...amd64.platforms, ...arm64.platforms]);
});

test('the same image twice stays what it is; so does an index beside an image that it holds', () => {
  const index = indexed('both', [amd64, arm64]);
  for (const [parts, stays] of [
    [[part('one', [amd64]), part('two', [amd64])], amd64],
    [[part('one', [amd64]), part('two', [index])], index],
  ] as const) {
    const { members } = merge(parts, rules);
    assert.deepEqual(
      members.map(({ isIndex, candidate }) => [isIndex, candidate.digest]),
      [[false, stays.digest]],
    );
  }
});

test('different images come out beside each other', () => {
  const lint = single('linux/amd64', { image: 'lint', what: 'lint' });
  const { members } = merge([part('one', [amd64]), part('two', [lint])], rules);
  assert.deepEqual(
    members.map(({ candidate }) => candidate.image),
    ['ci', 'lint'],
  );
});

const otherAmd64 = single('linux/amd64', { what: 'another' });

test('a platform twice with different digests, and two indexes of one name, are conflicts', () => {
  assert.match(
    conflictOf(() => merge([part('one', [amd64]), part('two', [otherAmd64])], rules)),
    /twice for linux\/amd64.* in one, .* in two/,
  );
  const indexes = ['first', 'second'].map((name) => part(name, [indexed(name, [amd64, arm64])]));
  assert.match(
    conflictOf(() => merge(indexes, rules)),
    /as the index/,
  );
});

test('a member that lacks a platform which another has, or which was asked for, is a conflict', () => {
  const lint = single('linux/amd64', { image: 'lint', what: 'lint' });
  assert.match(
    conflictOf(() => merge([part('one', [amd64, lint]), part('two', [arm64])], rules)),
    /lint is not there for linux\/arm64/,
  );
  assert.match(
    conflictOf(() => merge([part('one', [amd64])], { ...rules, platforms: ['linux/s390x'] })),
    /ci is not there for linux\/s390x/,
  );
});

test('of different commits nothing is made, unless it may belong to none', () => {
  const parts = [part('one', [amd64]), part('two', [arm64], { source: { ...oneCommit, dirty: true } })];
  assert.match(
    conflictOf(() => merge(parts, rules)),
    /aaaaaaaaaaaa, and two from aaaaaaaaaaaa with local/,
  );
  const none = { commit: undefined, tree: undefined, dirty: true };
  assert.deepEqual(merge(parts, { ...rules, anyCommit: true }).source, none);
  assert.deepEqual(merge([part('one', [amd64]), part('two', [arm64])], rules).source, oneCommit);
});

test('what an image was made of is told once, from its earliest start; made in two ways it is refused', () => {
  const later = single('linux/arm64', { origin: built('podman', '2026-11-22T00:00:00.000Z') });
  const { members } = merge([part('one', [later]), part('two', [amd64])], rules);
  assert.deepEqual(members[0]?.candidate.origin, built('podman, docker'));
  const ready: CandidateOrigin = { kind: 'ready', reference: 'registry.test/ci', resolvedAt: '' };
  assert.match(
    conflictOf(() =>
      merge([part('one', [amd64]), part('two', [single('linux/arm64', { origin: ready })])], rules),
    ),
    /built for one platform and taken ready/,
  );
});

function baseline(digest: Digest | undefined, lookedUpAt: string): BundledBaseline {
  return { image: 'ci', reference: 'registry.test/ci:stable', digest, lookedUpAt };
}

test('a baseline that was looked up twice is there once; two different ones are a conflict', () => {
  const first = baseline(digestOf('old'), '2026-11-21T00:00:00.000Z');
  const again = baseline(digestOf('old'), '2026-11-22T00:00:00.000Z');
  const put = (second: BundledBaseline): Merged =>
    merge(
      [part('one', [amd64], { baselines: [first] }), part('two', [arm64], { baselines: [second] })],
      rules,
    );
  assert.deepEqual(put(again).baselines, [first]);
  assert.match(
    conflictOf(() => put(baseline(undefined, first.lookedUpAt))),
    /and nothing in another/,
  );
});

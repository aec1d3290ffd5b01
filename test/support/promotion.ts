import type { Bundle } from '../../src/model/bundle.ts';
import type { Digest } from '../../src/model/digest.ts';
import { digestOf } from '../../src/model/digest.ts';
import type { Finding, FindingKind } from '../../src/model/finding.ts';
import type { GateRecord } from '../../src/model/gate-record.ts';
import { descriptorOf, type Manifest } from '../../src/model/manifest.ts';
import { mediaTypes } from '../../src/model/media-type.ts';
import { parseReference } from '../../src/model/reference.ts';
import { formatVerdictDocument } from '../../src/model/verdict-document.ts';
import type { MemberVerdict, SetVerdict, Verdict, VerdictKind } from '../../src/model/verdict.ts';
import { attachArtifact } from '../../src/ports/artifact.ts';
import type { Repository } from '../../src/ports/repository.ts';
import { allowMoves, type AllowedMove, type AllowOrder } from '../../src/stages/promote/allow.ts';

/** A candidate, and the name that stands at its baseline. */
export interface Contender {
  readonly image: string;
  readonly baselineReference: string;
  readonly baseline: Digest | undefined;
  readonly candidate: Manifest;
}

const policy = digestOf('the policy in force');

export function verdictOf(kind: VerdictKind): Verdict {
  return { kind, sentence: `it is ${kind}`, mover: 'maintainer', next: 'look at it' };
}

/** The verdict on a set: that kind for all of it, and a suite on each member. */
export function setVerdict(contenders: readonly Contender[], kind: VerdictKind = 'promote'): SetVerdict {
  return { verdict: verdictOf(kind), members: contenders.map((contender) => memberVerdict(contender, kind)) };
}

export function memberVerdict(
  { image, baselineReference, baseline, candidate }: Contender,
  kind: VerdictKind = 'promote',
): MemberVerdict {
  const verdict = verdictOf(kind);
  const suite = {
    image,
    suite: 'unit',
    platform: 'linux/amd64',
    verdict,
    findings: noFindings,
    counts: noCounts,
    observed: { baseline: 1, candidate: 1 },
    trials: 2,
  };
  return { image, baselineReference, baseline, candidate: candidate.digest, verdict, suites: [suite] };
}

const noFindings: readonly Finding[] = [];
const noCounts: Readonly<Record<FindingKind, number>> = {
  'sentinel-passed': 0,
  'must-pass-failed': 0,
  'cannot-start': 0,
  regressed: 0,
  'lost-coverage': 0,
  infrastructure: 0,
  'not-comparable': 0,
  unconfirmed: 0,
  'newly-flaky': 0,
  'new-failing': 0,
  'lost-failing': 0,
  'changed-failure': 0,
  'known-flaky': 0,
  'flaky-on-both': 0,
  'still-failing': 0,
  fixed: 0,
  gained: 0,
  same: 0,
};

export function verdictBytes(verdict: SetVerdict): Uint8Array {
  return formatVerdictDocument({
    schemaVersion: 1,
    record: recordOf(verdict),
    setVerdict: verdict,
  });
}

function recordOf({ members }: SetVerdict): GateRecord {
  return {
    createdAt: '2026-11-21T00:00:00.000Z',
    durationMs: 1000,
    madeBy: 'lockkeeper test',
    engine: 'docker 27',
    notices: [],
    policy,
    set: 'set-1',
    source: { commit: undefined, tree: undefined, dirty: false },
    members: members.map(({ image, baselineReference, baseline, candidate }) => ({
      image,
      baselineReference,
      baseline,
      candidate,
      baselinePlatforms: baseline === undefined ? [] : [{ platform: 'linux/amd64', manifest: baseline }],
      candidatePlatforms: [{ platform: 'linux/amd64', manifest: candidate }],
    })),
  };
}

export function bundleOf(contenders: readonly Contender[]): Bundle {
  return {
    schemaVersion: 1,
    set: 'set-1',
    createdAt: '2026-11-21T00:00:00.000Z',
    source: { commit: undefined, tree: undefined, dirty: false },
    baselines: [],
    leftOut: [],
    members: contenders.map(({ image, candidate }) => ({
      image,
      digest: candidate.digest,
      mediaType: candidate.mediaType,
      platforms: [{ platform: 'linux/amd64', manifest: candidate.digest }],
      origin: {
        kind: 'built',
        inputs: candidate.digest,
        builtBy: 'a test',
        startedAt: '2026-11-21T00:00:00.000Z',
      },
    })),
  };
}

/** All that promotes each candidate to its baseline's name. */
export function allowOrder(contenders: readonly Contender[]): AllowOrder {
  return {
    verdict: verdictBytes(setVerdict(contenders)),
    bundle: bundleOf(contenders),
    targets: contenders.map(({ image, baselineReference }) => ({
      image,
      reference: parseReference(baselineReference),
    })),
    policy,
    place: 'a b',
    approval: undefined,
  };
}

export function movesOf(contenders: readonly Contender[]): readonly AllowedMove[] {
  return allowMoves(allowOrder(contenders));
}

/** Stores the verdict beside each candidate, as a gate does. */
export async function attachVerdict(repository: Repository, contenders: readonly Contender[]): Promise<void> {
  const bytes = verdictBytes(setVerdict(contenders));
  for (const { candidate } of contenders) {
    await attachArtifact(repository, {
      subject: descriptorOf(candidate),
      artifactType: mediaTypes.verdict,
      layers: [{ mediaType: mediaTypes.verdict, bytes, title: 'verdict.json' }],
      createdAt: '2026-11-21T00:00:00.000Z',
    });
  }
}

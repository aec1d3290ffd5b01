import * as z from 'zod';
import { canonicalJson, type Json } from '../base/canonical-json.ts';
import { Failure } from '../base/failure.ts';
import { parseJsonStrictly } from '../base/strict-json.ts';
import { digestSchema } from './descriptor.ts';
import { findingKinds, type ConfirmCounts, type Finding, type PairStatus } from './finding.ts';
import type { GateRecord, RecordedMember } from './gate-record.ts';
import { asTestId } from './observation.ts';
import {
  verdictKinds,
  type MemberVerdict,
  type Mover,
  type SetVerdict,
  type SuiteVerdict,
} from './verdict.ts';
import { readWaiver, waiverJson, waiverSchema } from './waiver-schema.ts';
import type { Waiver } from './waiver.ts';

/**
 * What a gate judged and what it concluded, as it is stored with each of its candidates. Promotion stands on these bytes,
 * and on the evidence giving them again.
 */
export interface VerdictDocument {
  readonly schemaVersion: 1;
  readonly record: GateRecord;
  /** Tests that are the same on both sides are counted and not listed. */
  readonly setVerdict: SetVerdict;
}

const movers: readonly [Mover, ...Mover[]] = [
  'nobody',
  'image author',
  'test author',
  'maintainer',
  'operator',
];
const pairStatuses: readonly [PairStatus, ...PairStatus[]] = [
  'passed',
  'failed',
  'skipped',
  'missing',
  'errored',
];

const count = z.int().nonnegative();
export const verdictSchema = z.strictObject({
  kind: z.enum(verdictKinds),
  sentence: z.string(),
  mover: z.enum(movers),
  next: z.string(),
});
const confirmedSchema = z.strictObject({
  baselinePassed: count,
  baselineFailed: count,
  candidatePassed: count,
  candidateFailed: count,
  p: z.number().min(0).max(1),
});
export const findingSchema = z.strictObject({
  test: z.string().min(1),
  kind: z.enum(findingKinds),
  baseline: z.enum(pairStatuses).optional(),
  candidate: z.enum(pairStatuses),
  because: z.string(),
  baselineDetail: z.string().optional(),
  candidateDetail: z.string().optional(),
  confirmed: confirmedSchema.optional(),
  waived: waiverSchema.optional(),
});
const suiteSchema = z.strictObject({
  image: z.string(),
  suite: z.string(),
  platform: z.string(),
  verdict: verdictSchema,
  findings: z.array(findingSchema),
  counts: z.record(z.enum(findingKinds), count),
  observed: z.strictObject({ baseline: count, candidate: count }),
  trials: count,
});
const memberSchema = z.strictObject({
  image: z.string().min(1),
  baselineReference: z.string().min(1),
  baseline: digestSchema.optional(),
  candidate: digestSchema,
  verdict: verdictSchema,
  suites: z.array(suiteSchema),
});
const platformsSchema = z
  .array(z.strictObject({ platform: z.string().max(100), manifest: digestSchema }))
  .max(64);
const recordSchema = z.strictObject({
  createdAt: z.iso.datetime(),
  durationMs: z.number().nonnegative(),
  madeBy: z.string().max(200),
  engine: z.string().max(500),
  notices: z.array(z.string()),
  policy: digestSchema,
  set: z.string().min(1).max(200),
  source: z.strictObject({
    commit: z.string().max(64).optional(),
    tree: digestSchema.optional(),
    dirty: z.boolean(),
  }),
  members: z
    .array(
      z.strictObject({
        image: z.string().min(1),
        baselineReference: z.string().min(1),
        baseline: digestSchema.optional(),
        candidate: digestSchema,
        baselinePlatforms: platformsSchema,
        candidatePlatforms: platformsSchema.min(1),
      }),
    )
    .min(1),
});
const documentSchema = z.strictObject({
  schemaVersion: z.literal(1),
  record: recordSchema,
  setVerdict: z.strictObject({ verdict: verdictSchema, members: z.array(memberSchema).min(1) }),
});

/** The one spelling of a verdict document: canonical JSON, so that equal verdicts have equal digests. */
export function formatVerdictDocument({ schemaVersion, record, setVerdict }: VerdictDocument): Uint8Array {
  const { verdict, members } = setVerdict;
  const { source, members: recorded, ...rest } = record;
  const json = {
    schemaVersion,
    record: { ...rest, source: { ...source }, members: recorded.map(recordedJson) },
    setVerdict: { verdict: { ...verdict }, members: members.map(memberJson) },
  };
  return new TextEncoder().encode(canonicalJson(json));
}

/** Reads it back, strictly: a verdict that is not understood whole allows nothing. @throws Failure `content-refused` */
export function parseVerdictDocument(bytes: Uint8Array): VerdictDocument {
  const refuse = (why: string): Failure =>
    new Failure('content-refused', `the verdict document is refused: ${why}`);
  const parsed = documentSchema.safeParse(parseJsonStrictly(bytes, refuse));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw refuse(`${issue?.path.join('.') || 'the document'}: ${issue?.message ?? 'does not fit'}`);
  }
  const { schemaVersion, record, setVerdict } = parsed.data;
  return {
    schemaVersion,
    record: readRecord(record),
    setVerdict: { verdict: setVerdict.verdict, members: setVerdict.members.map(readMember) },
  };
}

function recordedJson({ baselinePlatforms, candidatePlatforms, ...rest }: RecordedMember): Json {
  return {
    ...rest,
    baselinePlatforms: baselinePlatforms.map((each) => ({ ...each })),
    candidatePlatforms: candidatePlatforms.map((each) => ({ ...each })),
  };
}

function readRecord({ source, members, ...rest }: z.infer<typeof recordSchema>): GateRecord {
  return {
    ...rest,
    source: { commit: source.commit, tree: source.tree, dirty: source.dirty },
    members: members.map(({ baseline, ...member }) => ({ ...member, baseline })),
  };
}

function memberJson({ suites, verdict, ...rest }: MemberVerdict): Json {
  return { ...rest, verdict: { ...verdict }, suites: suites.map(suiteJson) };
}

function suiteJson({ verdict, findings, counts, observed, ...rest }: SuiteVerdict): Json {
  return {
    ...rest,
    verdict: { ...verdict },
    findings: findings.filter(({ kind }) => kind !== 'same').map(findingJson),
    counts: { ...counts },
    observed: { ...observed },
  };
}

export function findingJson({ confirmed, waived, ...rest }: Finding): Json {
  return {
    ...rest,
    confirmed: confirmed === undefined ? undefined : { ...confirmed },
    waived: waived === undefined ? undefined : waiverJson(waived),
  };
}

function readMember({ baseline, suites, ...rest }: z.infer<typeof memberSchema>): MemberVerdict {
  return { ...rest, baseline, suites: suites.map(readSuite) };
}

function readSuite({ findings, ...rest }: z.infer<typeof suiteSchema>): SuiteVerdict {
  return { ...rest, findings: findings.map(readFinding) };
}

function readFinding(read: z.infer<typeof findingSchema>): Finding {
  const { test, kind, baseline, candidate, because, baselineDetail, candidateDetail, confirmed, waived } =
    read;
  const details: {
    baselineDetail?: string;
    candidateDetail?: string;
    confirmed?: ConfirmCounts;
    waived?: Waiver;
  } = {};
  if (baselineDetail !== undefined) details.baselineDetail = baselineDetail;
  if (candidateDetail !== undefined) details.candidateDetail = candidateDetail;
  if (confirmed !== undefined) details.confirmed = confirmed;
  if (waived !== undefined) details.waived = readWaiver(waived);
  return { test: asTestId(test), kind, baseline, candidate, because, ...details };
}

import { z } from 'zod';
import { canonicalJson, type Json } from '../base/canonical-json.ts';
import { Failure } from '../base/failure.ts';
import { parseJsonStrictly } from '../base/strict-json.ts';
import { digestSchema } from './descriptor.ts';
import type { Digest } from './digest.ts';
import { findingKinds, type ConfirmCounts, type Finding, type PairStatus } from './finding.ts';
import { asTestId } from './observation.ts';
import {
  verdictKinds,
  type MemberVerdict,
  type Mover,
  type SetVerdict,
  type SuiteVerdict,
} from './verdict.ts';
import type { Waiver } from './waiver.ts';

/** What was concluded on a set, as it is stored with each of its candidates. Promotion stands on these bytes. */
export interface VerdictDocument {
  readonly schemaVersion: 1;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** Digest over all of the configuration that can change a verdict. */
  readonly policy: Digest;
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
const verdictSchema = z.strictObject({
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
const waiverSchema = z.strictObject({
  test: z.string(),
  image: z.string(),
  suite: z.string().optional(),
  author: z.string(),
  reason: z.string(),
  until: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('day'), day: z.iso.date() }),
    z.strictObject({ kind: z.literal('candidate'), digest: digestSchema }),
  ]),
});
const findingSchema = z.strictObject({
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
const documentSchema = z.strictObject({
  schemaVersion: z.literal(1),
  createdAt: z.iso.datetime(),
  policy: digestSchema,
  setVerdict: z.strictObject({ verdict: verdictSchema, members: z.array(memberSchema).min(1) }),
});

/** The one spelling of a verdict document: canonical JSON, so that equal verdicts have equal digests. */
export function formatVerdictDocument({
  schemaVersion,
  createdAt,
  policy,
  setVerdict,
}: VerdictDocument): Uint8Array {
  const { verdict, members } = setVerdict;
  const json = {
    schemaVersion,
    createdAt,
    policy,
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
  const { schemaVersion, createdAt, policy, setVerdict } = parsed.data;
  return {
    schemaVersion,
    createdAt,
    policy,
    setVerdict: { verdict: setVerdict.verdict, members: setVerdict.members.map(readMember) },
  };
}

function memberJson({ suites, verdict, ...rest }: MemberVerdict): Json {
  return { ...rest, verdict: { ...verdict }, suites: suites.map(suiteJson) };
}

function suiteJson({ verdict, findings, counts, observed, ...rest }: SuiteVerdict): Json {
  return {
    ...rest,
    verdict: { ...verdict },
    findings: findings.map(findingJson),
    counts: { ...counts },
    observed: { ...observed },
  };
}

function findingJson({ confirmed, waived, ...rest }: Finding): Json {
  return {
    ...rest,
    confirmed: confirmed === undefined ? undefined : { ...confirmed },
    waived: waived === undefined ? undefined : { ...waived, until: { ...waived.until } },
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
  if (waived !== undefined) details.waived = { ...waived, suite: waived.suite };
  return { test: asTestId(test), kind, baseline, candidate, because, ...details };
}

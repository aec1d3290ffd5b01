import type { Json } from '../base/canonical-json.ts';
import { digestOf, type Digest } from './digest.ts';
import type { Evidence } from './evidence.ts';
import { imageComparisonType } from './image-comparison-schema.ts';
import { digestSet, resourceJson, type Resource, type Statement } from './statement.ts';
import type { Trial } from './trial.ts';
import { findingJson, type VerdictDocument } from './verdict-document.ts';
import type { SuiteVerdict } from './verdict.ts';
import { waiverJson } from './waiver-schema.ts';

export interface ComparisonOrder {
  readonly document: VerdictDocument;
  readonly evidence: Evidence;
  readonly verdict: SuiteVerdict;
  /** Verdict document and evidence as they are stored. */
  readonly record: Resource;
  readonly stored: Resource;
}

/** What one suite showed on a pair of images, about the candidate. */
export function imageComparison(order: ComparisonOrder): Statement {
  const { evidence, verdict, record, stored } = order;
  const { image, platform, baseline, candidate, suite, suiteDigest, environment, rule } = evidence;
  return {
    predicateType: imageComparisonType,
    subject: { name: image, digest: digestSet(candidate), annotations: { platform } },
    predicate: {
      image,
      platform,
      baseline: optional(baseline),
      candidate: byDigest(candidate),
      suite: resourceJson({ name: suite, digest: digestSet(suiteDigest) }),
      source: sourceOf(evidence).map(resourceJson),
      environment: { ...environment },
      rule: { name: 'paired screen and confirm', ...rule },
      runs: evidence.trials.map(runJson),
      counts: { ...verdict.counts },
      findings: verdict.findings.filter(({ kind }) => kind !== 'same').map(findingJson),
      waivers: evidence.waivers.map(waiverJson),
      verdict: { ...verdict.verdict },
      set: setJson(order.document),
      evidence: resourceJson(stored),
      record: resourceJson(record),
    },
  };
}

function byDigest(digest: Digest): Json {
  return { digest: { ...digestSet(digest) } };
}

function optional(digest: Digest | undefined): Json | undefined {
  return digest === undefined ? undefined : byDigest(digest);
}

/** Commit and files of the tests. */
export function sourceOf({ source: { commit, tree, dirty } }: Pick<Evidence, 'source'>): readonly Resource[] {
  return [
    ...(commit === undefined
      ? []
      : [{ name: 'source commit', digest: { gitCommit: commit }, annotations: { dirty } }]),
    ...(tree === undefined ? [] : [{ name: 'source files', digest: digestSet(tree) }]),
  ];
}

function runJson({ only, end, report, output, reports, ...trial }: Trial): Json {
  const { step, side, round, startedAt, durationMs, reused } = trial;
  return {
    step,
    side,
    round,
    startedAt,
    durationMs,
    reused,
    only: only?.length,
    end: { ...end },
    broken: report.kind === 'broken' ? report.why : undefined,
    log: { digest: { ...digestSet(digestOf(output.head + output.tail)) }, bytes: output.bytes },
    reports: reports.map(({ path, digest }) => resourceJson({ name: path, digest: digestSet(digest) })),
  };
}

function setJson({ record, setVerdict }: VerdictDocument): Json {
  return {
    id: record.set,
    verdict: { ...setVerdict.verdict },
    members: setVerdict.members.map(({ image, baselineReference, baseline, candidate, verdict }) => ({
      image,
      name: baselineReference,
      baseline: optional(baseline),
      candidate: byDigest(candidate),
      verdict: verdict.kind,
    })),
  };
}

import { limits } from '../../base/limits.ts';
import { clip } from '../../base/text.ts';
import type { Evidence, SourceState } from '../../model/evidence.ts';
import type { Finding } from '../../model/finding.ts';
import type { GateReport, GateUnit, KeptFile, ReportOrigin } from '../../model/gate-report.ts';
import { nextWithBundle, type Verdict } from '../../model/verdict.ts';
import type { Observation, TestId, TestParts } from '../../model/observation.ts';
import type {
  ReportDocument,
  ReportError,
  ReportFinding,
  ReportSuite,
  ReportTrial,
} from '../../model/report-document.ts';
import type { Side, Trial } from '../../model/trial.ts';
import { describeEndOf, type Waiver } from '../../model/waiver.ts';
import { shownChange, withLeads } from './shown-change.ts';
import { weightOf } from './kinds.ts';
import { logMention } from './log-mention.ts';
import { reportLimits } from './report-limits.ts';

/** The public form of a judgement, within limits. */
export function reportDocument(report: GateReport): ReportDocument {
  const { origin } = report;
  return {
    schemaVersion: report.schemaVersion,
    kind: 'verdict',
    madeBy: report.madeBy,
    createdAt: report.createdAt,
    durationMs: report.durationMs,
    exit: report.exit,
    verdict: nameBundle(report.verdict.verdict, origin),
    origin: origin.kind === 'bundle' ? { ...origin, source: sourceOf(origin.source) } : origin,
    members: report.verdict.members.map(({ image, baselineReference, baseline, candidate, verdict }) => ({
      image,
      baselineReference,
      ...(baseline === undefined ? {} : { baseline }),
      candidate,
      verdict: nameBundle(verdict, origin),
    })),
    suites: report.units.map((unit) => suiteOf(unit, origin)),
    ...(report.kept === undefined ? {} : { kept: report.kept.map(keptFile) }),
    notices: [...report.notices],
  };
}

function keptFile({ predicateType, ...rest }: KeptFile): NonNullable<ReportDocument['kept']>[number] {
  return { ...rest, ...(predicateType === undefined ? {} : { predicateType }) };
}

export function nameBundle(verdict: Verdict, origin: ReportOrigin): Verdict {
  return origin.kind === 'bundle' ? { ...verdict, next: nextWithBundle(verdict, origin.path) } : verdict;
}

function suiteOf({ evidence, verdict, change, leads }: GateUnit, origin: ReportOrigin): ReportSuite {
  const { image, suite, platform, suiteDigest, baseline, candidate, environment, rule, oneBit } = evidence;
  const differing = verdict.findings.filter(({ kind }) => kind !== 'same');
  const shown = differing.slice(0, reportLimits.findingsMax);
  return {
    image,
    suite,
    platform,
    verdict: nameBundle(verdict.verdict, origin),
    suiteDigest,
    ...(baseline === undefined ? {} : { baseline }),
    candidate,
    source: sourceOf(evidence.source),
    environment,
    rule,
    oneBit,
    ...(change === undefined ? {} : { change: shownChange(change) }),
    observed: verdict.observed,
    counts: verdict.counts,
    findings: withLogs(
      findingsOf(shown, partsOf(evidence, new Set(shown.map(({ test }) => test)))).map((finding) =>
        withLeads(finding, leads),
      ),
      evidence,
    ),
    findingsLeftOut: differing.length - shown.length,
    errors: errorsOf(evidence.trials),
    trials: evidence.trials.map(trialOf),
  };
}

function sourceOf({ commit, tree, dirty }: SourceState): ReportSuite['source'] {
  return { ...(commit === undefined ? {} : { commit }), ...(tree === undefined ? {} : { tree }), dirty };
}

/** File, class and name of the tests that are asked for, as the trials saw them. */
function partsOf({ trials }: Evidence, wanted: Set<TestId>): ReadonlyMap<TestId, TestParts> {
  const parts = new Map<TestId, TestParts>();
  for (const { observations } of trials) {
    for (const observation of observations) {
      if (wanted.delete(observation.id)) parts.set(observation.id, observation.parts);
      if (wanted.size === 0) return parts;
    }
  }
  return parts;
}

/** Details are kept for the first findings, which matter most, until they fill their place. */
function findingsOf(findings: readonly Finding[], parts: ReadonlyMap<TestId, TestParts>): ReportFinding[] {
  let chars = 0;
  return findings.map(({ baselineDetail, candidateDetail, test, waived, because, ...rest }) => {
    chars += (baselineDetail?.length ?? 0) + (candidateDetail?.length ?? 0);
    const kept = chars <= reportLimits.detailCharsMax;
    return {
      ...nameOf(test, parts.get(test)),
      ...rest,
      because: waived === undefined ? because : `${because}; ${waivedText(waived)}`,
      ...(waived === undefined ? {} : { waived: waivedOf(waived) }),
      ...(kept && baselineDetail !== undefined ? { baselineDetail: cut(baselineDetail) } : {}),
      ...(kept && candidateDetail !== undefined ? { candidateDetail: cut(candidateDetail) } : {}),
    };
  });
}

function waivedText({ author, reason, until }: Waiver): string {
  return `waived by ${author} ${describeEndOf(until)}: ${reason}`;
}

function waivedOf({ author, reason, until }: Waiver): NonNullable<ReportFinding['waived']> {
  return { author, reason, until: describeEndOf(until) };
}

/** A test that passes says nothing; for the findings that matter most, the log may. */
function withLogs(findings: ReportFinding[], { trials, rule }: Evidence): ReportFinding[] {
  return findings.map((finding, index) => {
    if (index >= reportLimits.logMentionsMax || weightOf(finding.kind, rule) === 'shown') return finding;
    const mention = (side: Side): string | undefined =>
      finding[`${side}Detail`] === undefined ? logMention(trials, side, finding.name) : undefined;
    const [baselineLog, candidateLog] = [mention('baseline'), mention('candidate')];
    return {
      ...finding,
      ...(baselineLog === undefined ? {} : { baselineLog }),
      ...(candidateLog === undefined ? {} : { candidateLog }),
    };
  });
}

/** Readers cut details already; nothing here relies on it. */
function cut(detail: string): string {
  return clip(detail, limits.failureDetailCharsMax);
}

function nameOf(
  test: TestId,
  parts: TestParts = { name: test },
): Pick<ReportFinding, 'test' | 'file' | 'class' | 'name'> {
  return {
    test,
    ...(parts.file === undefined ? {} : { file: parts.file }),
    ...(parts.class === undefined ? {} : { class: parts.class }),
    name: parts.name,
  };
}

/** What was errored when it was last seen, on either side. */
function errorsOf(trials: readonly Trial[]): ReportError[] {
  const last = { baseline: new Map<TestId, Observation>(), candidate: new Map<TestId, Observation>() };
  for (const { side, observations } of trials) {
    for (const observation of observations) {
      if (observation.status === 'errored') last[side].set(observation.id, observation);
      else if (last[side].size > 0 && observation.status !== 'precluded') last[side].delete(observation.id);
    }
  }
  const errors = (side: Side): ReportError[] =>
    [...last[side].values()].slice(0, reportLimits.errorsMax).map(({ id, parts, detail }) => ({
      ...nameOf(id, parts),
      side,
      ...(detail === undefined ? {} : { detail: cut(detail) }),
    }));
  return [...errors('candidate'), ...errors('baseline')];
}

function trialOf(trial: Trial): ReportTrial {
  const counts = { passed: 0, failed: 0, skipped: 0, errored: 0, precluded: 0 };
  for (const { status } of trial.observations) counts[status] += 1;
  return {
    step: trial.step,
    side: trial.side,
    round: trial.round,
    ...(trial.only === undefined ? {} : { only: trial.only.length }),
    startedAt: trial.startedAt,
    durationMs: trial.durationMs,
    end: trial.end,
    ...(trial.reused === true ? { reused: true } : {}),
    ...(trial.report.kind === 'broken' ? { broken: trial.report.why } : {}),
    counts,
    output: {
      bytes: trial.output.bytes,
      excerpt: (trial.output.tail || trial.output.head).slice(-reportLimits.outputCharsMax),
    },
  };
}

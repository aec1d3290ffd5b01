import path from 'node:path';
import type { Clock } from '../base/clock.ts';
import { exitStatus, Failure, isFailure } from '../base/failure.ts';
import { digestOf, type Digest } from '../model/digest.ts';
import { nothingKnown, type Evidence } from '../model/evidence.ts';
import { exitOfVerdict, type GateReport } from '../model/gate-report.ts';
import type { ReportFormat } from '../model/report-format.ts';
import { defaultRule } from '../model/rule.ts';
import type { Side, Trial } from '../model/trial.ts';
import type { ResultFile, ResultFiles } from '../ports/result-files.ts';
import { conclude, judgeSet } from '../stages/judge/judge.ts';
import { readResults } from '../stages/try/results/read.ts';

export interface JudgeOrder {
  /** Files or folders as they were named. */
  readonly baseline: string;
  readonly candidate: string;
  /** Absolute; what they are relative to. */
  readonly folder: string;
  readonly format: ReportFormat | undefined;
  readonly madeBy: string;
}

/**
 * Compares results that already exist. Nothing can be run again, so a suspect stays unconfirmed and holds;
 * coverage that is lost rejects as it always does.
 * @throws Failure `path-missing`, `path-refused`, `results-missing`
 */
export async function judgeResults(order: JudgeOrder, files: ResultFiles, clock: Clock): Promise<GateReport> {
  const started = clock.monotonicMs();
  const createdAt = clock.now().toISOString();
  const baseline = await readSide('baseline', order, files, createdAt).catch(refuseBaseline);
  const candidate = await readSide('candidate', order, files, createdAt);
  const evidence: Evidence = {
    image: 'results',
    suite: 'results',
    platform: 'any',
    suiteDigest: digestOf(''),
    baseline: baseline.image,
    candidate: candidate.image,
    source: { commit: undefined, tree: undefined, dirty: false },
    environment: { engine: 'none', engineVersion: '', kernel: '', cpus: 0, memoryBytes: 0, network: 'none' },
    rule: defaultRule,
    oneBit: false,
    mustPass: [],
    preflight: false,
    sentinel: false,
    known: nothingKnown,
    waivers: [],
    trials: [baseline, candidate],
  };
  const suites = conclude([evidence], { canRerun: false, ofResults: true });
  const verdict = judgeSet([
    {
      image: 'results',
      baselineReference: order.baseline,
      baseline: baseline.image,
      candidate: candidate.image,
      suites,
    },
  ]);
  return {
    schemaVersion: 1,
    createdAt,
    durationMs: clock.monotonicMs() - started,
    madeBy: order.madeBy,
    origin: { kind: 'results', baseline: order.baseline, candidate: order.candidate },
    verdict,
    exit: exitOfVerdict(verdict.verdict.kind),
    units: suites.map((suite) => ({ evidence, verdict: suite, change: undefined })),
    notices: [],
  };
}

/** Results that nobody can read reject a candidate. Of a baseline they say nothing: it was a mistake to name them. */
function refuseBaseline(error: unknown): never {
  if (!isFailure(error) || error.exit !== exitStatus.no) throw error;
  throw new Failure('path-refused', `the results of the baseline cannot be read: ${error.message}`, {
    hint:
      error.hint ??
      'Name a report that a run has written, or its folder, and --format where it is not told by itself.',
    cause: error,
  });
}

/** Results of an earlier run, as if we had just run it; what they are named after is their own content. */
async function readSide(
  side: Side,
  order: JudgeOrder,
  files: ResultFiles,
  startedAt: string,
): Promise<Trial> {
  const found = await files.read(path.resolve(order.folder, order[side]), order.format);
  const { observations, report } = readResults(found.format, found.files, { mount: undefined });
  return {
    step: 'screen',
    side,
    round: 1,
    only: undefined,
    image: contentOf(side, found.files),
    startedAt,
    durationMs: 0,
    end: { kind: 'exited', status: 0 },
    report,
    observations,
    output: { bytes: 0, head: '', tail: '', omittedBytes: 0 },
    reports: found.files.map((file) => ({
      path: file.path,
      digest: digestOf(file.bytes),
      size: file.bytes.length,
    })),
  };
}

/** Both sides may hold the same bytes; they are still two sides. */
function contentOf(side: Side, files: readonly ResultFile[]): Digest {
  return digestOf(`${side}\n${files.map((file) => `${digestOf(file.bytes)} ${file.path}`).join('\n')}`);
}

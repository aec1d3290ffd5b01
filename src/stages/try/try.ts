import { join } from 'node:path/posix';
import { invariant, unreachable } from '../../base/invariant.ts';
import { limits } from '../../base/limits.ts';
import { clip, plural, visibleLine } from '../../base/text.ts';
import { digestOf } from '../../model/digest.ts';
import { hasWildcard } from '../../model/glob.ts';
import type { TestId, TestParts } from '../../model/observation.ts';
import type { ReportFormat } from '../../model/report-format.ts';
import type { Suite } from '../../model/suite.ts';
import type { ReportState, Trial, TrialEnd, TrialRequest } from '../../model/trial.ts';
import type { LoadedImage } from '../../ports/loader.ts';
import type {
  Collected,
  CollectedFile,
  ContainerLimits,
  ContainerRun,
  ContainerSource,
  ContainerSpec,
  Runner,
} from '../../ports/runner.ts';
import { rerunCommand } from './rerun.ts';
import { isReportOf, resultsPlace } from './results-place.ts';
import { readExitStatus } from './results/exit-status.ts';
import { readResults, type Results } from './results/read.ts';

export interface TryInput {
  readonly suite: Suite;
  readonly request: TrialRequest;
  readonly image: LoadedImage;
  /** Tests of earlier runs by id, those of `request.only` among them. */
  readonly parts: ReadonlyMap<TestId, TestParts>;
  readonly limits: ContainerLimits;
  readonly source: ContainerSource | undefined;
}

export interface TryOutcome {
  readonly trial: Trial;
  /** The reports behind `trial.reports`, in the same order. */
  readonly files: readonly CollectedFile[];
}

/**
 * Runs a suite on an image once, or what stands for it in the preflight: a no-op, the sentinel. Whatever happens in
 * the container, and whatever it leaves behind, is an outcome and not an error.
 * @throws Failure `interrupted` when the signal is aborted
 */
export async function tryOnce(input: TryInput, runner: Runner, signal?: AbortSignal): Promise<TryOutcome> {
  const plan = planOf(input);
  const run = await runner.run(plan.spec, signal);
  const files = run.collected.kind === 'files' ? run.collected.files : [];
  const { observations, report } = plan.read(run);
  return {
    trial: {
      ...input.request,
      image: input.image.manifest,
      startedAt: run.startedAt,
      durationMs: run.durationMs,
      end: run.end,
      report,
      observations,
      output: run.output,
      reports: files.map(({ path, bytes }) => ({ path, digest: digestOf(bytes), size: bytes.length })),
    },
    files,
  };
}

/** What is run, and how its result is read. */
interface Plan {
  readonly spec: ContainerSpec;
  readonly read: (run: ContainerRun) => Results;
}

function planOf(input: TryInput): Plan {
  switch (input.request.step) {
    case 'preflight':
      return preflightPlan(input);
    case 'sentinel':
      return sentinelPlan(input);
    case 'screen':
    case 'errors':
    case 'confirm':
      return suitePlan(input);
    default:
      return unreachable(input.request.step);
  }
}

/** Does the image start at all? Nothing of the suite is in reach, so that nothing of it can be to blame. */
function preflightPlan({ suite, image, limits: given }: TryInput): Plan {
  invariant(suite.command.kind === 'shell', 'a no-op can be asked only of images that need a shell anyway');
  return {
    spec: {
      ...sharedSpec(suite, image),
      command: { kind: 'shell', line: ':' },
      network: 'none',
      // Its own: that of a short suite may be over before an engine under load has started anything.
      limits: { ...given, timeoutMs: limits.noopTimeoutMs },
      source: undefined,
      results: { kind: 'nothing' },
    },
    read: readEnd,
  };
}

function sentinelPlan({ suite, image, limits: given, source }: TryInput): Plan {
  invariant(suite.sentinel !== undefined, 'a sentinel is asked for only where the suite names one');
  return {
    spec: {
      ...sharedSpec(suite, image),
      command: suite.sentinel,
      limits: given,
      source,
      results: { kind: 'nothing' },
    },
    read: readEnd,
  };
}

function suitePlan({ suite, request, image, parts, limits: given, source }: TryInput): Plan {
  const { command, whole } = rerunCommand(suite, request.only, parts);
  const asked = whole || request.only === undefined ? undefined : new Set(request.only);
  return {
    spec: {
      ...sharedSpec(suite, image),
      command,
      limits: given,
      source: source && withoutReports(source, suite),
      results: resultsPlace(suite),
    },
    read: (run) => readRun(suite, run, asked),
  };
}

/** A report that lies in the source is of another run, and would be taken for what this one did. */
function withoutReports({ mount, files }: ContainerSource, suite: Suite): ContainerSource {
  const isReport = isReportOf(suite);
  return {
    mount,
    async *files() {
      for await (const file of files()) if (!isReport(join(mount, file.path))) yield file;
    },
  };
}

function sharedSpec(
  suite: Suite,
  image: LoadedImage,
): Pick<ContainerSpec, 'image' | 'env' | 'workdir' | 'user' | 'network'> {
  return { image, env: suite.env, workdir: suite.workdir, user: suite.user, network: suite.network };
}

/** For commands that are no tests: how they ended is all that is asked. */
function readEnd({ end }: ContainerRun): Results {
  return { observations: [], report: end.kind === 'exited' ? { kind: 'complete' } : endedEarly(end) };
}

/** `asked`: only these tests were run, as far as the runner understood; undefined: the whole suite. */
function readRun(suite: Suite, run: ContainerRun, asked: ReadonlySet<TestId> | undefined): Results {
  const { end, collected } = run;
  if (suite.results.format === 'exit-status') return readExitStatus(end);
  const { observations, report } = readCollected(suite, collected, suite.results.format);
  const seen = asked === undefined ? observations : observations.filter(({ id }) => asked.has(id));
  if (end.kind !== 'exited') return { observations: seen, report: endedEarly(end) };
  if (report.kind === 'broken') return { observations: seen, report: explain(report, end.status) };
  // A status that no failure explains (a coverage threshold, a crash at the end) is for the judge to compare: it counts
  // as a test of its own. A run that ended badly and shows none of the tests that were asked for did not get to them.
  if (end.status === 0 || seen.length > 0) return { observations: seen, report };
  const why = `the command ended with status ${end.status}, but its report holds none of the tests`;
  return { observations: seen, report: { kind: 'broken', code: 'suite-error', why } };
}

function readCollected(suite: Suite, collected: Collected, format: ReportFormat): Results {
  if (collected.kind === 'refused') {
    return { observations: [], report: { kind: 'broken', code: collected.code, why: collected.why } };
  }
  const { results } = suite;
  const glob =
    results.format !== 'exit-status' && results.from.kind === 'files' ? results.from.glob : undefined;
  const files = collected.files.filter(({ bytes }) => glob !== undefined || bytes.length > 0);
  if (files.length > 0) {
    return readResults(format, files, {
      mount: suite.mount,
      namesFiles: glob !== undefined && hasWildcard(glob),
    });
  }
  const why =
    glob === undefined
      ? 'nothing was written to standard output'
      : `no file ${JSON.stringify(glob)} was left`;
  return { observations: [], report: { kind: 'broken', code: 'missing', why } };
}

/** Where a report is missing or broken, the exit status is the first thing that a person wants to know. */
function explain(report: Extract<ReportState, { kind: 'broken' }>, status: number): ReportState {
  return { ...report, why: `${report.why} (the command ended with status ${status})` };
}

function endedEarly(end: Exclude<TrialEnd, { kind: 'exited' }>): ReportState {
  return { kind: 'broken', code: 'ended-early', why: describe(end) };
}

function describe(end: Exclude<TrialEnd, { kind: 'exited' }>): string {
  switch (end.kind) {
    case 'not-started':
      return `the command could not be started: ${quoted(end.message)}`;
    case 'timed-out':
      return `the run was stopped after ${plural(Math.round(end.afterMs / 1000), 'second')}`;
    case 'out-of-memory':
      return `the run used up its memory of ${end.bytesMax} bytes`;
    case 'out-of-disk':
      return `the run used up its disk space of ${end.bytesMax} bytes`;
    case 'engine-error':
      return `the engine broke: ${quoted(end.message)}`;
    default:
      return unreachable(end);
  }
}

function quoted(text: string): string {
  return clip(visibleLine(text.slice(0, 1000)), 200);
}

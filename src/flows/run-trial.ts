import type { Config } from '../model/definition.ts';
import type { TrialUnit } from '../model/event.ts';
import type { Evidence } from '../model/evidence.ts';
import type { TestId, TestParts } from '../model/observation.ts';
import type { Suite } from '../model/suite.ts';
import type { Trial, TrialRequest } from '../model/trial.ts';
import type { LoadedImage } from '../ports/loader.ts';
import type { Runner } from '../ports/runner.ts';
import { tryOnce, type TryOutcome } from '../stages/try/try.ts';
import type { SourceSnapshots } from './snapshots.ts';
import type { Watching } from './tools.ts';

export interface TrialTools {
  readonly config: Config;
  readonly snapshots: SourceSnapshots;
  readonly watching: Watching;
  readonly runner: Runner;
  /** @throws Failure `engine-*` when there is no engine any more */
  readonly checkEngine: () => Promise<void>;
}

export interface TrialOrder {
  /** What is known of the suite so far. */
  readonly evidence: Pick<Evidence, 'image' | 'suite' | 'platform' | 'environment' | 'trials'>;
  readonly suite: Suite;
  readonly image: LoadedImage;
  readonly request: TrialRequest;
}

/** Runs a suite once on an image that is loaded, under the limits of the config, and tells of it. */
export async function runTrial(
  { evidence, suite, image, request }: TrialOrder,
  { config, snapshots, watching, runner, checkEngine }: TrialTools,
): Promise<TryOutcome> {
  const unit: TrialUnit = { image: evidence.image, suite: evidence.suite, platform: evidence.platform };
  watching.observe({ kind: 'trial-started', unit, request });
  const snapshot = suite.source === undefined ? undefined : await snapshots.of(suite.source);
  const outcome = await tryOnce(
    {
      suite,
      request,
      image,
      parts: partsOf(evidence),
      limits: {
        timeoutMs: suite.timeoutMs,
        memoryBytes: evidence.environment.memoryBytes,
        cpus: evidence.environment.cpus,
        pids: config.gate.pids,
        diskBytes: config.gate.diskBytes,
      },
      source: snapshot === undefined ? undefined : { mount: suite.mount, files: () => snapshot.files() },
    },
    runner,
    watching.signal,
  );
  const { trial } = outcome;
  const told = { unit, request, end: trial.end, ...countsOf(trial), durationMs: trial.durationMs };
  watching.observe({ kind: 'trial-ended', ...told });
  // Rerunning finds out whether the engine stumbled; with one that is gone it would only take hours to say so.
  if (trial.end.kind === 'engine-error') await checkEngine();
  return outcome;
}

/** Waits for all of them even when one fails: none may go on in a flow that has ended. */
export async function runTogether<T>(running: readonly Promise<T>[]): Promise<readonly T[]> {
  await Promise.allSettled(running);
  return Promise.all(running);
}

/** How each test is called in its parts, from any run that saw it. */
export function partsOf({ trials }: Pick<Evidence, 'trials'>): ReadonlyMap<TestId, TestParts> {
  return new Map(trials.flatMap(({ observations }) => observations.map(({ id, parts }) => [id, parts])));
}

function countsOf({ observations }: Trial): {
  readonly passed: number;
  readonly failed: number;
  readonly other: number;
} {
  const passed = observations.filter(({ status }) => status === 'passed').length;
  const failed = observations.filter(({ status }) => status === 'failed').length;
  return { passed, failed, other: observations.length - passed - failed };
}

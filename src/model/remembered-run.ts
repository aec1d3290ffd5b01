import * as z from 'zod';
import { canonicalJson } from '../base/canonical-json.ts';
import { Failure } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import { parseJsonStrictly } from '../base/strict-json.ts';
import { digestSchema } from './descriptor.ts';
import { digestHex, digestOf, type Digest } from './digest.ts';
import { observationSchema, trialSchema } from './evidence-schema.ts';
import type { Evidence, LastRun } from './evidence.ts';
import { asTestId, runItself } from './observation.ts';
import type { Side, Trial } from './trial.ts';

/** The screen of one suite on one image, kept for a later gate whose baseline that image is. */
export interface RememberedRun {
  readonly schemaVersion: 1;
  /** What it was a run of; a gate takes it only for exactly the same. */
  readonly of: RunKey;
  /** Whole runs in the order of their rounds, all clean. */
  readonly trials: readonly Trial[];
}

/** Digests of what makes one run comparable with another. */
export interface RunKey {
  /** Manifest of the image. */
  readonly image: Digest;
  /** Suite, its source, platform. */
  readonly what: Digest;
  /** Engine, kernel, processors, memory, network. */
  readonly where: Digest;
}

/** Where remembered runs lie in a ledger. */
export const runsFolder = 'runs';

/** Undefined: there is no image on this side. */
export function runKeyOf(evidence: Evidence, side: Side): RunKey | undefined {
  const image = evidence[side];
  if (image === undefined) return undefined;
  const { suiteDigest, platform, source, environment } = evidence;
  // The tree is what is copied into the trials; without one there is no source.
  const what = digestOf(canonicalJson({ suiteDigest, platform, tree: source.tree ?? null }));
  return { image, what, where: digestOf(canonicalJson({ ...environment })) };
}

/** Content in the name: what two jobs leave of one suite on one image never clashes when their ledgers are merged. */
export function runName(run: RememberedRun): string {
  return `${sameRunPrefix(run.of)}${digestHex(digestOf(formatRun(run))).slice(0, 16)}.json`;
}

/** What the names of all runs of one suite on one image in one environment begin with. */
export function sameRunPrefix({ image, what, where }: RunKey): string {
  return `${runPrefix({ image, what })}${digestHex(where).slice(0, 16)}-`;
}

/** What the names of all runs of one suite on one image begin with, wherever they ran. */
export function runPrefix({ image, what }: Pick<RunKey, 'image' | 'what'>): string {
  return `${digestHex(image).slice(0, 32)}-${digestHex(what).slice(0, 32)}-`;
}

/** The screen of this side, if a later gate may use it: run now, whole, all rounds clean. */
export function runToRemember(evidence: Evidence, side: Side): RememberedRun | undefined {
  const key = runKeyOf(evidence, side);
  const trials = evidence.trials
    .filter(({ step, round, ...trial }) => {
      const isScreen = step === 'screen' && round <= evidence.rule.screenRuns;
      return isScreen && trial.side === side && trial.reused !== true;
    })
    .toSorted((one, other) => one.round - other.round);
  const isWhole = trials.length === evidence.rule.screenRuns;
  const isClean = trials.every(({ end, report }) => end.kind === 'exited' && report.kind === 'complete');
  if (key === undefined || !isWhole || !isClean) return undefined;
  return { schemaVersion: 1, of: key, trials: trials.map(withoutReports) };
}

/** The raw reports lie with the evidence of the gate that ran it, and not here. */
function withoutReports(trial: Trial): Trial {
  return { ...trial, reports: [] };
}

/** Its trials as those of a gate that has this image for its baseline; undefined: it is too old, too short or another's. */
export function reuseOf(
  run: RememberedRun,
  evidence: Evidence,
  { now, ageMsMax }: { readonly now: string; readonly ageMsMax: number },
): readonly Trial[] | undefined {
  const key = runKeyOf(evidence, 'baseline');
  if (key === undefined || !isSameKey(run.of, key)) return undefined;
  const wanted = run.trials.slice(0, evidence.rule.screenRuns);
  if (wanted.length < evidence.rule.screenRuns) return undefined;
  const isFresh = wanted.every(({ startedAt }) => {
    const ageMs = Date.parse(now) - Date.parse(startedAt);
    return ageMs >= 0 && ageMs < ageMsMax;
  });
  return isFresh ? wanted.map((trial) => ({ ...trial, side: 'baseline', reused: true })) : undefined;
}

/** What it held, as the yardstick for later runs on the same image. */
export function lastRunOf({ trials }: RememberedRun): LastRun | undefined {
  const [first] = trials;
  if (first === undefined) return undefined;
  const ran = new Set(
    trials.flatMap(({ observations }) =>
      observations.filter(({ status }) => status === 'passed' || status === 'failed').map(({ id }) => id),
    ),
  );
  return { at: first.startedAt, ran: ran.size };
}

function isSameKey(one: RunKey, other: RunKey): boolean {
  return one.image === other.image && one.what === other.what && one.where === other.where;
}

export function formatRun({ schemaVersion, of, trials }: RememberedRun): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify({ schemaVersion, of, trials })}\n`);
}

const schema = z.strictObject({
  schemaVersion: z.literal(1),
  of: z.strictObject({ image: digestSchema, what: digestSchema, where: digestSchema }),
  trials: z
    .array(trialSchema.extend({ observations: z.array(observationSchema).max(limits.observationsMax) }))
    .min(1)
    .max(limits.screenRunsMax),
});

/** Whatever it says of itself, all of its trials are of the image that it names. @throws Failure `content-refused` */
export function parseRun(bytes: Uint8Array): RememberedRun {
  const refuse = (why: string): Failure => new Failure('content-refused', `it is no run of a suite: ${why}`);
  const parsed = schema.safeParse(parseJsonStrictly(bytes, refuse));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw refuse(`${issue?.path.join('.') || 'document'}: ${issue?.message ?? 'does not fit'}`);
  }
  const { of, trials } = parsed.data;
  const isOne = trials.every(
    ({ image, step, only, round, end, report }, index) =>
      image === of.image &&
      step === 'screen' &&
      only === undefined &&
      round === index + 1 &&
      end.kind === 'exited' &&
      report.kind === 'complete',
  );
  if (!isOne) throw refuse('its trials are not the whole screens of one image');
  return {
    schemaVersion: 1,
    of,
    trials: trials.map(({ observations, ...trial }) => ({
      ...trial,
      only: undefined,
      observations: observations.map(({ id, ...rest }) => {
        if (id === runItself) throw refuse(`a test is called ${JSON.stringify(id)}`);
        return { ...rest, id: asTestId(id) };
      }),
    })),
  };
}

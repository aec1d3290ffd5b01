import type { Digest } from './digest.ts';
import type { Observation, TestId } from './observation.ts';

/** Which of the two images ran. */
export type Side = 'baseline' | 'candidate';

/** Why a trial was run: each step of the judge asks for its own. */
export type TrialStep = 'preflight' | 'sentinel' | 'screen' | 'errors' | 'confirm';

/** What the judge asks for: one run of a suite on one side. Data, so that the same judge reads stored results. */
export interface TrialRequest {
  readonly step: TrialStep;
  readonly side: Side;
  /** Counts from 1 within the step; both sides of a pair have the same round. */
  readonly round: number;
  /** Run these tests only, if the suite knows how; undefined: the whole suite. */
  readonly only: readonly TestId[] | undefined;
}

/** One run of one suite on one image: what was asked, how it ended, what each test did. */
export interface Trial extends TrialRequest {
  readonly image: Digest;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly end: TrialEnd;
  /** Whether the report can be trusted to be all of it. */
  readonly report: ReportState;
  /** In the order of the report. Never holds `runItself`. */
  readonly observations: readonly Observation[];
  readonly output: TrialOutput;
  /** The report files as they were read; the bytes lie beside the evidence under these digests. */
  readonly reports: readonly StoredFile[];
  /** It was not run for this gate, but taken from what an earlier one left; it ran when `startedAt` says. */
  readonly reused?: boolean;
}

/** How the container ended. */
export type TrialEnd =
  | { readonly kind: 'exited'; readonly status: number }
  /** The image could not run the command at all: not found, not executable, other processor. */
  | { readonly kind: 'not-started'; readonly message: string }
  | { readonly kind: 'timed-out'; readonly afterMs: number }
  | { readonly kind: 'out-of-memory'; readonly bytesMax: number }
  | { readonly kind: 'out-of-disk'; readonly bytesMax: number }
  /** The engine broke; says nothing of the image. */
  | { readonly kind: 'engine-error'; readonly message: string };

/** `broken`: what was observed may be only a part; `why` is a sentence for people, `code` the kind of trouble. */
export type ReportState =
  | { readonly kind: 'complete' }
  | { readonly kind: 'broken'; readonly code: BrokenReport; readonly why: string };

export type BrokenReport =
  | 'missing'
  | 'malformed'
  | 'truncated'
  | 'too-large'
  | 'refused'
  | 'bailed-out'
  | 'suite-error'
  | 'ended-early';

/** What a run wrote, cut to limits; hostile text. */
export interface TrialOutput {
  readonly bytes: number;
  readonly head: string;
  /** Empty when all of it is in `head`. */
  readonly tail: string;
  /** Bytes between head and tail that were not kept. */
  readonly omittedBytes: number;
}

export interface StoredFile {
  readonly path: string;
  readonly digest: Digest;
  readonly size: number;
}

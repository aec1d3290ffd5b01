import type { GateAnswer } from './bisection.ts';
import type { ChangeClass } from './change.ts';
import type { Digest } from './digest.ts';
import type { StandIn } from './stand-in.ts';
import type { TrialEnd, TrialRequest } from './trial.ts';
import type { Verdict } from './verdict.ts';

/** What a flow tells while it works; the command line turns it into live or plain lines on stderr. */
export type Event =
  | { readonly kind: 'engine-found'; readonly engine: string }
  | { readonly kind: 'build-started'; readonly image: string; readonly platform: string | undefined }
  | { readonly kind: 'build-output'; readonly image: string; readonly line: string }
  | {
      readonly kind: 'build-ended';
      readonly image: string;
      readonly digest: Digest;
      readonly durationMs: number;
    }
  | {
      readonly kind: 'resolved';
      readonly image: string;
      readonly reference: string;
      readonly digest: Digest | undefined;
    }
  /** One of several names was looked up; `done` and `of` count them. */
  | { readonly kind: 'looked-up'; readonly reference: string; readonly done: number; readonly of: number }
  | { readonly kind: 'fetch-started'; readonly reference: string }
  | {
      readonly kind: 'blob-copied';
      readonly digest: Digest;
      readonly size: number;
      readonly result: 'present' | 'mounted' | 'stored';
    }
  | { readonly kind: 'load-started'; readonly image: string; readonly side: 'baseline' | 'candidate' }
  | {
      readonly kind: 'delivery-step';
      readonly receiver: string;
      readonly image: string;
      readonly step: DeliveryStep;
    }
  | {
      readonly kind: 'examined';
      readonly image: string;
      readonly platform: string;
      readonly change: ChangeClass;
    }
  /** A rebuild was proven to be the same as what was tested. */
  | { readonly kind: 'stood-in'; readonly standIn: StandIn }
  /** The baseline's screen is not run: what an earlier gate saw stands for it. */
  | { readonly kind: 'baseline-reused'; readonly unit: TrialUnit; readonly ranAt: string }
  | { readonly kind: 'calibration-started'; readonly unit: TrialUnit; readonly runs: number }
  | { readonly kind: 'trial-started'; readonly unit: TrialUnit; readonly request: TrialRequest }
  | {
      readonly kind: 'trial-ended';
      readonly unit: TrialUnit;
      readonly request: TrialRequest;
      readonly end: TrialEnd;
      readonly passed: number;
      readonly failed: number;
      readonly other: number;
      readonly durationMs: number;
    }
  /** A gate in a process of its own begins, which tells nothing before it has ended. */
  | {
      readonly kind: 'judging';
      readonly image: string;
      readonly platform: string;
      readonly from: Digest | undefined;
      readonly to: Digest;
    }
  | {
      readonly kind: 'judged';
      readonly image: string;
      readonly platform: string;
      /** Undefined: that gate failed, which is told with what it was for. */
      readonly verdict: Verdict | undefined;
    }
  /** One gate of a bisection; `of` moves, `moved` of which are made. */
  | { readonly kind: 'gate-started'; readonly number: number; readonly moved: number; readonly of: number }
  | {
      readonly kind: 'gate-answered';
      readonly number: number;
      readonly moves: readonly string[];
      readonly moved: readonly string[];
      readonly answer: GateAnswer;
      /** Foreign text. */
      readonly why: string;
      readonly durationMs: number;
    }
  /** What a person's own command writes. */
  | { readonly kind: 'command-output'; readonly line: string }
  | {
      readonly kind: 'promotion-step';
      readonly target: string;
      readonly step: PromotionStepKind;
      readonly state: 'done' | 'was-done';
    };

/** Steps of `promote`, in their order; each is a no-op when it was done before. */
export type PromotionStepKind =
  | 'record-intent'
  | 'check-tag'
  | 'stage-image'
  | 'read-back-image'
  | 'attach-evidence'
  | 'move-tag'
  | 'read-back-tag'
  | 'record-done';

/** Steps of `load`, in their order; each is a no-op when it was done before. */
export type DeliveryStep =
  | { readonly kind: 'sent'; readonly layers: number; readonly bytes: number; readonly held: number }
  | { readonly kind: 'started' }
  | { readonly kind: 'named'; readonly name: string };

export interface TrialUnit {
  readonly image: string;
  readonly suite: string;
  readonly platform: string;
}

export type Observer = (event: Event) => void;

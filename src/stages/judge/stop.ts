import type { Finding, FindingKind, PairStatus } from '../../model/finding.ts';
import { runItself } from '../../model/observation.ts';
import type { Mover } from '../../model/verdict.ts';

/** A unit comes to its end before its tests could be paired: one finding about the run itself. */
export interface Stop {
  readonly finding: Finding;
  /** Where the kind of verdict alone does not say whose move it is. */
  readonly move?: Move;
}

export interface Move {
  readonly mover: Mover;
  readonly next: string;
}

export interface StopReason {
  readonly kind: FindingKind;
  readonly baseline?: PairStatus | undefined;
  readonly candidate?: PairStatus;
  readonly because: string;
  readonly baselineDetail?: string | undefined;
  readonly candidateDetail?: string | undefined;
  readonly move?: Move;
}

export function stop({ kind, baseline, candidate = 'missing', because, move, ...details }: StopReason): Stop {
  const { baselineDetail, candidateDetail } = details;
  return {
    finding: {
      test: runItself,
      kind,
      baseline,
      candidate,
      because,
      ...(baselineDetail === undefined ? {} : { baselineDetail }),
      ...(candidateDetail === undefined ? {} : { candidateDetail }),
    },
    ...(move === undefined ? {} : { move }),
  };
}

import { exitStatus, type ExitStatus } from '../../base/failure.ts';
import type { TryOutcome } from '../../flows/parity-try.ts';

const exits: Readonly<Record<TryOutcome, ExitStatus>> = {
  takes: exitStatus.yes,
  ignores: exitStatus.no,
  refuses: exitStatus.no,
  unknown: exitStatus.notProven,
};

/**
 * Of `parity try`: no is no, whoever says it; then what kept the gate from an answer, then the builder's.
 * @param judged of the gate; undefined: nothing was judged
 */
export function tryExit(outcome: TryOutcome, judged: ExitStatus | undefined): ExitStatus {
  const asked = exits[outcome];
  return asked === exitStatus.no || judged === undefined || judged === exitStatus.yes ? asked : judged;
}

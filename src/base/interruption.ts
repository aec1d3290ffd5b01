import { Failure } from './failure.ts';

/** Why the work stops: the failure that the signal was aborted with, else `interrupted`. */
export function interruption(signal: AbortSignal): Failure {
  const reason: unknown = signal.reason;
  if (reason instanceof Failure) return reason;
  return new Failure('interrupted', 'the work was interrupted', { cause: reason });
}

/** @throws Failure `interrupted`, or the one that the signal was aborted with */
export function throwIfInterrupted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw interruption(signal);
}

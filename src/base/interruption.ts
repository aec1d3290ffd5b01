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

/**
 * Waits for work that does not know of the signal, and no longer than until the abort: what the work comes to then is
 * nobody's business any more.
 * @throws Failure `interrupted`, or the one that the signal was aborted with, and whatever the work throws
 */
export async function unlessInterrupted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(interruption(signal));
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

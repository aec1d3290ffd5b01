import { describeBreak } from '../../base/connection-break.ts';
import { Failure, isFailure } from '../../base/failure.ts';
import { throwIfInterrupted } from '../../base/interruption.ts';

/** An exchange that came to no answer, or an answer that came to no end. */
export interface Broken {
  readonly kind: 'broken';
  readonly failure: Failure;
  /** Whether the same exchange may succeed a moment later. */
  readonly again: boolean;
}

/** Turns what was thrown into what it means. What nobody can foresee goes on as it is. */
export function explainBreak(error: unknown, what: string, signal: AbortSignal | undefined): Broken {
  throwIfInterrupted(signal);
  if (isFailure(error)) {
    const failure = new Failure(error.code, `${what}: ${error.message}`, {
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      cause: error,
    });
    return { kind: 'broken', failure, again: false };
  }
  const known = describeBreak(error);
  if (known === undefined) throw error;
  const { kind, why, again, hint } = known;
  const failure = new Failure(`registry-${kind}`, `${what}: ${why}`, {
    ...(hint === undefined ? {} : { hint: hint('registry') }),
    cause: error,
  });
  return { kind: 'broken', failure, again };
}

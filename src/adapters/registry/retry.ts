import { jitterMs } from '../../base/backoff.ts';
import type { Clock } from '../../base/clock.ts';
import { Failure } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';

/** What a server says of itself that may be otherwise a moment later. */
const passingStatuses: ReadonlySet<number> = new Set([408, 499, 500, 502, 503, 504, 522]);

export function isPassing(status: number): boolean {
  return passingStatuses.has(status);
}

export interface RetryOptions {
  readonly clock: Clock;
  /** Evenly spread over [0, 1). */
  readonly random: () => number;
  readonly signal?: AbortSignal | undefined;
}

/** How long each host wants to be left alone; shared by all requests of a process to that host. */
export class Patience {
  readonly #options: RetryOptions;
  readonly #quietUntil = new Map<string, number>();

  constructor(options: RetryOptions) {
    this.#options = options;
  }

  /** One piece of work against `host`, from its first try to its last. */
  start(host: string): Tries {
    return new Tries(this, host);
  }

  /** Waits until `host` may be spoken to. */
  async waitFor(host: string): Promise<void> {
    const { clock } = this.#options;
    for (;;) {
      const restMs = (this.#quietUntil.get(host) ?? 0) - clock.monotonicMs();
      if (restMs <= 0) return;
      await this.sleep(restMs);
    }
  }

  /** The wait before try number `next` (2 is the first that waits): what the host asked for, else full jitter. */
  async waitBefore(next: number, host: string, askedMs: number | undefined): Promise<void> {
    const { clock, random } = this.#options;
    if (askedMs === undefined) {
      await this.sleep(jitterMs(next, random));
      return;
    }
    this.#quietUntil.set(host, Math.max(this.#quietUntil.get(host) ?? 0, clock.monotonicMs() + askedMs));
    await this.waitFor(host);
    // All that waited for the same instant would come back at the same instant.
    await this.sleep(random() * limits.retryFirstMs);
  }

  async sleep(ms: number): Promise<void> {
    const { clock, signal } = this.#options;
    await clock.sleep(ms, signal);
  }
}

/**
 * The one place where anything is tried again. Everything below it makes one try and says how that ended;
 * everything above it makes one call.
 */
export class Tries {
  readonly #patience: Patience;
  readonly #host: string;
  #made = 0;

  constructor(patience: Patience, host: string) {
    this.#patience = patience;
    this.#host = host;
  }

  /** Counts from 1. */
  get made(): number {
    return this.#made;
  }

  /** Stands before each try: waits while the host wants to be left alone. */
  async begin(): Promise<void> {
    await this.#patience.waitFor(this.#host);
    this.#made += 1;
  }

  /** Returns when it is time for another try. @throws `failure` when there is none */
  async again(failure: Failure, askedMs?: number): Promise<void> {
    if (this.#made >= limits.retryTriesMax) throw exhausted(failure, this.#made);
    if (askedMs !== undefined && askedMs > limits.retryAfterMsMax) {
      throw new Failure(
        'registry-rate-limited',
        `${failure.message}; it asks to wait for ${Math.ceil(askedMs / 60_000)} minutes`,
        { hint: 'Try again after that time, or log in to have a larger allowance.', cause: failure },
      );
    }
    await this.#patience.waitBefore(this.#made + 1, this.#host, askedMs);
  }
}

function exhausted(failure: Failure, tries: number): Failure {
  return new Failure(failure.code, `${failure.message} (${tries} tries)`, {
    ...(failure.hint === undefined ? {} : { hint: failure.hint }),
    cause: failure,
  });
}

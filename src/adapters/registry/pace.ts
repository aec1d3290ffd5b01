import type { Clock } from '../../base/clock.ts';
import { Failure } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';

/** How long the steps of one exchange may take, in milliseconds. */
export interface HttpTimes {
  readonly connectMs: number;
  readonly headersMs: number;
  readonly idleMs: number;
  readonly transferGraceMs: number;
}

export const defaultTimes: HttpTimes = {
  connectMs: limits.connectMs,
  headersMs: limits.headersMs,
  idleMs: limits.idleMs,
  transferGraceMs: limits.transferGraceMs,
};

/** Who is waited for during an upload: whoever gives its bytes, or the peer that takes them. */
export type Turn = 'ours' | 'theirs';

/**
 * Holds a transfer to a least speed: a peer that sends one byte every few seconds is never idle and never done.
 * Only the time that we wait for the peer counts, not what we do with the bytes.
 */
export class Pace {
  readonly #times: HttpTimes;
  readonly #clock: Clock;
  #waitedMs = 0;
  #bytes = 0;

  constructor(times: HttpTimes, clock: Clock) {
    this.#times = times;
    this.#clock = clock;
  }

  /** Waits for the peer. */
  async waiting<T>(forPeer: () => Promise<T>): Promise<T> {
    const since = this.#clock.monotonicMs();
    try {
      return await forPeer();
    } finally {
      this.#waitedMs += this.#clock.monotonicMs() - since;
    }
  }

  /** The peer gave or took so many bytes. Returns what is wrong when it was too slow. */
  moved(bytes: number): Failure | undefined {
    this.#bytes += bytes;
    const dueMs = this.#times.transferGraceMs + (this.#bytes / limits.transferBytesPerSecondMin) * 1000;
    if (this.#waitedMs <= dueMs) return undefined;
    const seconds = Math.round(this.#waitedMs / 1000);
    return new Failure('registry-timeout', `only ${this.#bytes} bytes moved in ${seconds} s`);
  }

  /** Hands on the chunks of an upload; the time until the next one is asked for is the peer's, and that after the last. */
  async *sending(body: AsyncIterable<Uint8Array>, onTurn: (turn: Turn) => void): AsyncGenerator<Uint8Array> {
    onTurn('ours');
    for await (const chunk of body) {
      onTurn('theirs');
      const since = this.#clock.monotonicMs();
      yield chunk;
      this.#waitedMs += this.#clock.monotonicMs() - since;
      const slow = this.moved(chunk.length);
      if (slow !== undefined) throw slow;
      onTurn('ours');
    }
    onTurn('theirs');
  }
}

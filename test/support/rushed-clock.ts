import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../src/base/clock.ts';

/** The machine's own time, of which sleep takes none: peers that are slow are slow, and waits are over at once. */
export class RushedClock implements Clock {
  #sleptMs = 0;

  now(): Date {
    return new Date(Date.now() + this.#sleptMs);
  }

  monotonicMs(): number {
    return performance.now() + this.#sleptMs;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.#sleptMs += ms;
    await turn();
  }
}

import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../src/base/clock.ts';

/** A clock that moves only when somebody sleeps, or when a test moves it. Sleeping takes no time. */
export class FakeClock implements Clock {
  /** How long each sleep was, in milliseconds. */
  readonly slept: number[] = [];
  #nowMs = Date.parse('2026-11-21T00:00:00Z');

  now(): Date {
    return new Date(this.#nowMs);
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.slept.push(ms);
    this.#nowMs += ms;
    await turn();
  }

  advance(ms: number): void {
    this.#nowMs += ms;
  }
}

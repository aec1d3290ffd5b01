import type { Clock } from '../../base/clock.ts';
import { isFailure } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import type { ContainerLimits } from '../../ports/runner.ts';
import type { Container } from './container.ts';
import type { KillReason } from './end.ts';

// A look costs the engine a walk over what was written: at most one part in this many of the time goes into it.
const looksPerTime = 30;

export interface WatchOptions {
  readonly limits: ContainerLimits;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
}

/** Ends a running container from outside: when its time is over, it has written more than it may, or nobody wants it. */
export class Watch {
  readonly #container: Container;
  readonly #limits: ContainerLimits;
  readonly #clock: Clock;
  readonly #signal: AbortSignal | undefined;
  readonly #over = new AbortController();
  readonly #stuck = new AbortController();
  #killedFor: KillReason | undefined;

  constructor(container: Container, { limits: most, clock, signal }: WatchOptions) {
    this.#container = container;
    this.#limits = most;
    this.#clock = clock;
    this.#signal = signal;
  }

  /** Aborted when a killed container does not come to its end: the engine's program has to be ended then. */
  get stuck(): AbortSignal {
    return this.#stuck.signal;
  }

  get killedFor(): KillReason | undefined {
    return this.#killedFor;
  }

  /** Watches until `attached` settles. What the engine refuses to the watch shows in how the container ends. */
  async during<T>(attached: Promise<T>): Promise<T> {
    const watching = Promise.allSettled([this.#watchTime(), this.#watchDisk(), this.#watchSignal()]);
    const [end] = await Promise.allSettled([attached]);
    this.#over.abort();
    for (const each of await watching) {
      if (each.status === 'rejected' && !isFailure(each.reason)) throw each.reason;
    }
    if (end.status === 'rejected') throw end.reason;
    return end.value;
  }

  async #watchTime(): Promise<void> {
    if (await this.#sleep(this.#limits.timeoutMs)) await this.#kill('time');
  }

  async #watchSignal(): Promise<void> {
    const signal = this.#signal;
    if (signal === undefined) return;
    const { promise: woken, resolve } = Promise.withResolvers<void>();
    const wake = (): void => resolve();
    const both = AbortSignal.any([signal, this.#over.signal]);
    both.addEventListener('abort', wake, { once: true });
    if (!both.aborted) await woken;
    if (signal.aborted && !this.#over.signal.aborted) await this.#kill('abort');
  }

  async #watchDisk(): Promise<void> {
    let waitMs = limits.diskFirstLookMs;
    while (await this.#sleep(waitMs)) {
      const before = this.#clock.monotonicMs();
      const written = await this.#written();
      if (written !== undefined && written > this.#limits.diskBytes) return this.#kill('disk');
      waitMs = Math.max(limits.diskLookMsMin, looksPerTime * (this.#clock.monotonicMs() - before));
    }
  }

  /** An engine that does not answer this question in time may still answer it the next time. */
  async #written(): Promise<number | undefined> {
    try {
      return (await this.#container.state())?.writtenBytes;
    } catch (error) {
      if (isFailure(error)) return undefined;
      throw error;
    }
  }

  async #kill(reason: KillReason): Promise<void> {
    if (this.#killedFor !== undefined) return;
    this.#killedFor = reason;
    try {
      if (await this.#killSurely()) await this.#sleep(limits.engineStopMs);
    } finally {
      // Has no effect on a program that has ended.
      if (!this.#over.signal.aborted) this.#stuck.abort();
    }
  }

  /** A container that is just about to start cannot be killed yet. False when it ended, or refused for too long. */
  async #killSurely(): Promise<boolean> {
    const deadline = this.#clock.monotonicMs() + limits.engineStopMs;
    while (this.#clock.monotonicMs() < deadline) {
      if ((await this.#container.kill()).status === 0) return true;
      if (!(await this.#sleep(limits.killPauseMs))) return false;
    }
    return false;
  }

  /** False when the container has ended before. */
  async #sleep(ms: number): Promise<boolean> {
    try {
      await this.#clock.sleep(ms, this.#over.signal);
      return true;
    } catch (error) {
      if (this.#over.signal.aborted) return false;
      throw error;
    }
  }
}

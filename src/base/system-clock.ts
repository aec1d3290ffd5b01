import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from './clock.ts';
import { interruption, throwIfInterrupted } from './interruption.ts';

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  async sleep(ms, signal) {
    throwIfInterrupted(signal);
    try {
      await wait(ms, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      if (signal?.aborted === true) throw interruption(signal);
      throw error;
    }
  },
};

import type { Clock } from '../../../base/clock.ts';
import { limits } from '../../../base/limits.ts';
import type { OuterRun, StartedRun } from '../../../model/outer-loop.ts';

/** What it takes to wait for a run. */
export interface Patience {
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

/** Looks again and again, within bounds, until a run is seen that was asked for. */
export async function seenToStart(
  { clock, signal }: Patience,
  look: () => Promise<OuterRun | undefined>,
): Promise<StartedRun> {
  for (let looks = 0; looks < limits.outerLoopLooksMax; looks += 1) {
    const run = await look();
    if (run !== undefined) return { kind: 'started', run };
    await clock.sleep(limits.outerLoopLookMs, signal);
  }
  const seconds = (limits.outerLoopLooksMax * limits.outerLoopLookMs) / 1000;
  return { kind: 'unconfirmed', why: `it was asked for, and nothing was seen to start within ${seconds} s` };
}

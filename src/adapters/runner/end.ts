import { limits } from '../../base/limits.ts';
import { clip, visible } from '../../base/text.ts';
import type { TrialEnd } from '../../model/trial.ts';
import type { ContainerLimits } from '../../ports/runner.ts';
import type { ContainerState } from './container.ts';
import type { Dialect } from './dialect.ts';

/** Why we ended a container ourselves. */
export type KillReason = 'time' | 'disk' | 'abort';

export interface Ending {
  /** How the program that was attached to the container ended; undefined: we had to end it. */
  readonly attached: number | undefined;
  /** The end of what that program, or the container, wrote to standard error. */
  readonly complaint: string;
  readonly killedFor: KillReason | undefined;
  /** Undefined: the engine does not say any more. */
  readonly state: ContainerState | undefined;
  readonly limits: ContainerLimits;
}

/**
 * What the end of a container means, first match first:
 *
 * | the engine says nothing, or that it still runs | engine-error |
 * | it never started, and the engine says that the command is at fault (126, 127) or cannot tell | not-started |
 * | it never started for another reason | engine-error |
 * | we ended it, or it has written more than it may | timed-out, out-of-disk |
 * | it failed, and the kernel took a process of it for memory | out-of-memory |
 * | the attached program ended otherwise than the container: output may be missing | engine-error |
 * | else | exited |
 */
export function endOf(ending: Ending, dialect: Dialect): TrialEnd {
  const { state, killedFor } = ending;
  if (state === undefined) return engineError(ending, 'the engine lost the container');
  if (state.running) return engineError(ending, 'the engine lost the connection to the container');
  if (!state.started) return unstartedEnd(ending, state, dialect);
  if (killedFor === 'time') return { kind: 'timed-out', afterMs: ending.limits.timeoutMs };
  const bytesMax = ending.limits.diskBytes;
  if (killedFor === 'disk' || (state.writtenBytes ?? 0) > bytesMax) return { kind: 'out-of-disk', bytesMax };
  // A suite that succeeds although one of its processes was taken has coped with it.
  if (state.outOfMemory && state.exitCode !== 0) {
    return { kind: 'out-of-memory', bytesMax: ending.limits.memoryBytes };
  }
  if (ending.attached !== state.exitCode) {
    return engineError(
      ending,
      `the engine's program ended with ${ending.attached}, the container with ${state.exitCode}`,
    );
  }
  return { kind: 'exited', status: state.exitCode };
}

function unstartedEnd(ending: Ending, state: ContainerState, dialect: Dialect): TrialEnd {
  const isImage = !dialect.tellsWhyNotStarted || state.exitCode === 126 || state.exitCode === 127;
  if (ending.killedFor !== undefined || !isImage) return engineError(ending, 'the container did not start');
  return { kind: 'not-started', message: said(state.error === '' ? ending.complaint : state.error) };
}

function engineError({ complaint }: Ending, what: string): TrialEnd {
  return { kind: 'engine-error', message: complaint === '' ? what : `${what}: ${said(complaint)}` };
}

function said(text: string): string {
  return clip(visible(text.trim()), limits.failureDetailCharsMax);
}

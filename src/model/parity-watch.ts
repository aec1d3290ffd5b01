import { z } from 'zod';
import { jsonAnswer } from '../base/json-path.ts';
import { runtimes, type Runtime } from './runtime-pin.ts';

/**
 * Up to where a platform takes a runtime. It ends by itself: whoever asks again before that day gets a new one, and nobody
 * is held for ever by a night that was forgotten.
 */
export interface Ceiling {
  readonly runtime: Runtime;
  /** The first series that does not work, such as `3.14`. */
  readonly below: string;
  /** A sentence. */
  readonly reason: string;
  /** The last day on which it holds, `2026-12-31`, UTC. */
  readonly until: string;
}

/** What one look at a platform left for the next one. */
export interface WatchState {
  readonly seenAt: string;
  readonly channels: readonly SeenChannel[];
  /** What all deploying channels that tell it have in common, newest first. */
  readonly offers: readonly SeenOffer[];
  readonly repos: readonly SeenRepo[];
}

export interface SeenChannel {
  readonly name: string;
  readonly digest: string;
  readonly buildpacks: readonly { readonly id: string; readonly version: string }[];
}

export interface SeenOffer {
  readonly runtime: Runtime;
  readonly series: readonly string[];
}

export interface SeenRepo {
  readonly path: string;
  readonly pins: readonly SeenPin[];
}

export interface SeenPin {
  readonly file: string;
  readonly field: string;
  readonly runtime: Runtime;
  readonly text: string;
  /** Whether a deploying channel did not support it, or ignored it to its harm. */
  readonly harmed: boolean;
}

/** What is otherwise than at the last look. All empty: nothing. */
export interface WatchChange {
  readonly moved: readonly MovedChannel[];
  readonly broken: readonly ChangedPin[];
  readonly mended: readonly ChangedPin[];
  /** Series that all deploying channels have now and did not have before; empty at the first look. */
  readonly possible: readonly SeenOffer[];
}

export interface MovedChannel {
  readonly name: string;
  /** Undefined: the channel is new. */
  readonly from: string | undefined;
  /** Undefined: the channel is gone. */
  readonly to: string | undefined;
  readonly buildpacks: readonly {
    readonly id: string;
    readonly from: string | undefined;
    readonly to: string | undefined;
  }[];
}

export interface ChangedPin extends SeenPin {
  readonly path: string;
}

const runtime = z.enum(runtimes);
const stateSchema = z.strictObject({
  version: z.literal(1),
  seenAt: z.string(),
  channels: z.array(
    z.strictObject({
      name: z.string(),
      digest: z.string(),
      buildpacks: z.array(z.strictObject({ id: z.string(), version: z.string() })),
    }),
  ),
  offers: z.array(z.strictObject({ runtime, series: z.array(z.string()) })),
  repos: z.array(
    z.strictObject({
      path: z.string(),
      pins: z.array(
        z.strictObject({
          file: z.string(),
          field: z.string(),
          runtime,
          text: z.string(),
          harmed: z.boolean(),
        }),
      ),
    }),
  ),
});

/** Undefined: another program wrote it, or it was damaged; the next look is then the first. */
export function parseWatchState(bytes: Uint8Array): WatchState | undefined {
  const parsed = stateSchema.safeParse(jsonAnswer(Buffer.from(bytes).toString('utf8')));
  return parsed.success ? parsed.data : undefined;
}

export function formatWatchState(state: WatchState): string {
  return `${JSON.stringify({ version: 1, ...state }, undefined, 1)}\n`;
}

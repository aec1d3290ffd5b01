import * as z from 'zod';
import { jsonOf } from '../base/json-path.ts';
import { isNumbered } from './buildpack-knowledge.ts';
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
  /** What each deploying channel had of a runtime when it last told. */
  readonly offers: readonly SeenOffer[];
  readonly repos: readonly SeenRepo[];
}

export interface SeenChannel {
  readonly name: string;
  readonly digest: string;
  readonly buildpacks: readonly { readonly id: string; readonly version: string }[];
}

/** What a deploying channel has of a runtime; no series: it does not tell. */
export interface ChannelOffer {
  readonly channel: string;
  /** `heroku/python 0.26.1` */
  readonly by: string;
  /** Newest first; numbers with dots. */
  readonly series: readonly string[];
  readonly validUntil: string | undefined;
}

export interface SeenOffer extends ChannelOffer {
  readonly runtime: Runtime;
  /** The day on which the channel said so, `2026-11-21`, UTC. */
  readonly toldOn: string;
}

export interface SeenRepo {
  readonly path: string;
  /** The day on which it was last read, `2026-11-21`, UTC. */
  readonly seenOn: string;
  readonly pins: readonly SeenPin[];
}

export interface SeenPin {
  readonly file: string;
  readonly field: string;
  readonly runtime: Runtime;
  readonly text: string;
  /**
   * Whether a deploying channel did not support it, or ignored it to its harm, as each of them last told. One that never
   * told is not there.
   */
  readonly harmed: readonly SeenHarm[];
}

export interface SeenHarm {
  readonly channel: string;
  readonly harms: boolean;
  /** The digest of the builder that was run and said so itself (level L3); undefined: data says so. */
  readonly builder: string | undefined;
}

/** What is otherwise than at the last look. All empty: nothing. */
export interface WatchChange {
  readonly moved: readonly MovedChannel[];
  readonly broken: readonly ChangedPin[];
  readonly mended: readonly ChangedPin[];
  /** Series that all deploying channels have now and did not have before; empty at the first look. */
  readonly possible: readonly PossibleSeries[];
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

export interface ChangedPin extends Omit<SeenPin, 'harmed'> {
  readonly path: string;
}

export interface PossibleSeries {
  readonly runtime: Runtime;
  readonly series: readonly string[];
}

const runtime = z.enum(runtimes);
const stateSchema = z.strictObject({
  version: z.literal(3),
  seenAt: z.iso.datetime(),
  channels: z.array(
    z.strictObject({
      name: z.string(),
      digest: z.string(),
      buildpacks: z.array(z.strictObject({ id: z.string(), version: z.string() })),
    }),
  ),
  offers: z.array(
    z.strictObject({
      runtime,
      channel: z.string(),
      by: z.string(),
      series: z.array(z.string().refine(isNumbered)),
      validUntil: z.iso.date().optional(),
      toldOn: z.iso.date(),
    }),
  ),
  repos: z.array(
    z.strictObject({
      path: z.string(),
      seenOn: z.iso.date(),
      pins: z.array(
        z.strictObject({
          file: z.string(),
          field: z.string(),
          runtime,
          text: z.string(),
          harmed: z.array(
            z.strictObject({ channel: z.string(), harms: z.boolean(), builder: z.string().optional() }),
          ),
        }),
      ),
    }),
  ),
});

/** Undefined: another program wrote it, or it was damaged; the next look is then the first. */
export function parseWatchState(bytes: Uint8Array): WatchState | undefined {
  const parsed = stateSchema.safeParse(jsonOf(Buffer.from(bytes).toString('utf8')));
  if (!parsed.success) return undefined;
  const offers = parsed.data.offers.map((offer) => ({ ...offer, validUntil: offer.validUntil }));
  const repos = parsed.data.repos.map(({ pins, ...repo }) => ({
    ...repo,
    pins: pins.map(({ harmed, ...pin }) => ({
      ...pin,
      harmed: harmed.map((each) => ({ ...each, builder: each.builder })),
    })),
  }));
  return { ...parsed.data, offers, repos };
}

export function formatWatchState(state: WatchState): string {
  return `${JSON.stringify({ ...state, version: 3 })}\n`;
}

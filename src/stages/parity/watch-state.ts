import { isHarmful } from '../../model/parity-answer.ts';
import type { ParityReport } from '../../model/parity-report.ts';
import type { SeenChannel, SeenOffer, SeenPin, SeenRepo, WatchState } from '../../model/parity-watch.ts';
import { monthAfter } from './month-after.ts';
import { pinKey } from './watch-change.ts';

/** What one look at a platform told. */
export interface Look {
  /** ISO 8601, UTC. */
  readonly seenAt: string;
  readonly channels: readonly SeenChannel[];
  /** Channels that could not be looked up. */
  readonly failed: readonly string[];
  /** All that deploy, also those that could not be looked up. */
  readonly deploys: readonly string[];
  readonly offers: readonly SeenOffer[];
  readonly reports: readonly { readonly path: string; readonly report: ParityReport }[];
}

/**
 * What is kept for the next look. A channel that does not tell tonight keeps its last word: silence mends nothing, makes
 * nothing possible, and lifts no ceiling. A repository that was not read for a month has left.
 */
export function watchState(before: WatchState | undefined, look: Look): WatchState {
  const { seenAt, channels, failed, deploys, offers, reports } = look;
  const silent = (before?.channels ?? []).filter(
    ({ name }) => failed.includes(name) && channels.every((each) => each.name !== name),
  );
  const told = new Set(offers.map(offerKey));
  const kept = (before?.offers ?? []).filter(
    (offer) => deploys.includes(offer.channel) && !told.has(offerKey(offer)),
  );
  const known = new Map(
    (before?.repos ?? []).flatMap(({ path, pins }) =>
      pins.map(({ harmed, ...pin }) => [pinKey(path, pin), harmed] as const),
    ),
  );
  const today = seenAt.slice(0, 10);
  const fresh = reports.map(({ path, report }): SeenRepo => ({
    path,
    seenOn: today,
    pins: report.pins.map((each) => seenPin(each, deploys, (pin) => known.get(pinKey(path, pin)) ?? [])),
  }));
  const others = (before?.repos ?? []).filter(
    ({ path, seenOn }) => fresh.every((repo) => repo.path !== path) && monthAfter(seenOn) >= today,
  );
  return {
    seenAt,
    channels: [...channels, ...silent],
    offers: [...offers, ...kept],
    repos: [...fresh, ...others],
  };
}

function offerKey({ runtime, channel }: SeenOffer): string {
  return JSON.stringify([runtime, channel]);
}

function seenPin(
  { pin: { runtime, text, field, place }, answers }: ParityReport['pins'][number],
  deploys: readonly string[],
  lastWords: (pin: Omit<SeenPin, 'harmed'>) => SeenPin['harmed'],
): SeenPin {
  const pin = { file: place.file, field, runtime, text };
  const before = lastWords(pin);
  const harmed = deploys.flatMap((channel) => {
    const answer = answers.find((each) => each.channel === channel)?.answer;
    const last = before.filter((each) => each.channel === channel);
    if (answer === undefined || answer.kind === 'unknown') return last;
    const { level, builder } = answer.evidence;
    // What a builder itself said stands until it speaks again, or another is in its place.
    if (level !== 'L3' && last.some((each) => each.builder === builder)) return last;
    return [{ channel, harms: isHarmful(answer), builder: level === 'L3' ? builder : undefined }];
  });
  return { ...pin, harmed };
}

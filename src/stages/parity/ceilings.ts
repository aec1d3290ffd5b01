import type { Ceiling, SeenOffer, WatchState } from '../../model/parity-watch.ts';
import type { Runtime } from '../../model/runtime-pin.ts';
import { monthAfter } from './month-after.ts';
import { compareVersions } from '../../model/buildpack-knowledge.ts';

/** A ceiling for each runtime that a repository of the watch pins, as far as a channel told what it has. `today` is `2026-11-21`. */
export function ceilingsOf({ repos, offers }: WatchState, today: string): readonly Ceiling[] {
  const pinned = new Set(repos.flatMap(({ pins }) => pins.map(({ runtime }) => runtime)));
  return [...pinned].flatMap(
    (runtime) =>
      ceilingOf(
        runtime,
        offers.filter((offer) => offer.runtime === runtime),
        today,
      ) ?? [],
  );
}

/**
 * The ceiling of a runtime: the lowest of the newest series that the deploying channels have. It ends a month after its
 * channel said so, or with the channel. Undefined: no channel tells what it has.
 */
function ceilingOf(runtime: Runtime, offers: readonly SeenOffer[], today: string): Ceiling | undefined {
  const [lowest] = offers
    .flatMap(({ series, ...offer }) => series.slice(0, 1).map((newest) => ({ ...offer, newest })))
    .filter(({ toldOn }) => monthAfter(toldOn) >= today)
    .toSorted((left, right) => compareVersions(left.newest, right.newest));
  if (lowest === undefined) return undefined;
  const { validUntil, by, channel, newest, toldOn } = lowest;
  const month = monthAfter(toldOn);
  const isSooner = validUntil !== undefined && validUntil >= today && validUntil < month;
  return {
    runtime,
    below: nextSeries(newest),
    reason: `${by} on ${channel} has ${runtime} up to ${newest}.`,
    until: isSooner ? validUntil : month,
  };
}

/** `3.14` after `3.13`, `27` after `26`. */
function nextSeries(series: string): string {
  const parts = series.split('.').map(Number);
  return [...parts.slice(0, -1), (parts.at(-1) ?? 0) + 1].join('.');
}

import type {
  ChangedPin,
  MovedChannel,
  PossibleSeries,
  SeenChannel,
  SeenOffer,
  SeenPin,
  WatchChange,
  WatchState,
} from '../../model/parity-watch.ts';
import { commonSeries } from './common-series.ts';

/** What is otherwise now. A pin that somebody changed in the meantime is no news of the platform. */
export function watchChange(before: WatchState | undefined, now: WatchState): WatchChange {
  if (before === undefined)
    return { moved: [], broken: changedPins(now, isHarmed), mended: [], possible: [] };
  const harmed = new Map(
    before.repos.flatMap(({ path, pins }) => pins.map((pin) => [pinKey(path, pin), isHarmed(pin)] as const)),
  );
  const was = (path: string, pin: SeenPin): boolean => harmed.get(pinKey(path, pin)) === true;
  return {
    moved: movedChannels(before.channels, now.channels),
    broken: changedPins(now, (pin, path) => isHarmed(pin) && !was(path, pin)),
    mended: changedPins(now, (pin, path) => !isHarmed(pin) && was(path, pin)),
    possible: newlyPossible(offeredByAll(before.offers), offeredByAll(now.offers)),
  };
}

function isHarmed({ harmed }: SeenPin): boolean {
  return harmed.some(({ harms }) => harms);
}

export function pinKey(path: string, { file, field, runtime, text }: Omit<SeenPin, 'harmed'>): string {
  return JSON.stringify([path, file, field, runtime, text]);
}

function changedPins(
  { repos }: WatchState,
  isChanged: (pin: SeenPin, path: string) => boolean,
): readonly ChangedPin[] {
  return repos.flatMap(({ path, pins }) =>
    pins
      .filter((pin) => isChanged(pin, path))
      .map(({ file, field, runtime, text }) => ({ file, field, runtime, text, path })),
  );
}

/** What all channels that told of a runtime have in common, newest first. */
function offeredByAll(offers: readonly SeenOffer[]): readonly PossibleSeries[] {
  return [...Map.groupBy(offers, ({ runtime }) => runtime)].map(([runtime, own]) => ({
    runtime,
    series: commonSeries(own.map(({ series }) => series)),
  }));
}

/** A runtime of which nothing was known at the last look has no news. */
function newlyPossible(
  before: readonly PossibleSeries[],
  now: readonly PossibleSeries[],
): readonly PossibleSeries[] {
  return now.flatMap(({ runtime, series }) => {
    const old = before.find((each) => each.runtime === runtime)?.series;
    const fresh = old === undefined ? [] : series.filter((each) => !old.includes(each));
    return fresh.length === 0 ? [] : [{ runtime, series: fresh }];
  });
}

function movedChannels(before: readonly SeenChannel[], now: readonly SeenChannel[]): readonly MovedChannel[] {
  const names = new Set([...before, ...now].map(({ name }) => name));
  return [...names].flatMap((name): readonly MovedChannel[] => {
    const [from, to] = [before, now].map((channels) => channels.find((each) => each.name === name));
    if (from?.digest === to?.digest) return [];
    return [{ name, from: from?.digest, to: to?.digest, buildpacks: movedBuildpacks(from, to) }];
  });
}

/** Buildpacks whose version differs; several versions of one are compared as a whole. */
function movedBuildpacks(
  from: Pick<SeenChannel, 'buildpacks'> | undefined,
  to: Pick<SeenChannel, 'buildpacks'> | undefined,
): MovedChannel['buildpacks'] {
  const versions = (channel: typeof from): ReadonlyMap<string, string> =>
    new Map(
      [...Map.groupBy(channel?.buildpacks ?? [], ({ id }) => id)].map(([id, all]) => [
        id,
        all
          .map(({ version }) => version)
          .toSorted()
          .join(' and '),
      ]),
    );
  const [old, fresh] = [versions(from), versions(to)];
  return [...new Set([...old.keys(), ...fresh.keys()])].flatMap((id) =>
    old.get(id) === fresh.get(id) ? [] : [{ id, from: old.get(id), to: fresh.get(id) }],
  );
}

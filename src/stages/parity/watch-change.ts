import type {
  ChangedPin,
  MovedChannel,
  SeenChannel,
  SeenPin,
  WatchChange,
  WatchState,
} from '../../model/parity-watch.ts';

/** What is otherwise now. A pin that somebody changed in the meantime is no news of the platform. */
export function watchChange(before: WatchState | undefined, now: WatchState): WatchChange {
  if (before === undefined) {
    const broken = changedPins(now, ({ harmed }) => harmed);
    return { moved: [], broken, mended: [], possible: [] };
  }
  const known = new Map(
    before.repos.flatMap(({ path, pins }) => pins.map((pin) => [keyOf(path, pin), pin.harmed] as const)),
  );
  const was = (path: string, pin: SeenPin): boolean | undefined => known.get(keyOf(path, pin));
  return {
    moved: movedChannels(before.channels, now.channels),
    broken: changedPins(now, (pin, path) => pin.harmed && was(path, pin) !== true),
    mended: changedPins(now, (pin, path) => !pin.harmed && was(path, pin) === true),
    possible: now.offers.flatMap(({ runtime, series }) => {
      const old = before.offers.find((each) => each.runtime === runtime)?.series ?? [];
      const fresh = series.filter((each) => !old.includes(each));
      return fresh.length === 0 ? [] : [{ runtime, series: fresh }];
    }),
  };
}

function keyOf(path: string, { file, field, runtime, text }: SeenPin): string {
  return JSON.stringify([path, file, field, runtime, text]);
}

function changedPins(
  { repos }: WatchState,
  isChanged: (pin: SeenPin, path: string) => boolean,
): readonly ChangedPin[] {
  return repos.flatMap(({ path, pins }) =>
    pins.filter((pin) => isChanged(pin, path)).map((pin) => ({ ...pin, path })),
  );
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

import type { SaidVersion } from '../../model/lifecycle.ts';
import type { RuntimePin } from '../../model/runtime-pin.ts';
import { harmOf } from './harm.ts';

/** A pin that a buildpack did not go by: it said what it went by, and no pin of that runtime is it. */
export interface PassedOver {
  readonly pin: RuntimePin;
  readonly by: SaidVersion;
}

/**
 * Those that do harm, as `parity check` has it. Pins at the root of the application; those of folders below are for others,
 * and what stands in project.toml is for the platform: see {@link notHandedOn}.
 */
export function passedOver(
  pins: readonly RuntimePin[],
  versions: readonly SaidVersion[],
): readonly PassedOver[] {
  return notGoneBy(pins, versions).filter(({ pin, by }) => {
    const { fits, harms } = harmOf(pin, by.version);
    // A command works with what is installed, or does not.
    return !isForPlatform(pin) && (pin.place.name === 'Procfile' ? fits === false : harms);
  });
}

/**
 * Settings of project.toml that would have changed what was taken. The platform reads that file, and the lifecycle does not:
 * whether it hands them to the buildpacks, no build of ours can tell.
 */
export function notHandedOn(
  pins: readonly RuntimePin[],
  versions: readonly SaidVersion[],
): readonly PassedOver[] {
  return notGoneBy(pins, versions).filter(
    ({ pin, by }) => isForPlatform(pin) && harmOf(pin, by.version).fits !== true,
  );
}

function notGoneBy(pins: readonly RuntimePin[], versions: readonly SaidVersion[]): readonly PassedOver[] {
  return versions.flatMap((by) => {
    if (by.origin === undefined || by.version === undefined) return [];
    const own = pins.filter(({ runtime, place }) => runtime === by.runtime && !place.file.includes('/'));
    const isGoneBy = own.some(
      (pin) => !isForPlatform(pin) && (pin.place.name === by.origin || pin.field === by.origin),
    );
    return own.flatMap((pin) => (isGoneBy && !isForPlatform(pin) ? [] : [{ pin, by }]));
  });
}

function isForPlatform({ place }: RuntimePin): boolean {
  return place.name === 'project.toml';
}

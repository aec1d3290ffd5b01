import type { SaidVersion } from '../../../model/lifecycle.ts';
import type { RuntimePin } from '../../../model/runtime-pin.ts';

/** A pin that a buildpack did not go by: it said what it went by, and no file with a pin of that runtime is it. */
export interface PassedOver {
  readonly pin: RuntimePin;
  readonly by: SaidVersion;
}

/** Pins at the root of the application; those of folders below are for others. */
export function passedOver(
  pins: readonly RuntimePin[],
  versions: readonly SaidVersion[],
): readonly PassedOver[] {
  return versions.flatMap((by) => {
    if (by.origin === undefined || by.version === undefined) return [];
    const own = pins.filter(({ runtime, place }) => runtime === by.runtime && !place.file.includes('/'));
    return own.some(({ place }) => place.name === by.origin) ? [] : own.map((pin) => ({ pin, by }));
  });
}

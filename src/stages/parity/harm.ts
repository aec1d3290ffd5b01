import type { RuntimePin } from '../../model/runtime-pin.ts';
import { wantedBy, wantsSeries } from './ranges.ts';

/** What a pin that a build does not go by comes to. */
export interface Harm {
  /** Whether what it takes instead is within what the pin asks for; undefined where it cannot be told. */
  readonly fits: boolean | undefined;
  /** A range that holds all the same does none, a version always does. */
  readonly harms: boolean;
}

/** @param instead a version or a series; undefined where nobody knows it */
export function harmOf({ grammar, text }: RuntimePin, instead: string | undefined): Harm {
  const wanted = wantedBy(grammar, text);
  const fits = instead === undefined || wanted === undefined ? undefined : wantsSeries(wanted, text, instead);
  const isRange = grammar !== 'exact' && grammar !== 'alias';
  return { fits, harms: isRange ? fits === false : true };
}

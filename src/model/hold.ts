import { dayOf } from './waiver.ts';

/** A person's word that an image does not move, whatever its verdict says. */
export interface Hold {
  /** Name of the image in lockkeeper.yaml. */
  readonly image: string;
  readonly author: string;
  readonly reason: string;
  /** The last day on which it holds, in UTC: `2026-12-31`. */
  readonly until: string;
}

/** @param now ISO 8601, UTC */
export function isHeld({ until }: Hold, now: string): boolean {
  return dayOf(now) <= until;
}

import { compileGlob } from './glob.ts';
import { shortDigest, type Digest } from './digest.ts';
import { nameSpellings, type Reference } from './reference.ts';
import { dayOf } from './waiver.ts';

/** Somebody's word that an image does not move: until a day, until its name stands for another digest, or until it is released. */
export interface Hold {
  /** Name of the image in lockkeeper.yaml, or a glob over names as files write them: `node`, `ghcr.io/our-team/*`. */
  readonly image: string;
  readonly author: string;
  readonly reason: string;
  /** The last day on which it holds, in UTC: `2026-12-31`. Undefined: no day ends it. */
  readonly until: string | undefined;
  /** The digest that is held back: when the name stands for another one, the hold is over. Undefined: whatever it is. */
  readonly digest: Digest | undefined;
  /** The digest that stays in use: what has no digest gets this one. Undefined: each pin stays as it is. */
  readonly keep: Digest | undefined;
  /** Where the reason is proved: a link, or the digest of a verdict. */
  readonly evidence: string | undefined;
}

/** A hold, and what its image is called in files. */
export interface NameHold {
  /** Glob over names as they are spelled out, with or without their tag. */
  readonly name: string;
  readonly hold: Hold;
}

/** Whether no day has ended it. What its name stands for by now is another question: {@link holdsBack}. @param now ISO 8601, UTC */
export function isHeld({ until }: Pick<Hold, 'until'>, now: string): boolean {
  return until === undefined || dayOf(now) <= until;
}

/** Whether it keeps an image from moving to this candidate. @param digests all that the candidate has: its index, its images */
export function holdsBack(hold: Hold, now: string, digests: readonly Digest[]): boolean {
  return isHeld(hold, now) && (hold.digest === undefined || digests.includes(hold.digest));
}

/** Whether a hold is on an image of lockkeeper.yaml. */
export function isOn(
  { image }: Hold,
  { name, baseline }: { readonly name: string; readonly baseline: Reference },
): boolean {
  return image === name || isOnName({ image }, baseline);
}

/** Whether a hold is on a name of an image, as files write it. */
export function isOnName({ image }: Pick<Hold, 'image'>, name: Reference): boolean {
  const matches = compileGlob(image, 'path');
  return nameSpellings(name).some(matches);
}

/** `until 2026-12-31`, `until it stands for another digest than sha256:…`, `until it is released`. */
function describeHoldEnd({ until, digest }: Hold): string {
  const ends = [
    ...(until === undefined ? [] : [`until ${until}`]),
    ...(digest === undefined ? [] : [`until it stands for another digest than ${shortDigest(digest)}`]),
  ];
  return ends.length === 0 ? 'until it is released' : ends.join(', or ');
}

/** `Ada Lovelace holds it until 2026-12-31: release week`. */
export function describeHold(hold: Hold): string {
  const proof = hold.evidence === undefined ? '' : ` (${hold.evidence})`;
  return `${hold.author} holds it ${describeHoldEnd(hold)}: ${hold.reason}${proof}`;
}

import { invariant } from '../base/invariant.ts';
import type { Pin } from '../model/pin.ts';
import type { PlanEntry } from '../model/plan.ts';
import { formatReference, pinReference } from '../model/reference.ts';
import { pinEdits } from '../stages/pin/pin.ts';
import type { Edit } from '../stages/pin/splice.ts';

/** A pin, and the bytes that it changes; all of them in one file. */
export interface PinnedEdits {
  readonly pin: Pin;
  readonly edits: readonly Edit[];
  /** What the mention has to spell afterwards, in full. */
  readonly becomes: string;
}

/** What a decision changes; undefined: the mention stays as it is. */
export function pinnedEdits({ mention, follows, decision }: PlanEntry): PinnedEdits | undefined {
  if (decision.kind === 'stay') return undefined;
  invariant(follows !== undefined && mention.meaning.kind === 'image', 'only what follows a name moves');
  const { to } = decision;
  const { tag, digest: from } = mention.meaning.reference;
  // Where a comment tells the tag, the name has none afterwards either.
  const isNoted = tag === undefined && mention.note?.means !== undefined;
  const { tag: followed, ...name } = follows;
  const becomes = formatReference(pinReference(isNoted || followed === undefined ? name : follows, to));
  return { pin: { mention, from, to }, edits: pinEdits({ mention, follows, to }), becomes };
}

import { digestPlace } from '../../model/digest-place.ts';
import type { Mention, MentionPart } from '../../model/mention.ts';
import { splitText } from './pin.ts';
import type { Edit } from './splice.ts';

/** What it takes to take a digest away, or why it stays. */
export type Unpinning =
  | { readonly kind: 'edits'; readonly edits: readonly Edit[]; readonly tag: string }
  | { readonly kind: 'stay'; readonly why: string };

/**
 * Takes the digest from a mention and leaves its tag: the one that is written, else the one that a comment tells, which
 * then goes into the name, and the comment stays, since other tools write it anew from the name.
 */
export function unpinEdits(mention: Mention): Unpinning {
  if (mention.meaning.kind !== 'image' || mention.meaning.reference.digest === undefined)
    return { kind: 'stay', why: 'it has no digest' };
  const where = digestPlace(mention);
  const { tag = mention.note?.means } = mention.meaning.reference;
  if (where.kind === 'none') return { kind: 'stay', why: where.why };
  if (tag === undefined)
    return { kind: 'stay', why: 'it is pinned by digest alone, and nothing tells which tag was meant' };
  if (where.kind === 'key') return { kind: 'edits', edits: [edit(where.part, '')], tag };
  if (where.kind === 'behind tag') return { kind: 'edits', edits: [edit(where.part, tag)], tag };
  return { kind: 'edits', edits: [edit(where.part, `${splitText(mention.text).name}:${tag}`)], tag };
}

function edit({ place, text }: MentionPart, after: string): Edit {
  return { start: place.start, end: place.end, before: text, after };
}

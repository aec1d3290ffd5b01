import type { Mention, MentionPart } from './mention.ts';

/** Where the digest of a mention stands, or would stand. */
export type DigestPlace =
  /** In the text of the mention itself, behind its tag. */
  | { readonly kind: 'text'; readonly part: MentionPart }
  /** In a key of its own. */
  | { readonly kind: 'key'; readonly part: MentionPart }
  /** Behind the tag in the tag's own key, which the tool joins to the name as it is. */
  | { readonly kind: 'behind tag'; readonly part: MentionPart }
  | { readonly kind: 'none'; readonly why: string };

/** Total over the layouts of a mention. */
export function digestPlace({ layout, syntax, place, text, from }: Mention): DigestPlace {
  if (from.length > 0) {
    const pieces = from.map(({ written }) => written).join(', ');
    return { kind: 'none', why: `it is put together from ${pieces}, which are set elsewhere` };
  }
  if (layout.kind === 'whole') return { kind: 'text', part: { place, text } };
  if (layout.digest !== undefined) {
    const tag = layout.tag?.text ?? '';
    // A digest alone would tell nobody which tag was meant.
    return tag === '' && layout.digest.text === ''
      ? { kind: 'none', why: 'it is written in several keys, and none of them tells a tag' }
      : { kind: 'key', part: layout.digest };
  }
  // Charts and Kustomize write `repository:tag`; what reads the tag as a tag would refuse a digest in it.
  if (syntax === 'kubernetes' && layout.tag !== undefined) return { kind: 'behind tag', part: layout.tag };
  return { kind: 'none', why: 'it is written in several keys, and none of them is for a digest' };
}

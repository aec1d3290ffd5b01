import { invariant, unreachable } from '../../base/invariant.ts';
import type { Digest } from '../../model/digest.ts';
import { digestPlace } from '../../model/digest-place.ts';
import type { Mention, MentionPart } from '../../model/mention.ts';
import type { Reference } from '../../model/reference.ts';
import type { Edit } from './splice.ts';

/** How a digest gets into a text that people have written: nothing but the digest changes, and the tag where it does. */
export interface PinOrder {
  readonly mention: Mention;
  /** The name with the tag that is followed from now on. */
  readonly follows: Reference;
  readonly to: Digest;
}

/**
 * The edits that pin one mention. A name without a tag gets the one that it follows, or nobody could tell later what the
 * digest was meant to be; a comment that tells the tag is kept true.
 */
export function pinEdits({ mention, follows, to }: PinOrder): readonly Edit[] {
  const where = digestPlace(mention);
  invariant(where.kind !== 'none', 'a mention without a place for a digest is not planned');
  const tag = follows.tag ?? 'latest';
  switch (where.kind) {
    case 'text':
      return [edit(where.part, pinnedText(mention, tag, to)), ...noteEdits(mention, tag)];
    case 'key':
      return [keyEdit(where.part, to), ...tagEdits(mention, tag)];
    case 'behind tag':
      return [edit(where.part, `${tag}@${to}`)];
    default:
      return unreachable(where);
  }
}

/** `node:22` becomes `node:22@sha256:…`. A tag that a comment tells is not written a second time. */
function pinnedText(mention: Mention, tag: string, to: Digest): string {
  const { name, tag: written } = splitText(mention.text);
  const isNoted = written === undefined && mention.note?.means !== undefined;
  return `${name}${isNoted ? '' : `:${tag}`}@${to}`;
}

/** The three parts of a name as it is written. */
export function splitText(text: string): {
  readonly name: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
} {
  const at = text.indexOf('@');
  const named = at === -1 ? text : text.slice(0, at);
  const colon = named.lastIndexOf(':');
  const isTagged = colon > named.lastIndexOf('/');
  return {
    name: isTagged ? named.slice(0, colon) : named,
    tag: isTagged ? named.slice(colon + 1) : undefined,
    digest: at === -1 ? undefined : text.slice(at + 1),
  };
}

/** A comment that told another tag tells this one. */
function noteEdits({ note, text }: Mention, tag: string): readonly Edit[] {
  if (note?.means === undefined || note.means === tag) return [];
  const { tag: written } = splitText(text);
  // A comment that tells something else than the name does is a person's.
  if (written !== undefined && written !== note.means) return [];
  const at = note.text.lastIndexOf(note.means);
  return [edit(note, `${note.text.slice(0, at)}${tag}${note.text.slice(at + note.means.length)}`)];
}

/** Some tools write the sign before the digest into the key as well. */
function keyEdit(part: MentionPart, to: Digest): Edit {
  return edit(part, part.text.startsWith('@') ? `@${to}` : to);
}

/** The tag's own key, where another tag is followed now. */
function tagEdits({ layout }: Mention, tag: string): readonly Edit[] {
  if (layout.kind !== 'split' || layout.tag === undefined || layout.tag.text === '') return [];
  return layout.tag.text === tag ? [] : [edit(layout.tag, tag)];
}

function edit({ place, text }: MentionPart, after: string): Edit {
  return { start: place.start, end: place.end, before: text, after };
}

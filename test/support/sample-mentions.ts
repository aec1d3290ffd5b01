import { digestOf, type Digest } from '../../src/model/digest.ts';
import type { Mention, MentionPart } from '../../src/model/mention.ts';
import { parseReference } from '../../src/model/reference.ts';

/** A digest that has a name in a test. */
export const digestNamed = (name: string): Digest => digestOf(name);

type Given = Partial<Omit<Mention, 'place'>> & { readonly file?: string; readonly start?: number };

let next = 0;

/** A name as it would stand in a file; each at a place of its own. */
export function mentionOf(text: string, { file = 'ci.yaml', start, meaning, ...more }: Given = {}): Mention {
  next += 1_000;
  const from = start ?? next;
  return {
    place: { file, line: from, column: 1, start: from, end: from + text.length },
    syntax: 'compose',
    owner: 'services.app.image',
    text,
    meaning: meaning ?? { kind: 'image', reference: parseReference(text) },
    layout: { kind: 'whole' },
    from: [],
    users: [],
    note: undefined,
    ...more,
  };
}

/** A text at a place of its own, for names that are written in several. */
export function partOf(text: string, start: number, file = 'values.yaml'): MentionPart {
  return { place: { file, line: 1, column: start, start, end: start + text.length }, text };
}

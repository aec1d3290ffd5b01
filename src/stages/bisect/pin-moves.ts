import type { Mention, MentionPlace } from '../../model/mention.ts';
import { formatReference, type Reference } from '../../model/reference.ts';

/** Bytes of a file of the later commit, and what stood there in the earlier one. */
export interface BackEdit {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly before: string;
  readonly after: string;
}

/** All pins that moved to one image, and what takes them back. */
export interface PinMove {
  /** The image now, in full; several joined by ` + ` where one text in a file belongs to all of them. */
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** Each name that moved, as it was and as it is. */
  readonly pairs: readonly MovedReference[];
  readonly places: readonly MentionPlace[];
  readonly back: readonly BackEdit[];
}

export interface MovedReference {
  readonly from: Reference;
  readonly to: Reference;
}

/** An image name that is not in both commits, or is put together in another way. */
export interface ApartMention {
  readonly mention: Mention;
  readonly why: 'added' | 'removed' | 'written anew';
}

export interface PinMoves {
  readonly moves: readonly PinMove[];
  readonly apart: readonly ApartMention[];
}

interface Named {
  readonly mention: Mention;
  readonly reference: Reference;
}

/**
 * The pins that differ between two commits, as moves over the later one. A name is the same one in both when file and
 * user are the same, and the repository, or else its place among those of the user; so a pin may change its tag or its
 * image. Pins of one image move together, and so do those that share a text, such as a variable.
 */
export function pinMoves(before: readonly Mention[], after: readonly Mention[]): PinMoves {
  const pairs: { readonly was: Named; readonly is: Named }[] = [];
  let old: readonly Named[] = before.flatMap(named);
  let now: readonly Named[] = after.flatMap(named);
  for (const keyOf of [byRepository, byUser]) {
    const matched = match(old, now, keyOf);
    pairs.push(...matched.pairs);
    [old, now] = [matched.old, matched.now];
  }
  const apart: ApartMention[] = [
    ...old.map(({ mention }) => ({ mention, why: 'removed' as const })),
    ...now.map(({ mention }) => ({ mention, why: 'added' as const })),
  ];
  const moves: PinMove[] = [];
  for (const { was, is } of pairs) {
    const [from, to] = [formatReference(was.reference), formatReference(is.reference)];
    if (from === to) continue;
    const back = backEdits(was.mention, is.mention);
    if (back === undefined) apart.push({ mention: is.mention, why: 'written anew' });
    else
      moves.push({
        name: to,
        from,
        to,
        pairs: [{ from: was.reference, to: is.reference }],
        places: [is.mention.place],
        back,
      });
  }
  return { moves: joined(moves), apart };
}

function named(mention: Mention): readonly Named[] {
  return mention.meaning.kind === 'image' ? [{ mention, reference: mention.meaning.reference }] : [];
}

function byRepository({ mention, reference }: Named): string {
  return JSON.stringify([mention.place.file, mention.owner, reference.registry, reference.repository]);
}

function byUser({ mention }: Named): string {
  return JSON.stringify([mention.place.file, mention.owner]);
}

/** Pairs those of one key in the order in which they stand. */
function match(
  old: readonly Named[],
  now: readonly Named[],
  keyOf: (one: Named) => string,
): {
  readonly pairs: readonly { readonly was: Named; readonly is: Named }[];
  readonly old: readonly Named[];
  readonly now: readonly Named[];
} {
  const waiting = new Map([...Map.groupBy(old, keyOf)].map(([key, all]) => [key, [...all]]));
  const pairs: { readonly was: Named; readonly is: Named }[] = [];
  const left: Named[] = [];
  for (const is of now) {
    const was = waiting.get(keyOf(is))?.shift();
    if (was === undefined) left.push(is);
    else pairs.push({ was, is });
  }
  return { pairs, old: [...waiting.values()].flat(), now: left };
}

interface Part {
  readonly what: string;
  readonly place: MentionPlace;
  readonly text: string;
}

/** Undefined: it is put together of other parts, or nothing that is written differs. */
function backEdits(was: Mention, is: Mention): readonly BackEdit[] | undefined {
  const [old, now] = [partsOf(was), partsOf(is)];
  const fits = old.length === now.length && old.every(({ what }, index) => what === now[index]?.what);
  if (!fits) return undefined;
  const edits = now.flatMap(({ place: { file, start, end }, text }, index) => {
    const part = old[index];
    return part === undefined || part.text === text
      ? []
      : [{ file, start, end, before: text, after: part.text }];
  });
  return edits.length === 0 ? undefined : edits;
}

/** Every text in a file that the name, or a comment on it, is made of. */
function partsOf({ place, text, layout, from, note }: Mention): readonly Part[] {
  const own: readonly (Part | undefined)[] =
    layout.kind === 'whole'
      ? [{ what: 'text', place, text }]
      : [
          layout.registry && { what: 'registry', ...layout.registry },
          { what: 'repository', ...layout.repository },
          layout.tag && { what: 'tag', ...layout.tag },
          layout.digest && { what: 'digest', ...layout.digest },
        ];
  const pieces = from.map(({ written, value, place: at }) =>
    at === undefined ? undefined : { what: written, place: at, text: value },
  );
  const comment = note && { what: 'note', place: note.place, text: note.text };
  return [...own, ...pieces, comment].filter((part) => part !== undefined);
}

/** One move an image, and one where moves change the same bytes. */
function joined(moves: readonly PinMove[]): readonly PinMove[] {
  let groups = [...Map.groupBy(moves, ({ name }) => name).values()].map((same) => same.reduce(merged));
  for (let at = 0; at < groups.length; at += 1) {
    const spots = new Set(groups[at]?.back.map(spotOf));
    const other = groups.findIndex(
      ({ back }, index) => index > at && back.some((edit) => spots.has(spotOf(edit))),
    );
    const [one, two] = [groups[at], groups[other]];
    if (one === undefined || two === undefined) continue;
    groups = groups.with(at, merged(one, two)).toSpliced(other, 1);
    // What was taken in may share bytes with those before.
    at = -1;
  }
  return groups;
}

function merged(one: PinMove, two: PinMove): PinMove {
  const both = (left: string, right: string): string => (left === right ? left : `${left} + ${right}`);
  const known = new Set(one.back.map(spotOf));
  return {
    name: both(one.name, two.name),
    from: one.from.split(' + ').includes(two.from) ? one.from : both(one.from, two.from),
    to: both(one.to, two.to),
    pairs: [...one.pairs, ...two.pairs],
    places: [...one.places, ...two.places],
    back: [...one.back, ...two.back.filter((edit) => !known.has(spotOf(edit)))],
  };
}

function spotOf({ file, start }: BackEdit): string {
  return `${start} ${file}`;
}

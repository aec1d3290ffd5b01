import { Failure } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import { eachInParallel } from '../base/parallel.ts';
import type { Mention } from '../model/mention.ts';
import type { Pin } from '../model/pin.ts';
import { formatReference } from '../model/reference.ts';
import { splice } from '../stages/pin/splice.ts';
import type { PinnedEdits } from './pinned-edits.ts';
import type { Scanned } from './scan.ts';

/** A file with all its edits made, in memory; or why it has to stay as it is. */
export type PreparedFile =
  | {
      readonly kind: 'ready';
      readonly file: string;
      readonly pins: readonly Pin[];
      readonly before: Buffer;
      readonly after: Buffer;
    }
  | {
      readonly kind: 'failed';
      readonly file: string;
      readonly pins: readonly Pin[];
      readonly failure: Failure;
    };

export interface PrepareOrder {
  /** All mentions of the folder, those that stay too. */
  readonly mentions: readonly Mention[];
  readonly changes: readonly PinnedEdits[];
}

export interface PrepareTools {
  /** The bytes of a file by its name in the folder. @throws Failure */
  readonly read: (file: string) => Promise<Buffer>;
  readonly mentionsAfter: Scanned['mentionsAfter'];
}

/**
 * Edits files in memory, and scans the new bytes once more: only a file whose mentions are then exactly those that were
 * planned is ready. A file that fails never stops the others. In the order of the files' names.
 */
export async function prepareFiles(
  { mentions, changes }: PrepareOrder,
  { read, mentionsAfter }: PrepareTools,
): Promise<readonly PreparedFile[]> {
  const files = Map.groupBy(changes, ({ pin }) => pin.mention.place.file);
  const prepared = new Map<string, PreparedFile>();
  await eachInParallel(files, limits.filesAtOnceMax, async ([file, own]) => {
    const pins = own.map(({ pin }) => pin);
    try {
      const before = await read(file);
      const edits = own.flatMap((change) => change.edits);
      const after = Buffer.from(splice(before, edits, file));
      prepared.set(file, { kind: 'ready', file, pins, before, after });
    } catch (error) {
      if (!(error instanceof Failure) || error.code === 'interrupted') throw error;
      prepared.set(file, { kind: 'failed', file, pins, failure: error });
    }
  });
  const found = await mentionsAfter(bytesOfAll(mentions, prepared));
  const becomes = new Map(changes.map((change) => [change.pin.mention, change.becomes]));
  const wanted = spelledBy(mentions, becomes);
  const now = spelledBy(found, new Map());
  return [...prepared.values()]
    .map((each) => {
      if (each.kind === 'failed') return each;
      const differs = differenceOf(wanted.get(each.file) ?? [], now.get(each.file) ?? []);
      if (differs === undefined) return each;
      const { file, pins } = each;
      return { kind: 'failed' as const, file, pins, failure: unsure(file, differs) };
    })
    .toSorted((left, right) => (left.file < right.file ? -1 : 1));
}

/** Every file that a mention depends on, for what one of them sets, another uses; undefined where it stays. */
function bytesOfAll(
  mentions: readonly Mention[],
  prepared: ReadonlyMap<string, PreparedFile>,
): ReadonlyMap<string, Buffer | undefined> {
  const involved = mentions.flatMap(({ place, from, users }) => [
    place,
    ...from.map((piece) => piece.place),
    ...users,
  ]);
  return new Map(
    involved.flatMap((place) => {
      if (place === undefined) return [];
      const file = prepared.get(place.file);
      return [[place.file, file?.kind === 'ready' ? file.after : undefined] as const];
    }),
  );
}

/** For each file, what its mentions spell, in the order of places: image names in full, with what changes put in. */
function spelledBy(
  mentions: readonly Mention[],
  becomes: ReadonlyMap<Mention, string>,
): ReadonlyMap<string, readonly string[]> {
  const files = Map.groupBy(mentions, ({ place }) => place.file);
  return new Map(
    [...files].map(([file, group]) => [
      file,
      group
        .toSorted((left, right) => left.place.start - right.place.start)
        .map((mention) => becomes.get(mention) ?? spelling(mention)),
    ]),
  );
}

function spelling({ meaning, text }: Mention): string {
  return meaning.kind === 'image' ? formatReference(meaning.reference) : `${meaning.kind} ${text}`;
}

function differenceOf(wanted: readonly string[], found: readonly string[]): string | undefined {
  if (wanted.length !== found.length)
    return `it would name ${found.length} images in place of ${wanted.length}`;
  const at = wanted.findIndex((each, index) => each !== found[index]);
  return at === -1 ? undefined : `it would name ${found[at]} where ${wanted[at]} is meant`;
}

function unsure(file: string, why: string): Failure {
  return new Failure('edit-refused', `${file} stays as it was: after the edit ${why}`, {
    hint: 'Pin this file by hand, and please report it: a name is written there in a way that we do not know well enough.',
    where: { file },
  });
}

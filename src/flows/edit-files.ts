import path from 'node:path';
import { Failure } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import { eachInParallel } from '../base/parallel.ts';
import { formatReference } from '../model/reference.ts';
import type { Mention } from '../model/mention.ts';
import type { FileOutcome, Pin } from '../model/pin.ts';
import type { Editor } from '../ports/editor.ts';
import { splice, type Edit } from '../stages/pin/splice.ts';
import type { Scanned } from './scan.ts';

/** A pin, and the bytes that it changes; all of them in one file. */
export interface PinnedEdits {
  readonly pin: Pin;
  readonly edits: readonly Edit[];
  /** What the mention has to spell afterwards, in full. */
  readonly becomes: string;
}

export interface EditOrder {
  /** Absolute. */
  readonly directory: string;
  /** All mentions of the folder, those that stay too. */
  readonly mentions: readonly Mention[];
  readonly changes: readonly PinnedEdits[];
  readonly dryRun: boolean;
}

export interface EditTools {
  readonly editor: Editor;
  readonly mentionsAfter: Scanned['mentionsAfter'];
}

/**
 * Edits files, each whole or not at all. Before anything is written the new bytes are scanned once more: only a file whose
 * mentions are then exactly those that were planned is written. A file that fails never stops the others.
 */
export async function editFiles(order: EditOrder, tools: EditTools): Promise<readonly FileOutcome[]> {
  const files = Map.groupBy(order.changes, ({ pin }) => pin.mention.place.file);
  const outcomes: FileOutcome[] = [];
  const ready = new Map<string, { readonly before: Buffer; readonly after: Buffer }>();
  await eachInParallel(files, limits.filesAtOnceMax, async ([file, changes]) => {
    const pins = changes.map(({ pin }) => pin);
    try {
      const before = await tools.editor.read(path.join(order.directory, file), limits.scanFileBytesMax);
      const edits = changes.flatMap((change) => change.edits);
      ready.set(file, { before, after: Buffer.from(splice(before, edits, file)) });
    } catch (error) {
      outcomes.push({ kind: 'failed', file, pins, failure: failureOf(error) });
    }
  });
  // Every file that a mention depends on: what one of them sets, another uses.
  const involved = order.mentions.flatMap(({ place, from, users }) => [
    place,
    ...from.map((piece) => piece.place),
    ...users,
  ]);
  const bytes = new Map(
    involved.flatMap((place) => (place === undefined ? [] : [[place.file, ready.get(place.file)?.after]])),
  );
  const found = await tools.mentionsAfter(bytes);
  const wanted = spelledBy(
    order.mentions,
    new Map(order.changes.map(({ pin, becomes }) => [pin.mention, becomes])),
  );
  const now = spelledBy(found, new Map());
  await eachInParallel(ready, limits.filesAtOnceMax, async ([file, change]) => {
    const pins = (files.get(file) ?? []).map(({ pin }) => pin);
    const differs = differenceOf(wanted.get(file) ?? [], now.get(file) ?? []);
    outcomes.push(
      differs === undefined
        ? await write(order, { file, pins, ...change }, tools)
        : { kind: 'failed', file, pins, failure: unsure(file, differs) },
    );
  });
  return outcomes.toSorted((left, right) => (left.file < right.file ? -1 : 1));
}

interface Writing {
  readonly file: string;
  readonly pins: readonly Pin[];
  readonly before: Buffer;
  readonly after: Buffer;
}

async function write(
  { directory, dryRun }: EditOrder,
  { file, pins, before, after }: Writing,
  { editor }: EditTools,
): Promise<FileOutcome> {
  if (dryRun) return { kind: 'planned', file, pins };
  try {
    await editor.replace(path.join(directory, file), before, after);
    return { kind: 'written', file, pins };
  } catch (error) {
    return { kind: 'failed', file, pins, failure: failureOf(error) };
  }
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

function failureOf(error: unknown): Failure {
  if (error instanceof Failure && error.code !== 'interrupted') return error;
  throw error;
}

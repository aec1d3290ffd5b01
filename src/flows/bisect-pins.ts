import path from 'node:path';
import { Failure } from '../base/failure.ts';
import type { BisectionDocument } from '../model/bisection-document.ts';
import type { CommitId } from '../model/commit.ts';
import { formatReference } from '../model/reference.ts';
import type { ConfigFiles } from '../ports/config-file.ts';
import type { Trees } from '../ports/file-tree.ts';
import type { GitRepositories, GitRepository } from '../ports/git.ts';
import {
  pinMoves,
  type ApartMention,
  type MovedReference,
  type PinMove,
} from '../stages/bisect/pin-moves.ts';
import { splice } from '../stages/pin/splice.ts';
import { scanFolder } from './scan.ts';

export interface PinRange {
  /** Absolute; a folder of the repository. The command runs in the same folder of a checkout. */
  readonly directory: string;
  readonly from: string;
  readonly to: string;
  /** What `--config` names: patterns of the scan. */
  readonly config: string | undefined;
}

export interface PinRangeTools {
  readonly git: GitRepositories;
  readonly trees: Trees;
  readonly configFiles: ConfigFiles;
}

/** The pins that moved between two commits. */
export interface MovedPins {
  /** Root of the work tree; absolute. */
  readonly root: string;
  readonly to: CommitId;
  readonly told: Pick<BisectionDocument, 'moves' | 'apart' | 'notices'> & {
    readonly subject: Extract<BisectionDocument['subject'], { readonly kind: 'pins' }>;
  };
  /** What moved, by the names of the moves. */
  readonly pairs: ReadonlyMap<string, readonly MovedReference[]>;
  /** New bytes for files of the later commit: pins that are not named are as the earlier one has them. */
  readonly filesWith: (moved: readonly string[]) => ReadonlyMap<string, Uint8Array>;
}

/** @throws Failure `revision-invalid`, `path-missing`, `path-refused` (no repository) */
export async function movedPins(range: PinRange, tools: PinRangeTools): Promise<MovedPins> {
  const repository = await tools.git.open(range.directory);
  const { root } = repository;
  const [from, to] = [await commitOf(repository, range.from), await commitOf(repository, range.to)];
  const mentionsOf = async (revision: CommitId): ReturnType<typeof scanFolder> =>
    scanFolder({ directory: root, revision, config: range.config }, tools);
  const [before, after] = [await mentionsOf(from), await mentionsOf(to)];
  const found = pinMoves(before.survey.mentions, after.survey.mentions);
  const names = found.moves.flatMap(({ back }) => back.map(({ file }) => file));
  const files = await repository.files(to, names);
  const bytes = new Map([...files].map(([name, file]) => [name, file.bytes]));
  // What a file spells in its own way, such as with escapes, cannot be put back by bytes.
  const moves = found.moves.filter((move) => fits(move, bytes));
  const stay = found.moves.filter((move) => !fits(move, bytes));
  const folder = path.relative(root, range.directory).replaceAll(path.sep, '/');
  return {
    root,
    to,
    told: {
      subject: { kind: 'pins', from, to, folder },
      moves: moves.map(({ name, from: was, to: is, places }) => ({
        name,
        from: was,
        to: is,
        places: places.map(({ file, line }) => ({ file, line })),
      })),
      apart: [...found.apart.map(describeApart), ...stay.flatMap(describeStaying)],
      notices: [...(await noticesOf(repository, from, to))],
    },
    pairs: new Map(moves.map(({ name, pairs }) => [name, pairs])),
    filesWith: (moved) => takeBack(moves, moved, bytes),
  };
}

async function commitOf(repository: GitRepository, revision: string): Promise<CommitId> {
  const commit = await repository.resolve(revision);
  if (commit !== undefined) return commit;
  throw new Failure('revision-invalid', `${JSON.stringify(revision)} is no commit of ${repository.root}`, {
    hint: 'Name a commit, a branch or a tag that this clone holds; a shallow clone holds few.',
  });
}

async function noticesOf(
  repository: GitRepository,
  from: CommitId,
  to: CommitId,
): Promise<readonly string[]> {
  if ((await repository.mergeBase(from, to)) !== undefined) return [];
  return ['the two commits have no history in common here; their pins are compared all the same'];
}

function describeApart({
  mention: { meaning, text, place },
  why,
}: ApartMention): BisectionDocument['apart'][number] {
  const image = meaning.kind === 'image' ? formatReference(meaning.reference) : text;
  return { image, place: { file: place.file, line: place.line }, why };
}

function describeStaying({ to, places }: PinMove): BisectionDocument['apart'] {
  return places.map(({ file, line }) => ({ image: to, place: { file, line }, why: 'written anew' }));
}

function fits({ back }: PinMove, bytes: ReadonlyMap<string, Buffer>): boolean {
  return back.every(
    ({ file, start, end, before }) => bytes.get(file)?.toString('latin1', start, end) === before,
  );
}

/** New bytes of each file in which a pin does not move. */
function takeBack(
  moves: readonly PinMove[],
  moved: readonly string[],
  bytes: ReadonlyMap<string, Buffer>,
): ReadonlyMap<string, Uint8Array> {
  const made = new Set(moved);
  const edits = moves.filter(({ name }) => !made.has(name)).flatMap(({ back }) => back);
  return new Map(
    [...Map.groupBy(edits, ({ file }) => file)].map(([file, own]) => {
      const now = bytes.get(file);
      if (now === undefined) throw new Failure('path-missing', `${file} cannot be read from the commit`);
      return [file, splice(now, own, file)];
    }),
  );
}

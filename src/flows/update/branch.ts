import { canonicalJson } from '../../base/canonical-json.ts';
import { isOurs } from '../../model/commit-seal.ts';
import type { Commit, CommitId } from '../../model/commit.ts';
import { digestOf } from '../../model/digest.ts';
import { formatReference, type Reference } from '../../model/reference.ts';
import { shortKey, type ShortKey } from '../../model/short-key.ts';
import type { GitRemote, GitRepository } from '../../ports/git.ts';
import type { PatchedFile } from '../../stages/pin/patch.ts';

/** Our branch, as it stands. */
export type BranchStanding =
  | { readonly kind: 'absent' }
  /** It ends with a commit of ours, as we made it. */
  | {
      readonly kind: 'ours';
      readonly tip: CommitId;
      /** What the tip was made upon. */
      readonly parent: CommitId | undefined;
      /** When it was made, ISO 8601. */
      readonly madeAt: string | undefined;
      /** The units that its commit moves; undefined: it has none, or was made upon another base. */
      readonly units: readonly ShortKey[] | undefined;
      /** {@link filesKey} of what its commit writes; undefined: it does not say. */
      readonly files: ShortKey | undefined;
      /** {@link nameKey} of all names that could have moved when it was made, whether they are on it or searched among. */
      readonly names: readonly ShortKey[];
    }
  /** Somebody wrote to it. `by`: foreign text. */
  | { readonly kind: 'foreign'; readonly tip: CommitId; readonly by: string };

const unitsWord = 'Lockkeeper-Units';
const namesWord = 'Lockkeeper-Names';
const filesWord = 'Lockkeeper-Files';

/** What a commit of ours is made of. */
export interface BranchContent {
  readonly units: readonly ShortKey[];
  /** All that could go in. */
  readonly names: readonly Reference[];
  readonly files: readonly Pick<PatchedFile, 'file' | 'after'>[];
}

/** The trailers by which a later run knows what a commit moves, out of what, and what it writes; they are sealed with the rest of it. */
export function branchTrailers({ units, names, files }: BranchContent): string {
  const listed = (keys: readonly ShortKey[]): string => (keys.length === 0 ? 'none' : keys.join(' '));
  const trailers = [
    [unitsWord, listed(units)],
    [namesWord, listed([...new Set(names.map(nameKey))])],
    [filesWord, filesKey(files)],
  ];
  return trailers.map(([word, keys]) => `${word}: ${keys}`).join('\n');
}

/** Of files with their contents, all of them and no other ones. */
export function filesKey(files: BranchContent['files']): ShortKey {
  const written = files.map(({ file, after }): readonly [string, string] => [file, digestOf(after)]);
  return shortKey(digestOf(canonicalJson(Object.fromEntries(written))));
}

/**
 * The trailer of a commit that is to be checked after another one was: with the same content, too, it is another commit,
 * whatever the clock says.
 */
export function afterTrailer(heard: CommitId): string {
  return `Lockkeeper-After: ${heard}`;
}

/** By a name alone: who knows it finds it again, whatever it stands for. */
export function nameKey(name: Reference): ShortKey {
  return shortKey(digestOf(formatReference(name)));
}

interface BranchPlace {
  readonly tip: CommitId | undefined;
  readonly base: CommitId;
  /** Where more of a shallow clone's history is; undefined: nowhere. */
  readonly remote?: GitRemote | undefined;
  /** Where the branch stood when its last pull request was merged, by whomever what is on it: it is free since then. */
  readonly merged?: string | undefined;
}

/**
 * Who wrote what is on a branch; it has been fetched. We write one commit, and never upon one of others, and its seal covers
 * what it was made upon: so where the last commit is ours, all of the branch is.
 */
export async function branchStanding(
  repository: GitRepository,
  { tip, base, remote, merged }: BranchPlace,
): Promise<BranchStanding> {
  if (tip === undefined) return { kind: 'absent' };
  const nothing = {
    kind: 'ours',
    tip,
    parent: undefined,
    madeAt: undefined,
    units: undefined,
    files: undefined,
    names: [],
  } as const;
  if (tip === merged) return nothing;
  const { commits } = await repository.commits({ base, tip });
  const [last, ...below] = commits;
  // All of it is in the base: it was merged, or somebody put it back.
  if (last === undefined) return nothing;
  if (!isOurs(last)) return { kind: 'foreign', tip, by: last.author.name };
  // What it stands on is not in this base: it was made for another one.
  const isUponBase = below.length === 0 && (await isUpon(repository, last, { base, remote }));
  return {
    kind: 'ours',
    tip,
    parent: last.parents[0],
    madeAt: last.committer.at,
    units: isUponBase ? keysIn(last, unitsWord) : undefined,
    files: keysIn(last, filesWord)?.[0],
    names: keysIn(last, namesWord) ?? [],
  };
}

/** Whether the base holds what a commit was made upon, which it alone is not in. A shallow clone does not know its parents. */
async function isUpon(
  repository: GitRepository,
  { id, parents: [parent] }: Commit,
  { base, remote }: Pick<BranchPlace, 'base' | 'remote'>,
): Promise<boolean> {
  if (parent === base || !(await repository.isShallow())) return true;
  return (await repository.mergeBase(id, base, remote)) === parent;
}

function keysIn({ message }: Commit, word: string): readonly ShortKey[] | undefined {
  const [, listed] = new RegExp(String.raw`^${word}: (none|[0-9a-f ]+)$`, 'm').exec(message) ?? [];
  if (listed === undefined) return undefined;
  return listed === 'none' ? [] : listed.split(' ');
}

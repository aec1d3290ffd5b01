import { isOurs } from '../../model/commit-seal.ts';
import type { Commit, CommitId } from '../../model/commit.ts';
import type { ShortKey } from '../../model/short-key.ts';
import type { GitRepository } from '../../ports/git.ts';

/** Our branch, as it stands. */
export type BranchStanding =
  | { readonly kind: 'absent' }
  /** It ends with a commit of ours, as we made it. */
  | {
      readonly kind: 'ours';
      readonly tip: CommitId;
      /** What the tip was made upon. */
      readonly parent: CommitId | undefined;
      /** The units that its commit moves; undefined: it has none, or was made upon another base. */
      readonly units: readonly ShortKey[] | undefined;
    }
  /** Somebody wrote to it. `by`: foreign text. */
  | { readonly kind: 'foreign'; readonly tip: CommitId; readonly by: string };

const trailer = 'Lockkeeper-Units';

/** The trailer by which a later run knows what a commit moves; it is sealed with the rest of the message. */
export function unitsTrailer(units: readonly ShortKey[]): string {
  return `${trailer}: ${units.length === 0 ? 'none' : units.join(' ')}`;
}

/**
 * Who wrote what is on a branch; it has been fetched. We write one commit, and never upon one of others, and its seal covers
 * what it was made upon: so where the last commit is ours, all of the branch is.
 */
export async function branchStanding(
  repository: GitRepository,
  { tip, base }: { readonly tip: CommitId | undefined; readonly base: CommitId },
): Promise<BranchStanding> {
  if (tip === undefined) return { kind: 'absent' };
  const { commits } = await repository.commits({ base, tip });
  const [last, ...below] = commits;
  // All of it is in the base: it was merged, or somebody put it back.
  if (last === undefined) return { kind: 'ours', tip, parent: undefined, units: undefined };
  if (!isOurs(last)) return { kind: 'foreign', tip, by: last.author.name };
  // What it stands on is not in this base: it was made for another one.
  const isUponBase = below.length === 0;
  return { kind: 'ours', tip, parent: last.parents[0], units: isUponBase ? unitsIn(last) : undefined };
}

function unitsIn({ message }: Commit): readonly ShortKey[] | undefined {
  const [, listed] = new RegExp(String.raw`^${trailer}: (none|[0-9a-f ]+)$`, 'm').exec(message) ?? [];
  if (listed === undefined) return undefined;
  return listed === 'none' ? [] : listed.split(' ');
}

import { isOurs } from '../../model/commit-seal.ts';
import type { Commit, CommitId } from '../../model/commit.ts';
import type { ShortKey } from '../../model/short-key.ts';
import type { GitRepository } from '../../ports/git.ts';

/** Our branch, as it stands. */
export type BranchStanding =
  | { readonly kind: 'absent' }
  /** All commits beyond the base are ours, and as we made them. */
  | {
      readonly kind: 'ours';
      readonly tip: CommitId;
      /** What the tip was made upon. */
      readonly parent: CommitId | undefined;
      /** The units that its one commit moves; undefined: it holds several commits, or none. */
      readonly units: readonly ShortKey[] | undefined;
    }
  /** Somebody wrote to it. `by`: foreign text. */
  | { readonly kind: 'foreign'; readonly tip: CommitId; readonly by: string };

const trailer = 'Lockkeeper-Units';

/** The trailer by which a later run knows what a commit moves; it is sealed with the rest of the message. */
export function unitsTrailer(units: readonly ShortKey[]): string {
  return `${trailer}: ${units.length === 0 ? 'none' : units.join(' ')}`;
}

/** Who wrote what is on a branch beyond its base; it has been fetched. */
export async function branchStanding(
  repository: GitRepository,
  { tip, base }: { readonly tip: CommitId | undefined; readonly base: CommitId },
): Promise<BranchStanding> {
  if (tip === undefined) return { kind: 'absent' };
  const { commits, isWhole } = await repository.commits({ base, tip });
  const stranger = commits.find((commit) => !isOurs(commit));
  if (stranger !== undefined) return { kind: 'foreign', tip, by: stranger.author.name };
  if (!isWhole) return { kind: 'foreign', tip, by: 'more commits than are looked at' };
  const [only, ...others] = commits;
  const single = others.length === 0 ? only : undefined;
  return { kind: 'ours', tip, parent: single?.parents[0], units: single && unitsIn(single) };
}

function unitsIn({ message }: Commit): readonly ShortKey[] | undefined {
  const [, listed] = new RegExp(String.raw`^${trailer}: (none|[0-9a-f ]+)$`, 'm').exec(message) ?? [];
  if (listed === undefined) return undefined;
  return listed === 'none' ? [] : listed.split(' ');
}

import { Failure } from '../../base/failure.ts';
import { parseBranchName, type BranchName } from '../../model/branch-name.ts';
import type { CommitId } from '../../model/commit.ts';
import type { PullRequestsOfBranch } from '../../model/pull-request.ts';
import { readMarker, type UpdateMarker } from '../../model/update-marker.ts';
import type { UpdateSettings } from '../../model/update-settings.ts';
import type { Forge, ForgeFacts } from '../../ports/forge.ts';
import type { GitAccess, GitRemote, GitRepositories, GitRepository } from '../../ports/git.ts';
import { branchStanding, type BranchStanding } from './branch.ts';

export interface ForgeTools {
  readonly git: GitRepositories;
  readonly forge: Forge;
  /** What git sends to the remote; undefined: git's own credentials. */
  readonly access: GitAccess | undefined;
}

/** All that is looked at before anything is planned: our branch, its base, and its pull requests. */
export interface ForgeGround {
  readonly repository: GitRepository;
  readonly remote: GitRemote;
  readonly facts: ForgeFacts;
  readonly base: CommitId;
  readonly baseBranch: BranchName;
  readonly branch: BranchName;
  readonly standing: BranchStanding;
  readonly pulls: PullRequestsOfBranch;
  /** Of the open pull request. */
  readonly marker: UpdateMarker | undefined;
}

/**
 * Looks at the forge and fetches both branches. Where a person has sent the open pull request to another branch, that one is
 * the base from then on.
 * @throws Failure `forge-*`, `remote-*`, `revision-invalid` (no such base)
 */
export async function forgeGround(
  directory: string,
  settings: UpdateSettings,
  { git, forge, access }: ForgeTools,
): Promise<ForgeGround> {
  const repository = await git.open(directory);
  const branch = parseBranchName(settings.branch);
  const facts = await forge.facts();
  const pulls = await forge.pullRequests(branch);
  const baseBranch = parseBranchName(pulls.open?.base ?? settings.base ?? facts.defaultBranch);
  const remote = await repository.remote(settings.remote, access);
  const base = await remote.fetch(baseBranch);
  if (base === undefined)
    throw new Failure('revision-invalid', `${remote.url} has no branch ${baseBranch} to update`);
  const tip = await remote.fetch(branch);
  return {
    repository,
    remote,
    facts,
    base,
    baseBranch,
    branch,
    pulls,
    standing: await branchStanding(repository, {
      tip,
      base,
      remote,
      merged: pulls.ended?.state === 'merged' ? pulls.ended.commit : undefined,
    }),
    marker: pulls.open === undefined ? undefined : readMarker(pulls.open.body),
  };
}

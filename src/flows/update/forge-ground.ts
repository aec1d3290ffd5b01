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
  /** What git sends to remotes on the forge, asked for before each use since it may run out; undefined: git's own credentials. */
  readonly access: (() => Promise<GitAccess>) | undefined;
}

export interface ForgeGroundOrder {
  readonly directory: string;
  readonly settings: UpdateSettings;
  /** The git remote of the fork that we push to; undefined: we push to the repository itself. */
  readonly fork: string | undefined;
}

/** All that is looked at before anything is planned: our branch, its base, and its pull requests. */
export interface ForgeGround {
  readonly repository: GitRepository;
  /** Moves a branch where ours lies. */
  readonly push: GitRemote['push'];
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
  { directory, settings, fork }: ForgeGroundOrder,
  { git, forge, access }: ForgeTools,
): Promise<ForgeGround> {
  const repository = await git.open(directory);
  const branch = parseBranchName(settings.branch);
  const facts = await forge.facts();
  const pulls = await forge.pullRequests(branch);
  const baseBranch = parseBranchName(pulls.open?.base ?? settings.base ?? facts.defaultBranch);
  const open = async (named: string): Promise<GitRemote> => repository.remote(named, await access?.());
  const remote = await open(settings.remote);
  const base = await remote.fetch(baseBranch);
  if (base === undefined)
    throw new Failure('revision-invalid', `${remote.url} has no branch ${baseBranch} to update`, {
      hint: 'Name the branch that is to be updated in lockkeeper.yaml: update.base.',
    });
  const ours = fork ?? settings.remote;
  const tip = await (await open(ours)).fetch(branch);
  return {
    repository,
    push: async (move) => (await open(ours)).push(move),
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

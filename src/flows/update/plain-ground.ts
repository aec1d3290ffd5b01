import { Failure } from '../../base/failure.ts';
import { parseBranchName, type BranchName } from '../../model/branch-name.ts';
import type { CommitId } from '../../model/commit.ts';
import type { UpdateSettings } from '../../model/update-settings.ts';
import type { GitRemote, GitRepositories, GitRepository } from '../../ports/git.ts';
import { branchStanding, type BranchStanding } from './branch.ts';

/** Our branch and its base at a remote that is on no forge. */
export interface PlainGround {
  readonly repository: GitRepository;
  readonly remote: GitRemote;
  readonly base: CommitId;
  readonly baseBranch: BranchName | undefined;
  readonly branch: BranchName;
  readonly standing: BranchStanding;
}

/** Fetches both branches, with git's own credentials. @throws Failure `remote-*`, `revision-invalid` where there is no base */
export async function plainGround(
  directory: string,
  settings: Pick<UpdateSettings, 'remote' | 'base' | 'branch'>,
  git: GitRepositories,
): Promise<PlainGround> {
  const repository = await git.open(directory);
  const remote = await repository.remote(settings.remote);
  const baseBranch =
    settings.base === undefined ? await remote.defaultBranch() : parseBranchName(settings.base);
  const base = baseBranch === undefined ? undefined : await remote.fetch(baseBranch);
  if (base === undefined) {
    const what =
      baseBranch === undefined
        ? 'does not say which of its branches is the default one'
        : `has no branch ${baseBranch} to update`;
    throw new Failure('revision-invalid', `${remote.url} ${what}`, {
      hint: 'Name the branch that is to be updated in lockkeeper.yaml: update.base.',
    });
  }
  const branch = parseBranchName(settings.branch);
  const standing = await branchStanding(repository, { tip: await remote.fetch(branch), base, remote });
  return { repository, remote, base, baseBranch, branch, standing };
}

import { Failure } from '../base/failure.ts';
import type { BranchName } from '../model/branch-name.ts';
import type { CommitId } from '../model/commit.ts';
import type { PullRequestsOfBranch } from '../model/pull-request.ts';
import type { UpdateSettings } from '../model/update-settings.ts';
import type { Forge } from '../ports/forge.ts';
import type { BranchMove, GitRepository, PushAnswer } from '../ports/git.ts';
import { branchStanding, type BranchStanding } from './update/branch.ts';
import { forgeGround, type ForgeTools } from './update/forge-ground.ts';
import { plainGround } from './update/plain-ground.ts';

/** Where a branch of ours stands, and how it is moved. */
export interface ChangeGround {
  readonly repository: GitRepository;
  readonly base: CommitId;
  readonly baseBranch: BranchName | undefined;
  readonly standing: BranchStanding;
  readonly move: (move: BranchMove) => Promise<PushAnswer>;
  /** What is done with a branch where there is no forge. */
  readonly at: 'pushed' | 'branch';
  readonly pulls: PullRequestsOfBranch;
}

const noPulls: PullRequestsOfBranch = { open: undefined, ended: undefined };

/** Upon what is checked out; what is not committed counts for nothing. @throws Failure `revision-invalid` without a commit */
export async function groundHere(repository: GitRepository, branch: BranchName): Promise<ChangeGround> {
  const base = await repository.resolve('HEAD');
  if (base === undefined)
    throw new Failure('revision-invalid', `${repository.root} has no commit to change`, {
      hint: 'Commit something first.',
    });
  const tip = await repository.resolve(`refs/heads/${branch}`);
  return {
    ...{ repository, base, at: 'branch', pulls: noPulls },
    baseBranch: await repository.currentBranch(),
    standing: await branchStanding(repository, { tip, base }),
    move: async (move) => {
      const answer = await repository.moveBranch(move);
      if (answer.kind !== 'checked-out') return answer;
      return { kind: 'refused', said: `it is checked out in ${answer.folder}` };
    },
  };
}

/** Upon the base branch of a remote, with the pull requests of a forge where there is one. @throws Failure `forge-*`, `remote-*` */
export async function groundAtRemote(
  directory: string,
  settings: UpdateSettings,
  { git, access, forge }: Omit<ForgeTools, 'forge'> & { readonly forge: Forge | undefined },
): Promise<ChangeGround> {
  if (forge === undefined) {
    const plain = await plainGround(directory, settings, git);
    return { ...plain, at: 'pushed', pulls: noPulls, move: (move) => plain.remote.push(move) };
  }
  const ground = await forgeGround({ directory, settings, fork: undefined }, { git, access, forge });
  return { ...ground, at: 'pushed', move: ground.push };
}

import { programFailed } from '../../base/command.ts';
import { gitSpec } from '../../base/git-command.ts';
import type { BranchName } from '../../model/branch-name.ts';
import { isCommitId, type CommitId } from '../../model/commit.ts';
import type { BranchMove, MoveAnswer } from '../../ports/git.ts';
import type { Git } from './git.ts';

/** Compares and moves in one step, by a transaction of git's own. */
export async function moveLocalBranch(git: Git, { branch, expected, to }: BranchMove): Promise<MoveAnswer> {
  const ref = `refs/heads/${branch}`;
  const before = await stateOf(git, branch);
  if (before.commit === to) return { kind: 'done' };
  if (before.commit !== expected) return { kind: 'moved', at: before.commit };
  if (before.folder !== undefined) return { kind: 'checked-out', folder: before.folder };
  const words = ['update-ref', '--no-deref', '-z', '--stdin'];
  const result = await git.run(words, { stdin: transaction(ref, expected, to) });
  if (result.status === 0) return { kind: 'done' };
  const after = await stateOf(git, branch);
  if (after.commit !== expected) return { kind: 'moved', at: after.commit };
  throw programFailed(gitSpec(git.folder, git.env, words), result);
}

function transaction(ref: string, expected: CommitId | undefined, to: CommitId | undefined): string {
  if (to === undefined) return `delete ${ref}\0${expected ?? ''}\0`;
  return expected === undefined ? `create ${ref}\0${to}\0` : `update ${ref}\0${to}\0${expected}\0`;
}

interface BranchState {
  readonly commit: CommitId | undefined;
  /** The work tree that has it checked out. */
  readonly folder: string | undefined;
}

async function stateOf(git: Git, branch: BranchName): Promise<BranchState> {
  const format = '--format=%(objectname)%00%(refname)%00%(worktreepath)';
  const listed = await git.ask(['for-each-ref', format, '--', `refs/heads/${branch}`]);
  for (const line of listed.split('\n')) {
    const [commit = '', ref, folder = ''] = line.split('\0');
    if (ref === `refs/heads/${branch}` && isCommitId(commit))
      return { commit, folder: folder === '' ? undefined : folder };
  }
  return { commit: undefined, folder: undefined };
}

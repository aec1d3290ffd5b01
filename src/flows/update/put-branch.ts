import { Failure } from '../../base/failure.ts';
import type { BranchName } from '../../model/branch-name.ts';
import type { CommitId, Signature } from '../../model/commit.ts';
import { sameKeys } from '../../model/short-key.ts';
import type { BranchMove, GitRepository, PushAnswer } from '../../ports/git.ts';
import { afterTrailer, filesKey, type BranchStanding } from './branch.ts';
import type { Proposal } from './proposal.ts';

/** What became of the branch. */
export type BranchOutcome =
  /** It holds the proposal now. */
  | { readonly kind: 'put'; readonly commit: CommitId }
  /** It held it before, and was not touched. */
  | { readonly kind: 'stands'; readonly commit: CommitId }
  /** There is nothing to propose, and no branch. */
  | { readonly kind: 'nothing' }
  /** There was nothing to propose any more, and the branch was taken away. */
  | { readonly kind: 'removed' }
  /** People work on it. `why`: a sentence. */
  | { readonly kind: 'left'; readonly why: string }
  /** A registry did not answer for what is on it, so nobody can tell what it should hold. */
  | { readonly kind: 'unsure' }
  /** Another run moved it meanwhile. */
  | { readonly kind: 'busy' };

export interface PutOrder {
  readonly repository: GitRepository;
  readonly base: CommitId;
  readonly branch: BranchName;
  readonly standing: BranchStanding;
  readonly proposal: Proposal;
  /** A commit without any change is wanted, so that checks tell of the base. */
  readonly evenEmpty: boolean;
  /** The commit whose checks were heard: the branch is to hold another one, be it with the same content. */
  readonly after: CommitId | undefined;
  readonly now: Date;
  /** Moves the branch, here or at a remote, if it stands where it stood. */
  readonly move: (move: BranchMove) => Promise<PushAnswer>;
}

/** Who makes our commits. */
const ourselves = { name: 'lockkeeper', mail: 'lockkeeper@users.noreply.localhost' };

/**
 * Makes the branch hold exactly the proposal, in one commit upon the base, and leaves it alone where it does so already.
 * @throws Failure `remote-denied`
 */
export async function putBranch(order: PutOrder): Promise<BranchOutcome> {
  const { repository, standing, proposal, branch } = order;
  if (standing.kind === 'foreign') return { kind: 'left', why: foreignSentence(standing, branch) };
  const expected = standing.kind === 'ours' ? standing.tip : undefined;
  if (proposal.files.length === 0 && !order.evenEmpty) {
    if (expected === undefined) return { kind: 'nothing' };
    return settled(await order.move({ branch, expected, to: undefined }), { kind: 'removed' });
  }
  const isHeard = expected !== undefined && expected === order.after;
  if (standing.kind === 'ours' && !isHeard && isAsProposed(standing, proposal))
    return { kind: 'stands', commit: standing.tip };
  const signature: Signature = { ...ourselves, at: order.now.toISOString() };
  const commit = await repository.commit({
    parent: order.base,
    files: proposal.files.map(({ file, after }) => ({ path: file, bytes: after })),
    message: proposal.message + (order.after === undefined ? '' : `${afterTrailer(order.after)}\n`),
    author: signature,
    committer: signature,
  });
  return settled(await order.move({ branch, expected, to: commit }), { kind: 'put', commit });
}

/** Why a branch is left alone that people work on. */
export function foreignSentence(
  { by }: Extract<BranchStanding, { readonly kind: 'foreign' }>,
  branch: BranchName,
): string {
  return `${by} wrote to ${branch}: nothing is pushed to it any more.`;
}

/** Whether our branch holds exactly a proposal, and nothing besides, however old the base is that it was made upon. */
export function isAsProposed(
  { units, files }: Extract<BranchStanding, { readonly kind: 'ours' }>,
  proposal: Proposal,
): boolean {
  return units !== undefined && sameKeys(units, proposal.units) && files === filesKey(proposal.files);
}

function settled(answer: PushAnswer, done: BranchOutcome): BranchOutcome {
  switch (answer.kind) {
    case 'done':
      return done;
    case 'moved':
      return { kind: 'busy' };
    case 'refused':
      throw new Failure('remote-denied', `the remote refuses the push: ${answer.said}`, {
        hint: /workflow/i.test(answer.said)
          ? 'A file in .github/workflows moves, too: GitHub takes that from an App or a token with the right to write workflows, and never from GITHUB_TOKEN.'
          : 'The token needs the right to write contents, and the branch must not be protected.',
      });
  }
}

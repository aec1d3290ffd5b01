import type { ForgeId } from './forge-id.ts';

/** A pull request of a forge; GitLab calls it a merge request. Title, body and labels are whatever people made of them. */
export interface PullRequest {
  readonly id: ForgeId;
  /** As people write it: `#12`, `!12`. */
  readonly name: string;
  readonly url: string;
  readonly state: 'open' | 'closed' | 'merged';
  readonly draft: boolean;
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
  /** The branch that it goes into. */
  readonly base: string;
  /** The commit at which the forge last saw its branch, lower-case hexadecimal; undefined: it has not looked yet. */
  readonly commit: string | undefined;
}

/** All that counts of the pull requests that came from one branch of this repository. */
export interface PullRequestsOfBranch {
  readonly open: PullRequest | undefined;
  /** The youngest of those that were closed or merged. Closed by a person, it says: not these digests. */
  readonly ended: PullRequest | undefined;
}

export interface PullRequestOrder {
  /** A branch of this repository (or of the fork that we work from). */
  readonly head: string;
  readonly base: string;
  readonly title: string;
  readonly body: string;
  readonly draft: boolean;
  readonly labels: readonly string[];
}

/** What is not named stays as it is. */
export interface PullRequestChange {
  readonly title?: string;
  readonly body?: string;
  readonly draft?: boolean;
  readonly addLabels?: readonly string[];
  readonly removeLabels?: readonly string[];
}

import type { Check, OwnCheck, RequiredChecks } from '../model/check.ts';
import type { ForgeId } from '../model/forge-id.ts';
import type { ForgeMarker } from '../model/forge-marker.ts';
import type { Issue, IssueOrder } from '../model/issue.ts';
import type {
  PullRequest,
  PullRequestChange,
  PullRequestOrder,
  PullRequestsOfBranch,
} from '../model/pull-request.ts';

/** What is so of a repository on a forge, whatever is done there. */
export interface ForgeFacts {
  /** For people: `GitHub`, `GitLab`. */
  readonly forge: string;
  /** `owner/name`, as the forge spells it. */
  readonly repository: string;
  readonly url: string;
  readonly defaultBranch: string;
  /** The longest body of a pull request, issue or comment that it takes, marker included; in UTF-16 units. */
  readonly bodyCharsMax: number;
  /** The longest summary of a check of ours; 0 where none is shown. In UTF-16 units. */
  readonly checkSummaryCharsMax: number;
}

/**
 * One repository on a forge, as one account of it may see and change it. All texts that come from there are a
 * stranger's; all texts that go there must have been escaped for Markdown.
 *
 * Each call is one step that may be made again: what is already so is left alone, and of two runs at once one gets
 * `forge-conflict`. All throw
 * Failure `forge-unreachable`, `forge-unavailable`, `forge-timeout`, `forge-rate-limited`: try again later;
 * `forge-denied`: the token is wrong, expired, or lacks a right (the hint says which);
 * `forge-missing`: what was named is not there, or the token may not see it;
 * `forge-conflict`: it is not as it was when we looked, look again;
 * `forge-refused`: the forge rejects what we send for good;
 * `forge-answer-invalid`, `forge-untrusted`: what answers there is no such forge, or sends us elsewhere.
 */
export interface Forge {
  facts(): Promise<ForgeFacts>;

  /**
   * Those that came from this branch of our own repository; a stranger's branch of the same name in a fork is none.
   * @param head without `refs/heads/`; it need not be there any more
   */
  pullRequests(head: string): Promise<PullRequestsOfBranch>;

  /** @throws Failure `forge-conflict` where one is open from this branch already; `forge-refused` where nothing differs */
  createPullRequest(order: PullRequestOrder): Promise<PullRequest>;

  /** What was not asked to change, such as labels of people, stays. @throws Failure `forge-conflict` when it is not open any more */
  updatePullRequest(id: ForgeId, change: PullRequestChange): Promise<PullRequest>;

  /** Keeps one comment of ours below a pull request: writes it, or takes the place of what we wrote under this marker. */
  comment(id: ForgeId, marker: ForgeMarker, body: string): Promise<'written' | 'unchanged'>;

  /**
   * The last word of each check of a commit, statuses included; none where the forge does not know the commit.
   * @param pullRequest whose head the commit is: what a forge tried on a merge of it counts, too
   */
  checks(commit: string, pullRequest?: ForgeId): Promise<readonly Check[]>;

  /** Writes a comment as it is, for a bot that reads comments. Called twice, it is written twice. */
  say(id: ForgeId, text: string): Promise<void>;

  /** Without which checks nothing is merged into a branch. */
  requiredChecks(branch: string): Promise<RequiredChecks>;

  /** Writes a check of ours, or makes the one of this name say this. */
  reportCheck(check: OwnCheck): Promise<'written' | 'unchanged'>;

  /** The open issue of ours under this marker. */
  issue(marker: ForgeMarker): Promise<Issue | undefined>;

  /** Opens it, or makes the open one say this. */
  keepIssue(order: IssueOrder): Promise<Issue>;

  /** Closes the open one, with a last comment; nothing where none is open. */
  closeIssue(marker: ForgeMarker, comment: string): Promise<'closed' | 'none'>;
}

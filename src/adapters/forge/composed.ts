import { Failure } from '../../base/failure.ts';
import type { Check, OwnCheck, RequiredChecks } from '../../model/check.ts';
import type { ForgeId } from '../../model/forge-id.ts';
import type { ForgeMarker } from '../../model/forge-marker.ts';
import type { Issue, IssueOrder } from '../../model/issue.ts';
import type {
  PullRequest,
  PullRequestChange,
  PullRequestOrder,
  PullRequestsOfBranch,
} from '../../model/pull-request.ts';
import type { Forge, ForgeFacts } from '../../ports/forge.ts';

/** What a forge of one kind brings; each part is one page of its interface. */
export interface ForgeParts {
  /** For people: `GitHub`. */
  readonly peer: string;
  readonly bodyCharsMax: number;
  readonly checkSummaryCharsMax: number;
  /** What a text is when it is sent, if that is more than it is here. */
  readonly sent: (text: string) => string;
  readonly facts: () => Promise<Pick<ForgeFacts, 'repository' | 'url' | 'defaultBranch'>>;
  readonly pullRequests: {
    of(head: string): Promise<PullRequestsOfBranch>;
    create(order: PullRequestOrder): Promise<PullRequest>;
    update(id: ForgeId, change: PullRequestChange): Promise<PullRequest>;
  };
  readonly threads: Pick<Forge, 'comment' | 'say' | 'issue' | 'keepIssue' | 'closeIssue'>;
  readonly checks: {
    of(commit: string, pullRequest?: ForgeId): Promise<readonly Check[]>;
    required(branch: string): Promise<RequiredChecks>;
    report(check: OwnCheck): Promise<'written' | 'unchanged'>;
  };
}

/** The parts as one forge. What is too long is refused before anything is sent, so that a half of what belongs together is not. */
export class ComposedForge implements Forge {
  readonly #parts: ForgeParts;

  constructor(parts: ForgeParts) {
    this.#parts = parts;
  }

  async facts(): Promise<ForgeFacts> {
    const { peer: forge, bodyCharsMax, checkSummaryCharsMax, facts } = this.#parts;
    return { forge, ...(await facts()), bodyCharsMax, checkSummaryCharsMax };
  }

  pullRequests(head: string): Promise<PullRequestsOfBranch> {
    return this.#parts.pullRequests.of(head);
  }

  async createPullRequest(order: PullRequestOrder): Promise<PullRequest> {
    this.#checkText(order.body);
    return this.#parts.pullRequests.create(order);
  }

  async updatePullRequest(id: ForgeId, change: PullRequestChange): Promise<PullRequest> {
    this.#checkText(change.body ?? '');
    return this.#parts.pullRequests.update(id, change);
  }

  async comment(id: ForgeId, marker: ForgeMarker, body: string): Promise<'written' | 'unchanged'> {
    this.#checkText(`${marker}\n${body}`);
    return this.#parts.threads.comment(id, marker, body);
  }

  async say(id: ForgeId, text: string): Promise<void> {
    this.#checkText(text);
    return this.#parts.threads.say(id, text);
  }

  checks(commit: string, pullRequest?: ForgeId): Promise<readonly Check[]> {
    return this.#parts.checks.of(commit, pullRequest);
  }

  requiredChecks(branch: string): Promise<RequiredChecks> {
    return this.#parts.checks.required(branch);
  }

  async reportCheck(check: OwnCheck): Promise<'written' | 'unchanged'> {
    const { checkSummaryCharsMax: max } = this.#parts;
    if (max > 0) this.#checkText(check.summary, max);
    return this.#parts.checks.report(check);
  }

  issue(marker: ForgeMarker): Promise<Issue | undefined> {
    return this.#parts.threads.issue(marker);
  }

  async keepIssue(order: IssueOrder): Promise<Issue> {
    this.#checkText(`${order.marker}\n${order.body}`);
    return this.#parts.threads.keepIssue(order);
  }

  async closeIssue(marker: ForgeMarker, comment: string): Promise<'closed' | 'none'> {
    this.#checkText(comment);
    return this.#parts.threads.closeIssue(marker, comment);
  }

  /** @throws Failure `forge-refused` */
  #checkText(text: string, charsMax: number = this.#parts.bodyCharsMax): void {
    const { length } = this.#parts.sent(text);
    if (length <= charsMax) return;
    const { peer } = this.#parts;
    throw new Failure(
      'forge-refused',
      `${peer}: a text has ${length} characters, at most ${charsMax} are taken`,
    );
  }
}

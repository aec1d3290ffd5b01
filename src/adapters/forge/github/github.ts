import { Failure } from '../../../base/failure.ts';
import type { Check, OwnCheck, RequiredChecks } from '../../../model/check.ts';
import type { ForgeId } from '../../../model/forge-id.ts';
import type { ForgeMarker } from '../../../model/forge-marker.ts';
import { readGithubRepository } from '../../../model/github-answer.ts';
import type { Issue, IssueOrder } from '../../../model/issue.ts';
import type {
  PullRequest,
  PullRequestChange,
  PullRequestOrder,
  PullRequestsOfBranch,
} from '../../../model/pull-request.ts';
import type { Forge, ForgeFacts } from '../../../ports/forge.ts';
import { GithubChecks } from './checks.ts';
import type { GithubClient } from './client.ts';
import { GithubPullRequests } from './pull-requests.ts';
import { GithubThreads } from './threads.ts';

// GitHub refuses longer ones with 422; its REST documentation gives the second, its answers the first.
const bodyCharsMax = 65_536;
const checkSummaryCharsMax = 65_535;

/** A repository on github.com or on an enterprise server. */
export class GithubForge implements Forge {
  readonly #client: GithubClient;
  readonly #pullRequests: GithubPullRequests;
  readonly #threads: GithubThreads;
  readonly #checks: GithubChecks;

  constructor(client: GithubClient) {
    this.#client = client;
    this.#pullRequests = new GithubPullRequests(client);
    this.#threads = new GithubThreads(client);
    this.#checks = new GithubChecks(client);
  }

  async facts(): Promise<ForgeFacts> {
    const facts = await this.#client.ask(
      'cannot read the repository',
      (octokit, call) => octokit.request('GET /repos/{owner}/{repo}', { ...call }),
      readGithubRepository,
    );
    return {
      forge: 'GitHub',
      repository: facts.full_name,
      url: facts.html_url,
      defaultBranch: facts.default_branch,
      bodyCharsMax,
      checkSummaryCharsMax,
    };
  }

  pullRequests(head: string): Promise<PullRequestsOfBranch> {
    return this.#pullRequests.of(head);
  }

  async createPullRequest(order: PullRequestOrder): Promise<PullRequest> {
    checkBody(order.body);
    return this.#pullRequests.create(order);
  }

  async updatePullRequest(id: ForgeId, change: PullRequestChange): Promise<PullRequest> {
    checkBody(change.body ?? '');
    return this.#pullRequests.update(id, change);
  }

  async comment(id: ForgeId, marker: ForgeMarker, body: string): Promise<'written' | 'unchanged'> {
    checkBody(`${marker}\n${body}`);
    return this.#threads.comment(id, marker, body);
  }

  async say(id: ForgeId, text: string): Promise<void> {
    checkBody(text);
    return this.#threads.say(id, text);
  }

  checks(commit: string): Promise<readonly Check[]> {
    return this.#checks.of(commit);
  }

  requiredChecks(branch: string): Promise<RequiredChecks> {
    return this.#checks.required(branch);
  }

  async reportCheck(check: OwnCheck): Promise<void> {
    checkBody(check.summary, checkSummaryCharsMax);
    return this.#checks.report(check);
  }

  issue(marker: ForgeMarker): Promise<Issue | undefined> {
    return this.#threads.issue(marker);
  }

  async keepIssue(order: IssueOrder): Promise<Issue> {
    checkBody(`${order.marker}\n${order.body}`);
    return this.#threads.keepIssue(order);
  }

  async closeIssue(marker: ForgeMarker, comment: string): Promise<'closed' | 'none'> {
    checkBody(comment);
    return this.#threads.closeIssue(marker, comment);
  }
}

/** Before anything is sent, so that a half of what belongs together is not. @throws Failure `forge-refused` */
function checkBody(body: string, charsMax: number = bodyCharsMax): void {
  if (body.length <= charsMax) return;
  throw new Failure(
    'forge-refused',
    `GitHub: a text has ${body.length} characters, at most ${charsMax} are taken`,
  );
}

import { Failure, isFailure } from '../../../base/failure.ts';
import { clip } from '../../../base/text.ts';
import type { Check, OwnCheck, RequiredChecks } from '../../../model/check.ts';
import type { ForgeId } from '../../../model/forge-id.ts';
import type { ForgeMarker } from '../../../model/forge-marker.ts';
import { readGitlabProject, readGitlabStatuses } from '../../../model/gitlab-answer.ts';
import type { Issue, IssueOrder } from '../../../model/issue.ts';
import type {
  PullRequest,
  PullRequestChange,
  PullRequestOrder,
  PullRequestsOfBranch,
} from '../../../model/pull-request.ts';
import type { Forge, ForgeFacts } from '../../../ports/forge.ts';
import type { GitlabClient } from './client.ts';
import { GitlabMergeRequests } from './merge-requests.ts';
import { defused } from './quick-actions.ts';
import { GitlabThreads } from './threads.ts';

// docs.gitlab.com/administration/instance_limits: descriptions and notes.
const bodyCharsMax = 1_000_000;
const descriptionCharsMax = 255;
const states = { running: 'running', passed: 'success', failed: 'failed', neutral: 'success' } as const;

/** A project on gitlab.com or on a server of one's own. */
export class GitlabForge implements Forge {
  readonly #client: GitlabClient;
  readonly #mergeRequests: GitlabMergeRequests;
  readonly #threads: GitlabThreads;

  constructor(client: GitlabClient) {
    this.#client = client;
    this.#mergeRequests = new GitlabMergeRequests(client);
    this.#threads = new GitlabThreads(client);
  }

  async facts(): Promise<ForgeFacts> {
    const project = await this.#project();
    return {
      forge: 'GitLab',
      repository: project.path_with_namespace,
      url: project.web_url,
      defaultBranch: project.default_branch,
      bodyCharsMax,
      checkSummaryCharsMax: 0,
    };
  }

  pullRequests(head: string): Promise<PullRequestsOfBranch> {
    return this.#mergeRequests.of(head);
  }

  async createPullRequest(order: PullRequestOrder): Promise<PullRequest> {
    checkBody(order.body);
    return this.#mergeRequests.create(order);
  }

  async updatePullRequest(id: ForgeId, change: PullRequestChange): Promise<PullRequest> {
    checkBody(change.body ?? '');
    return this.#mergeRequests.update(id, change);
  }

  async comment(id: ForgeId, marker: ForgeMarker, body: string): Promise<'written' | 'unchanged'> {
    checkBody(`${marker}\n${body}`);
    return this.#threads.comment(id, marker, body);
  }

  async say(id: ForgeId, text: string): Promise<void> {
    checkBody(text);
    return this.#threads.say(id, text);
  }

  /** Jobs of pipelines and what others report are one list: docs.gitlab.com/api/commits, "List commit statuses". */
  async checks(commit: string): Promise<readonly Check[]> {
    const path = ['repository', 'commits', commit, 'statuses'];
    try {
      return await this.#client.pages(
        { method: 'GET', path, what: `cannot read the statuses of ${commit}` },
        readGitlabStatuses,
      );
    } catch (error) {
      if (isFailure(error, 'forge-missing')) return [];
      throw error;
    }
  }

  /** A project can ask for a whole pipeline, and names no jobs. */
  async requiredChecks(): Promise<RequiredChecks> {
    const { only_allow_merge_if_pipeline_succeeds: whole } = await this.#project();
    if (whole === true) return { kind: 'every' };
    return whole === false ? { kind: 'named', names: [] } : { kind: 'unknown' };
  }

  /** A status that is already so cannot be set again: GitLab refuses the step from a state to itself. */
  async reportCheck({ commit, name, state, title, url }: OwnCheck): Promise<void> {
    const wanted = state === 'neutral' ? 'passed' : state;
    const known = (await this.checks(commit)).find((each) => each.name === name);
    if (known?.state === wanted && (url === undefined || known.url === url)) return;
    const body = {
      state: states[state],
      name,
      description: clip(title, descriptionCharsMax),
      ...(url === undefined ? {} : { target_url: url }),
    };
    await this.#client.ask(
      { method: 'POST', path: ['statuses', commit], body, what: 'cannot report a status' },
      () => undefined,
    );
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

  #project(): Promise<ReturnType<typeof readGitlabProject>> {
    return this.#client.ask({ method: 'GET', path: [], what: 'cannot read the project' }, readGitlabProject);
  }
}

/** Before anything is sent. @throws Failure `forge-refused` */
function checkBody(body: string): void {
  const { length } = defused(body);
  if (length <= bodyCharsMax) return;
  throw new Failure(
    'forge-refused',
    `GitLab: a text has ${length} characters, at most ${bodyCharsMax} are taken`,
  );
}

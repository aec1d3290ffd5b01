import { Failure, isFailure } from '../../../base/failure.ts';
import type { ForgeId } from '../../../model/forge-id.ts';
import {
  readGitlabMergeRequest,
  readGitlabMergeRequests,
  type GitlabMergeRequest,
} from '../../../model/gitlab-answer.ts';
import type {
  PullRequest,
  PullRequestChange,
  PullRequestOrder,
  PullRequestsOfBranch,
} from '../../../model/pull-request.ts';
import { askedOnce } from '../asked-once.ts';
import type { GitlabClient } from './client.ts';
import { defused, restored } from './quick-actions.ts';

/** docs.gitlab.com/api/merge_requests. A draft is one whose title says so. */
export class GitlabMergeRequests {
  readonly #client: GitlabClient;
  /** Of the project that our branch lies in. */
  readonly #sourceId: () => Promise<ForgeId>;

  constructor(client: GitlabClient) {
    this.#client = client;
    this.#sourceId = askedOnce(async () => ((await client.fork()) ?? (await client.project())).id);
  }

  async of(head: string): Promise<PullRequestsOfBranch> {
    const [open] = await this.#list(head, 'opened');
    const ended = (await this.#list(head, 'all')).find(({ state }) => state !== 'open');
    return { open, ended };
  }

  async create({ head, base, title, body, draft, labels }: PullRequestOrder): Promise<PullRequest> {
    const { path, more } = await this.#place();
    try {
      const made = await this.#client.ask(
        {
          method: 'POST',
          path,
          body: {
            ...more,
            source_branch: head,
            target_branch: base,
            title: titleOf(title, draft),
            description: defused(body),
            labels: labels.join(','),
          },
          what: 'cannot open a merge request',
        },
        readGitlabMergeRequest,
      );
      return shown(made);
    } catch (error) {
      // 409 says that one is open already, and that the branch is in use otherwise.
      if (!isFailure(error, 'forge-conflict', 'forge-refused')) throw error;
      const [there] = await this.#list(head, 'opened');
      if (there === undefined) throw refusedFor(error);
      throw new Failure('forge-conflict', `GitLab: ${there.name} is open from ${head} already`, {
        cause: error,
      });
    }
  }

  async update(id: ForgeId, change: PullRequestChange): Promise<PullRequest> {
    const { title, body, draft, addLabels = [], removeLabels = [] } = change;
    const before = shown(
      await this.#client.ask(
        { method: 'GET', path: ['merge_requests', id], what: `cannot read merge request ${id}` },
        readGitlabMergeRequest,
      ),
    );
    if (before.state !== 'open')
      throw new Failure('forge-conflict', `GitLab: ${before.name} is ${before.state}`);
    const named = title !== undefined || draft !== undefined;
    const fields = {
      ...(named ? { title: titleOf(title ?? before.title, draft ?? before.draft) } : {}),
      ...(body === undefined ? {} : { description: defused(body) }),
      ...(addLabels.length === 0 ? {} : { add_labels: addLabels.join(',') }),
      ...(removeLabels.length === 0 ? {} : { remove_labels: removeLabels.join(',') }),
    };
    if (Object.keys(fields).length === 0) return before;
    const what = `cannot edit merge request ${id}`;
    const ask = { method: 'PUT', path: ['merge_requests', id], body: fields, what } as const;
    return shown(await this.#client.ask(ask, readGitlabMergeRequest));
  }

  /** A merge request is made in the project that its branch lies in. */
  async #place(): Promise<{ path: readonly string[]; more: object }> {
    const fork = await this.#client.fork();
    if (fork === undefined) return { path: ['merge_requests'], more: {} };
    const { id } = await this.#client.project();
    return { path: ['/', 'projects', fork.id, 'merge_requests'], more: { target_project_id: Number(id) } };
  }

  /** The youngest first; those of the one project that our branch lies in, whatever a fork calls its own. */
  async #list(head: string, state: 'opened' | 'all'): Promise<readonly PullRequest[]> {
    const source = await this.#sourceId();
    const found = await this.#client.ask(
      {
        method: 'GET',
        path: ['merge_requests'],
        query: { source_branch: head, state, order_by: 'created_at', sort: 'desc', per_page: 50 },
        what: 'cannot list merge requests',
      },
      readGitlabMergeRequests,
    );
    return found.filter(({ fromProject }) => fromProject === source).map(shown);
  }
}

function shown({ pullRequest }: GitlabMergeRequest): PullRequest {
  return { ...pullRequest, body: restored(pullRequest.body) };
}

function titleOf(title: string, draft: boolean): string {
  return draft ? `Draft: ${title}` : title;
}

function refusedFor(error: Failure): Failure {
  return error.code === 'forge-refused'
    ? error
    : new Failure('forge-refused', error.message, { cause: error });
}

import { Failure, isFailure } from '../../../base/failure.ts';
import type { ForgeId } from '../../../model/forge-id.ts';
import {
  readGithubLabels,
  readGithubPullRequest,
  readGithubPullRequests,
  type GithubPullRequest,
} from '../../../model/github-answer.ts';
import type {
  PullRequest,
  PullRequestChange,
  PullRequestOrder,
  PullRequestsOfBranch,
} from '../../../model/pull-request.ts';
import type { GithubClient } from './client.ts';
import { saysNoDrafts } from './refusal.ts';

/** docs.github.com/rest/pulls. Drafts are made by REST, and changed by GraphQL only. */
export class GithubPullRequests {
  readonly #client: GithubClient;

  constructor(client: GithubClient) {
    this.#client = client;
  }

  async of(head: string): Promise<PullRequestsOfBranch> {
    const [open] = await this.#list(head, 'open');
    const [ended] = await this.#list(head, 'closed');
    return { open: open?.pullRequest, ended: ended?.pullRequest };
  }

  async create({ labels, head, base, title, body, draft }: PullRequestOrder): Promise<PullRequest> {
    const made = await this.#open({ head, base, title, body, draft });
    return this.#withLabels(made.pullRequest, labels);
  }

  async update(id: ForgeId, change: PullRequestChange): Promise<PullRequest> {
    const { title, body, draft, addLabels = [], removeLabels = [] } = change;
    const before = await this.#readOpen(id);
    const isDraft = await this.#withDraft(before, draft);
    const edited = title !== undefined || body !== undefined;
    const after = edited ? await this.#edit(id, { title, body }) : before;
    const { labels } = after.pullRequest;
    for (const label of removeLabels.filter((each) => labels.includes(each))) await this.#unlabel(id, label);
    const missing = addLabels.filter((label) => !labels.includes(label));
    const kept = labels.filter((label) => !removeLabels.includes(label));
    return this.#withLabels({ ...after.pullRequest, draft: isDraft, labels: kept }, missing);
  }

  /** The youngest first; those of the one repository that our branch lies in, whatever a fork calls its own. */
  async #list(head: string, state: 'open' | 'closed'): Promise<readonly GithubPullRequest[]> {
    const source = await (this.#client.fork ?? this.#client.home)();
    const [owner = ''] = source.full_name.split('/');
    const found = await this.#client.ask(
      'cannot list pull requests',
      (octokit, call) =>
        octokit.request('GET /repos/{owner}/{repo}/pulls', {
          ...call,
          state,
          head: `${owner}:${head}`,
          sort: 'created',
          direction: 'desc',
          per_page: 30,
        }),
      readGithubPullRequests,
    );
    return found.filter(({ fromRepository }) => fromRepository === source.id);
  }

  async #open(order: Omit<PullRequestOrder, 'labels'>): Promise<GithubPullRequest> {
    try {
      return await this.#post(order);
    } catch (error) {
      // Of all that it refuses with 422, one means that there are no drafts here, and one that somebody was faster.
      if (order.draft && saysNoDrafts(error)) return this.#open({ ...order, draft: false });
      if (!isFailure(error, 'forge-refused')) throw error;
      const [there] = await this.#list(order.head, 'open');
      if (there === undefined) throw error;
      const { name } = there.pullRequest;
      throw new Failure('forge-conflict', `GitHub: ${name} is open from ${order.head} already`, {
        cause: error,
      });
    }
  }

  async #post({ head, ...order }: Omit<PullRequestOrder, 'labels'>): Promise<GithubPullRequest> {
    const fork = await this.#client.fork?.();
    const [owner] = fork?.full_name.split('/') ?? [];
    // One owner may have several forks, and the repository as well: its name does not tell them apart.
    const place = fork === undefined ? { head } : { head: `${owner}:${head}`, head_repo: fork.full_name };
    return this.#client.ask(
      'cannot open a pull request',
      (octokit, call) =>
        octokit.request('POST /repos/{owner}/{repo}/pulls', {
          ...call,
          ...order,
          ...place,
        }),
      readGithubPullRequest,
    );
  }

  #read(id: ForgeId): Promise<GithubPullRequest> {
    return this.#client.ask(
      `cannot read pull request ${id}`,
      (octokit, call) =>
        octokit.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', {
          ...call,
          pull_number: Number(id),
        }),
      readGithubPullRequest,
    );
  }

  async #readOpen(id: ForgeId): Promise<GithubPullRequest> {
    const found = await this.#read(id);
    const { name, state } = found.pullRequest;
    if (state !== 'open') throw new Failure('forge-conflict', `GitHub: ${name} is ${state}`);
    return found;
  }

  #edit(
    id: ForgeId,
    { title, body }: { title: string | undefined; body: string | undefined },
  ): Promise<GithubPullRequest> {
    return this.#client.ask(
      `cannot edit pull request ${id}`,
      (octokit, call) =>
        octokit.request('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', {
          ...call,
          pull_number: Number(id),
          ...(title === undefined ? {} : { title }),
          ...(body === undefined ? {} : { body }),
        }),
      readGithubPullRequest,
    );
  }

  async #withLabels(one: PullRequest, labels: readonly string[]): Promise<PullRequest> {
    if (labels.length === 0) return one;
    const all = await this.#client.ask(
      `cannot label pull request ${one.id}`,
      (octokit, call) =>
        octokit.request('POST /repos/{owner}/{repo}/issues/{issue_number}/labels', {
          ...call,
          issue_number: Number(one.id),
          labels: [...labels],
        }),
      readGithubLabels,
    );
    return { ...one, labels: all.map(({ name }) => name).toSorted() };
  }

  /** One that somebody else took off meanwhile is off. */
  async #unlabel(id: ForgeId, name: string): Promise<void> {
    const work = this.#client.ask(
      `cannot take a label off pull request ${id}`,
      (octokit, call) =>
        octokit.request('DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}', {
          ...call,
          issue_number: Number(id),
          name,
        }),
      () => undefined,
    );
    await work.catch((error: unknown) => {
      if (!isFailure(error, 'forge-missing')) throw error;
    });
  }

  /** Whether it is a draft then. Some repositories have none: the text says the same there. */
  async #withDraft(before: GithubPullRequest, wanted: boolean | undefined): Promise<boolean> {
    const { draft, id } = before.pullRequest;
    if (wanted === undefined || wanted === draft) return draft;
    try {
      await this.#setDraft(before, wanted);
      return wanted;
    } catch (error) {
      if (wanted && saysNoDrafts(error)) return draft;
      if (!isFailure(error, 'forge-refused')) throw error;
      // Somebody may have been faster, or an earlier answer got lost.
      const now = await this.#readOpen(id);
      if (now.pullRequest.draft !== wanted) throw error;
      return wanted;
    }
  }

  async #setDraft({ nodeId, pullRequest }: GithubPullRequest, draft: boolean): Promise<void> {
    const mutation = draft ? 'convertPullRequestToDraft' : 'markPullRequestReadyForReview';
    await this.#client.graphql(
      `cannot ${draft ? 'make a draft of' : 'mark as ready'} pull request ${pullRequest.id}`,
      `mutation ($id: ID!) { ${mutation}(input: { pullRequestId: $id }) { pullRequest { isDraft } } }`,
      { id: nodeId },
    );
  }
}

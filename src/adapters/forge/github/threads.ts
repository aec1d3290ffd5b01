import { isFailure } from '../../../base/failure.ts';
import type { ForgeId } from '../../../model/forge-id.ts';
import { withMarker, withoutMarker, type ForgeMarker } from '../../../model/forge-marker.ts';
import {
  readGithubComments,
  readGithubIssue,
  readGithubIssues,
  readGithubUser,
  type GithubIssue,
} from '../../../model/github-answer.ts';
import type { Issue, IssueOrder } from '../../../model/issue.ts';
import type { GithubClient } from './client.ts';
import { issueLabel } from '../issue-label.ts';

interface Author {
  readonly login: string;
  readonly type: string;
}

/** Comments and issues of ours: docs.github.com/rest/issues. */
export class GithubThreads {
  readonly #client: GithubClient;
  #account: Promise<string | undefined> | undefined;

  constructor(client: GithubClient) {
    this.#client = client;
  }

  async comment(id: ForgeId, marker: ForgeMarker, body: string): Promise<'written' | 'unchanged'> {
    const all = await this.#client.pages(
      `cannot read the comments of ${id}`,
      (octokit, call, page) =>
        octokit.request('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', {
          ...call,
          ...page,
          issue_number: Number(id),
        }),
      readGithubComments,
    );
    const isOurs = await this.#ours();
    const ours = all.find(
      ({ user, body: said }) => isOurs(user) && withoutMarker(marker, said) !== undefined,
    );
    if (ours !== undefined && withoutMarker(marker, ours.body) === body) return 'unchanged';
    if (ours === undefined) await this.say(id, withMarker(marker, body));
    else await this.#rewrite(ours.id, withMarker(marker, body));
    return 'written';
  }

  async say(id: ForgeId, body: string): Promise<void> {
    await this.#client.ask(
      `cannot comment on ${id}`,
      (octokit, call) =>
        octokit.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
          ...call,
          issue_number: Number(id),
          body,
        }),
      () => undefined,
    );
  }

  async issue(marker: ForgeMarker): Promise<Issue | undefined> {
    const open = await this.#client.pages(
      'cannot list issues',
      (octokit, call, page) =>
        octokit.request('GET /repos/{owner}/{repo}/issues', {
          ...call,
          ...page,
          state: 'open',
          labels: issueLabel,
        }),
      readGithubIssues,
    );
    const isOurs = await this.#ours();
    const found = open.find(
      ({ user, body, pull_request: pullRequest }) =>
        pullRequest === undefined && isOurs(user) && withoutMarker(marker, body) !== undefined,
    );
    return found && issueOf(found, marker);
  }

  async keepIssue({ marker, title, body }: IssueOrder): Promise<Issue> {
    const known = await this.issue(marker);
    if (known?.title === title && known.body === body) return known;
    const text = { title, body: withMarker(marker, body) };
    const kept = await this.#client.ask(
      'cannot keep an issue',
      (octokit, call) =>
        known === undefined
          ? octokit.request('POST /repos/{owner}/{repo}/issues', { ...call, ...text, labels: [issueLabel] })
          : octokit.request('PATCH /repos/{owner}/{repo}/issues/{issue_number}', {
              ...call,
              ...text,
              issue_number: Number(known.id),
            }),
      readGithubIssue,
    );
    return issueOf(kept, marker);
  }

  async closeIssue(marker: ForgeMarker, comment: string): Promise<'closed' | 'none'> {
    const known = await this.issue(marker);
    if (known === undefined) return 'none';
    await this.say(known.id, comment);
    await this.#client.ask(
      `cannot close issue ${known.id}`,
      (octokit, call) =>
        octokit.request('PATCH /repos/{owner}/{repo}/issues/{issue_number}', {
          ...call,
          issue_number: Number(known.id),
          state: 'closed',
          state_reason: 'completed',
        }),
      readGithubIssue,
    );
    return 'closed';
  }

  async #rewrite(comment: ForgeId, body: string): Promise<void> {
    await this.#client.ask(
      `cannot edit comment ${comment}`,
      (octokit, call) =>
        octokit.request('PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', {
          ...call,
          comment_id: Number(comment),
          body,
        }),
      () => undefined,
    );
  }

  /**
   * Who we are. The token of a workflow may not ask (403): then every bot counts as us, since a stranger can post as
   * anybody but a bot that is installed here.
   */
  async #ours(): Promise<(author: Author) => boolean> {
    this.#account ??= this.#whoAmI();
    const account = await this.#account;
    return account === undefined ? ({ type }) => type === 'Bot' : ({ login }) => login === account;
  }

  async #whoAmI(): Promise<string | undefined> {
    const app = await this.#client.appAccount();
    if (app !== undefined) return app;
    try {
      const ask = this.#client.ask(
        'cannot tell who we are',
        (octokit, { request }) => octokit.request('GET /user', { request }),
        readGithubUser,
      );
      return (await ask).login;
    } catch (error) {
      if (isFailure(error, 'forge-denied')) return undefined;
      throw error;
    }
  }
}

function issueOf({ number, html_url: url, title, body }: GithubIssue, marker: ForgeMarker): Issue {
  return { id: number, url, title, body: withoutMarker(marker, body) ?? body };
}

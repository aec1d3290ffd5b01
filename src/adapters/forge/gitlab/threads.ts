import type { ForgeId } from '../../../model/forge-id.ts';
import { withMarker, withoutMarker, type ForgeMarker } from '../../../model/forge-marker.ts';
import {
  readGitlabIssue,
  readGitlabIssues,
  readGitlabNotes,
  readGitlabUser,
  type GitlabIssue,
} from '../../../model/gitlab-answer.ts';
import type { Issue, IssueOrder } from '../../../model/issue.ts';
import { issueLabel } from '../issue-label.ts';
import type { GitlabClient } from './client.ts';
import { defused, restored } from './quick-actions.ts';

/** Notes and issues of ours: docs.gitlab.com/api/notes and /api/issues. */
export class GitlabThreads {
  readonly #client: GitlabClient;
  #account: Promise<string> | undefined;

  constructor(client: GitlabClient) {
    this.#client = client;
  }

  async comment(id: ForgeId, marker: ForgeMarker, body: string): Promise<'written' | 'unchanged'> {
    const path = ['merge_requests', id, 'notes'];
    const what = `cannot read the notes of ${id}`;
    const all = await this.#client.pages(
      { method: 'GET', path, query: { sort: 'asc' }, what },
      readGitlabNotes,
    );
    const account = await this.#whoAmI();
    const ours = all.find(
      ({ author, system, body: said }) =>
        !system && author.username === account && withoutMarker(marker, said) !== undefined,
    );
    const text = defused(withMarker(marker, body));
    if (ours?.body === text) return 'unchanged';
    const whatNow = `cannot write a note to ${id}`;
    const ask =
      ours === undefined
        ? ({ method: 'POST', path } as const)
        : ({ method: 'PUT', path: [...path, ours.id] } as const);
    await this.#client.ask({ ...ask, body: { body: text }, what: whatNow }, () => undefined);
    return 'written';
  }

  /** As it is: quick actions are what it may be for. */
  async say(id: ForgeId, text: string): Promise<void> {
    const path = ['merge_requests', id, 'notes'];
    await this.#client.ask(
      { method: 'POST', path, body: { body: text }, what: `cannot write a note to ${id}` },
      () => undefined,
    );
  }

  async issue(marker: ForgeMarker): Promise<Issue | undefined> {
    const query = { state: 'opened', labels: issueLabel };
    const open = await this.#client.pages(
      { method: 'GET', path: ['issues'], query, what: 'cannot list issues' },
      readGitlabIssues,
    );
    const account = await this.#whoAmI();
    const found = open.find(
      ({ author, description }) =>
        author.username === account && withoutMarker(marker, description) !== undefined,
    );
    return found && issueOf(found, marker);
  }

  async keepIssue({ marker, title, body }: IssueOrder): Promise<Issue> {
    const known = await this.issue(marker);
    if (known?.title === title && known.body === body) return known;
    const text = { title, description: defused(withMarker(marker, body)) };
    const what = 'cannot keep an issue';
    const kept = await this.#client.ask(
      known === undefined
        ? { method: 'POST', path: ['issues'], body: { ...text, labels: issueLabel }, what }
        : { method: 'PUT', path: ['issues', known.id], body: text, what },
      readGitlabIssue,
    );
    return issueOf(kept, marker);
  }

  async closeIssue(marker: ForgeMarker, comment: string): Promise<'closed' | 'none'> {
    const known = await this.issue(marker);
    if (known === undefined) return 'none';
    const what = `cannot close issue ${known.id}`;
    const note = { body: defused(comment) };
    await this.#client.ask(
      { method: 'POST', path: ['issues', known.id, 'notes'], body: note, what },
      () => undefined,
    );
    await this.#client.ask(
      { method: 'PUT', path: ['issues', known.id], body: { state_event: 'close' }, what },
      readGitlabIssue,
    );
    return 'closed';
  }

  #whoAmI(): Promise<string> {
    this.#account ??= this.#client
      .ask({ method: 'GET', path: ['/', 'user'], what: 'cannot tell who we are' }, readGitlabUser)
      .then(({ username }) => username);
    return this.#account;
  }
}

function issueOf({ iid: id, web_url: url, title, description }: GitlabIssue, marker: ForgeMarker): Issue {
  return { id, url, title, body: restored(withoutMarker(marker, description) ?? description) };
}

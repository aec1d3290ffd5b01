import { Failure } from '../../base/failure.ts';
import type { CheckState } from '../../model/check.ts';
import { invariant } from '../../base/invariant.ts';

/** What an account may change; reading is free. */
export type WorldRight = 'pull-requests' | 'issues' | 'checks' | 'statuses' | 'actions';

export interface WorldText {
  readonly id: number;
  readonly author: string;
  body: string;
}

/** Pull requests and issues count their numbers together, and both have labels, comments and an end. */
export interface WorldThread {
  readonly number: number;
  readonly author: string;
  title: string;
  body: string;
  state: 'open' | 'closed' | 'merged';
  readonly labels: Set<string>;
  readonly comments: WorldText[];
}

export interface WorldPullRequest extends WorldThread {
  /** Undefined: our own repository; else the owner of the fork. */
  readonly fork: string | undefined;
  readonly head: string;
  base: string;
  draft: boolean;
  commit: string;
}

export interface WorldCheck {
  readonly id: number;
  readonly kind: 'run' | 'status';
  readonly name: string;
  readonly by: string;
  state: CheckState;
  url: string | undefined;
  title: string;
  summary: string;
}

export interface NewPullRequest {
  readonly author: string;
  readonly head: string;
  readonly base: string;
  readonly title: string;
  readonly body: string;
  readonly draft?: boolean;
  readonly fork?: string;
  /** Of a fork's branch, which is not among ours. */
  readonly commit?: string;
}

interface WorldRepository {
  readonly name: string;
  readonly archived: boolean;
  /** The forge itself has switched it off. */
  readonly disabled?: boolean;
  /** Group that its own group lends it to. */
  readonly sharedWith?: string;
}

type PullRequestEdit = Partial<Pick<WorldPullRequest, 'title' | 'body' | 'base' | 'draft'>>;

/**
 * A forge as a state machine, for tests and for servers that speak like one: branches, pull requests, issues, checks and
 * the people who change them, under the rules that real forges have. What breaks a rule is a Failure, as the port has it.
 */
export class MemoryForgeWorld {
  readonly repository = 'team/project';
  readonly defaultBranch = 'main';
  bodyCharsMax = 65_536;
  /** Those of the organisation: `owner/name`. */
  readonly repositories: WorldRepository[] = [];
  readonly branches = new Map<string, string>([['main', '0'.repeat(40)]]);
  /** Branches of forks, by owner. */
  readonly forks = new Map<string, Map<string, string>>();
  /** There are no draft pull requests here, as in some private repositories. */
  draftless = false;
  readonly pullRequests = new Map<number, WorldPullRequest>();
  readonly issues = new Map<number, WorldThread>();
  /** By commit, in the order in which they were first reported. */
  readonly checks = new Map<string, WorldCheck[]>();
  /** By branch; a branch that is not here is unprotected. */
  readonly required = new Map<string, readonly string[]>();
  /** Rights that the account does not have. */
  readonly denied = new Set<WorldRight>();
  #threads = 0;
  #texts = 1000;
  #writes = 0;

  /** How often an account wrote something, or was about to. */
  get writes(): number {
    return this.#writes;
  }

  /** Moves a branch, by force if need be, or makes it. */
  push(branch: string, commit: string, fork?: string): void {
    const branches = fork === undefined ? this.branches : (this.forks.get(fork) ?? new Map<string, string>());
    if (fork !== undefined) this.forks.set(fork, branches);
    branches.set(branch, commit);
    for (const one of this.#openFrom(branch, fork)) one.commit = commit;
  }

  /** Pull requests from a branch that is no more are closed. */
  deleteBranch(branch: string): void {
    this.branches.delete(branch);
    for (const one of this.#openFrom(branch)) one.state = 'closed';
  }

  openPullRequest({ fork, commit, draft = false, ...order }: NewPullRequest): WorldPullRequest {
    this.#checkRight('pull-requests');
    this.#checkText(order.title, order.body);
    const branches = fork === undefined ? this.branches : this.forks.get(fork);
    const stands = commit ?? branches?.get(order.head);
    if (draft && this.draftless) throw refused('Draft pull requests are not supported in this repository.');
    const target = this.branches.get(order.base);
    if (stands === undefined) throw refused(`there is no branch ${order.head}`);
    if (target === undefined) throw refused(`there is no branch ${order.base}`);
    if (stands === target) throw refused(`there are no commits between ${order.base} and ${order.head}`);
    const twin = this.#openFrom(order.head, fork).find(({ base }) => base === order.base);
    if (twin !== undefined)
      throw new Failure('forge-conflict', `#${twin.number} is open from ${order.head} already`);
    const made = { ...this.#thread(order), fork, draft, commit: stands, head: order.head, base: order.base };
    this.pullRequests.set(made.number, made);
    return made;
  }

  editPullRequest(number: number, edit: PullRequestEdit): WorldPullRequest {
    this.#checkRight('pull-requests');
    const one = this.pullRequest(number);
    this.#checkText(edit.title ?? one.title, edit.body ?? one.body);
    if (one.state !== 'open' && (edit.base !== undefined || edit.draft !== undefined))
      throw refused(`#${number} is ${one.state}`);
    if (edit.draft === true && this.draftless)
      throw refused('Draft pull requests are not supported in this repository.');
    if (edit.base !== undefined && !this.branches.has(edit.base))
      throw refused(`there is no branch ${edit.base}`);
    return Object.assign(one, edit);
  }

  endPullRequest(number: number, how: 'closed' | 'merged'): void {
    this.pullRequest(number).state = how;
  }

  pullRequest(number: number): WorldPullRequest {
    const found = this.pullRequests.get(number);
    if (found === undefined) throw new Failure('forge-missing', `there is no pull request #${number}`);
    return found;
  }

  openIssue(order: { readonly author: string; readonly title: string; readonly body: string }): WorldThread {
    this.#checkRight('issues');
    this.#checkText(order.title, order.body);
    const made = this.#thread(order);
    this.issues.set(made.number, made);
    return made;
  }

  editIssue(
    number: number,
    edit: Partial<Pick<WorldThread, 'title' | 'body'>> & { state?: 'open' | 'closed' },
  ): WorldThread {
    this.#checkRight('issues');
    const one = this.issue(number);
    this.#checkText(edit.title ?? one.title, edit.body ?? one.body);
    return Object.assign(one, edit);
  }

  issue(number: number): WorldThread {
    const found = this.issues.get(number);
    if (found === undefined) throw new Failure('forge-missing', `there is no issue #${number}`);
    return found;
  }

  /** A pull request or an issue. */
  thread(number: number): WorldThread {
    return this.pullRequests.get(number) ?? this.issue(number);
  }

  label(
    number: number,
    change: { readonly add?: readonly string[]; readonly remove?: readonly string[] },
  ): void {
    this.#checkRight(this.#rightOf(number));
    const one = this.thread(number);
    for (const label of change.add ?? []) one.labels.add(label);
    for (const label of change.remove ?? []) one.labels.delete(label);
  }

  addComment(number: number, author: string, body: string): WorldText {
    this.#checkRight(this.#rightOf(number));
    this.#checkText('comment', body);
    const comment = { id: (this.#texts += 1), author, body };
    this.thread(number).comments.push(comment);
    return comment;
  }

  editComment(id: number, body: string): WorldText {
    const all = [...this.pullRequests.values(), ...this.issues.values()];
    const thread = all.find(({ comments }) => comments.some((each) => each.id === id));
    const comment = thread?.comments.find((each) => each.id === id);
    if (thread === undefined || comment === undefined)
      throw new Failure('forge-missing', `there is no comment ${id}`);
    this.#checkRight(this.#rightOf(thread.number));
    this.#checkText('comment', body);
    comment.body = body;
    return comment;
  }

  /** The same check of the same kind takes the place of the earlier one. */
  report(commit: string, check: Omit<WorldCheck, 'id'>): WorldCheck {
    const all = this.checks.get(commit) ?? [];
    this.checks.set(commit, all);
    const known = all.find(
      ({ kind, name, by }) => kind === check.kind && name === check.name && by === check.by,
    );
    if (known !== undefined) return Object.assign(known, check);
    const made = { id: (this.#texts += 1), ...check };
    all.push(made);
    return made;
  }

  /** As the account does it, which needs the right. */
  reportAsAccount(commit: string, check: Omit<WorldCheck, 'id'>): WorldCheck {
    this.#checkRight(check.kind === 'run' ? 'checks' : 'statuses');
    return this.report(commit, check);
  }

  #thread({ author, title, body }: { author: string; title: string; body: string }): WorldThread {
    const number = (this.#threads += 1);
    return { number, author, title, body, state: 'open', labels: new Set(), comments: [] };
  }

  #openFrom(head: string, fork?: string): readonly WorldPullRequest[] {
    return [...this.pullRequests.values()].filter(
      (one) => one.state === 'open' && one.head === head && one.fork === fork,
    );
  }

  #rightOf(number: number): WorldRight {
    return this.pullRequests.has(number) ? 'pull-requests' : 'issues';
  }

  #checkRight(right: WorldRight): void {
    this.#writes += 1;
    if (!this.denied.has(right)) return;
    throw new Failure('forge-denied', `the account lacks the right to write ${right}`, {
      hint: `Give its token the right to write ${right}.`,
    });
  }

  #checkText(title: string, body: string): void {
    invariant(!body.includes('\0'), 'nobody sends NUL');
    if (title.length > 256) throw refused('the title is too long');
    if (title.trim() === '') throw refused('the title is empty');
    if (body.length > this.bodyCharsMax)
      throw refused(`the body has ${body.length} characters, at most ${this.bodyCharsMax} are taken`);
  }
}

function refused(why: string): Failure {
  return new Failure('forge-refused', why);
}

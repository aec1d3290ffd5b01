import { Failure } from '../../base/failure.ts';
import type { Check, OwnCheck, RequiredChecks } from '../../model/check.ts';
import { parseForgeId, type ForgeId } from '../../model/forge-id.ts';
import { withMarker, withoutMarker, type ForgeMarker } from '../../model/forge-marker.ts';
import type { Issue, IssueOrder } from '../../model/issue.ts';
import type {
  PullRequest,
  PullRequestChange,
  PullRequestOrder,
  PullRequestsOfBranch,
} from '../../model/pull-request.ts';
import type { Forge, ForgeFacts } from '../../ports/forge.ts';
import type { MemoryForgeWorld, WorldPullRequest, WorldThread } from './memory-world.ts';

/** The n-th call to a forge fails: before anything happened there, or after it, when only the answer is lost. */
export interface ForgeFault {
  /** Counts from 1. */
  readonly call: number;
  readonly when: 'before' | 'after';
  readonly failure: Failure;
}

export interface MemoryForgeOptions {
  /** Who we are there. */
  readonly account?: string;
  /** Owner of the fork that our branch lies in; undefined: it lies in the repository itself. */
  readonly fork?: string | undefined;
  readonly faults?: readonly ForgeFault[];
}

const site = 'https://forge.example.org/team/project';

/** A forge that lasts as long as the process, seen by one account. */
export class MemoryForge implements Forge {
  readonly #world: MemoryForgeWorld;
  readonly #account: string;
  readonly #faults: readonly ForgeFault[];
  readonly #fork: string | undefined;
  readonly #calls: string[] = [];

  constructor(
    world: MemoryForgeWorld,
    { account = 'lockkeeper[bot]', faults = [], fork }: MemoryForgeOptions = {},
  ) {
    this.#world = world;
    this.#account = account;
    this.#faults = faults;
    this.#fork = fork;
  }

  /** The names of all calls so far. */
  get calls(): readonly string[] {
    return this.#calls;
  }

  facts(): Promise<ForgeFacts> {
    const { repository, defaultBranch, bodyCharsMax } = this.#world;
    const facts = { forge: 'memory', repository, url: site, defaultBranch, bodyCharsMax };
    return this.#step('facts', () => ({ ...facts, checkSummaryCharsMax: bodyCharsMax }));
  }

  pullRequests(head: string): Promise<PullRequestsOfBranch> {
    return this.#step('pullRequests', () => {
      const ours = [...this.#world.pullRequests.values()]
        .filter((one) => one.head === head && one.fork === this.#fork)
        .toSorted((one, other) => other.number - one.number);
      const open = ours.find(({ state }) => state === 'open');
      const ended = ours.find(({ state }) => state !== 'open');
      return { open: open && pullRequestOf(open), ended: ended && pullRequestOf(ended) };
    });
  }

  createPullRequest({ labels, ...order }: PullRequestOrder): Promise<PullRequest> {
    return this.#step('createPullRequest', () => {
      const { draftless } = this.#world;
      const fork = this.#fork === undefined ? {} : { fork: this.#fork };
      const wanted = { ...order, ...fork, draft: order.draft && !draftless, author: this.#account };
      const made = this.#world.openPullRequest(wanted);
      if (labels.length > 0) this.#world.label(made.number, { add: labels });
      return pullRequestOf(made);
    });
  }

  updatePullRequest(id: ForgeId, change: PullRequestChange): Promise<PullRequest> {
    return this.#step('updatePullRequest', () => {
      const { addLabels = [], removeLabels = [], draft, ...rest } = change;
      const edit = { ...rest, ...(draft === undefined || (draft && this.#world.draftless) ? {} : { draft }) };
      const one = this.#world.pullRequest(Number(id));
      if (one.state !== 'open') throw new Failure('forge-conflict', `#${id} is ${one.state}`);
      this.#world.editPullRequest(one.number, edit);
      if (addLabels.length + removeLabels.length > 0)
        this.#world.label(one.number, { add: addLabels, remove: removeLabels });
      return pullRequestOf(one);
    });
  }

  comment(id: ForgeId, marker: ForgeMarker, body: string): Promise<'written' | 'unchanged'> {
    return this.#step('comment', () => {
      const thread = this.#world.pullRequest(Number(id));
      const text = withMarker(marker, body);
      const ours = thread.comments.find(
        (each) => each.author === this.#account && withoutMarker(marker, each.body) !== undefined,
      );
      if (ours?.body === text) return 'unchanged';
      if (ours === undefined) this.#world.addComment(thread.number, this.#account, text);
      else this.#world.editComment(ours.id, text);
      return 'written';
    });
  }

  checks(commit: string): Promise<readonly Check[]> {
    return this.#step('checks', () =>
      (this.#world.checks.get(commit) ?? []).map(({ name, by, state, url }) => ({ name, by, state, url })),
    );
  }

  say(id: ForgeId, text: string): Promise<void> {
    return this.#step('say', () => {
      this.#world.addComment(this.#world.pullRequest(Number(id)).number, this.#account, text);
    });
  }

  requiredChecks(branch: string): Promise<RequiredChecks> {
    return this.#step('requiredChecks', () => {
      return { kind: 'named', names: this.#world.required.get(branch) ?? [] };
    });
  }

  reportCheck({ commit, url, ...check }: OwnCheck): Promise<'written' | 'unchanged'> {
    return this.#step('reportCheck', () => {
      const known = this.#world.checks
        .get(commit)
        ?.find(({ name, by }) => name === check.name && by === this.#account);
      if (known?.state === check.state && known.title === check.title && known.summary === check.summary)
        return 'unchanged';
      this.#world.reportAsAccount(commit, { ...check, kind: 'run', by: this.#account, url });
      return 'written';
    });
  }

  issue(marker: ForgeMarker): Promise<Issue | undefined> {
    return this.#step('issue', () => {
      const found = this.#issue(marker);
      return found && issueOf(found, marker);
    });
  }

  keepIssue({ marker, title, body }: IssueOrder): Promise<Issue> {
    return this.#step('keepIssue', () => {
      const text = { title, body: withMarker(marker, body) };
      const known = this.#issue(marker);
      const issue =
        known === undefined
          ? this.#world.openIssue({ author: this.#account, ...text })
          : this.#world.editIssue(known.number, text);
      return issueOf(issue, marker);
    });
  }

  closeIssue(marker: ForgeMarker, comment: string): Promise<'closed' | 'none'> {
    return this.#step('closeIssue', () => {
      const known = this.#issue(marker);
      if (known === undefined) return 'none';
      this.#world.addComment(known.number, this.#account, comment);
      this.#world.editIssue(known.number, { state: 'closed' });
      return 'closed';
    });
  }

  #issue(marker: ForgeMarker): WorldThread | undefined {
    return [...this.#world.issues.values()].find(
      ({ author, state, body }) =>
        author === this.#account && state === 'open' && withoutMarker(marker, body) !== undefined,
    );
  }

  async #step<T>(name: string, work: () => T): Promise<T> {
    this.#calls.push(name);
    const fault = this.#faults.find(({ call }) => call === this.#calls.length);
    if (fault?.when === 'before') throw fault.failure;
    const result = await Promise.resolve().then(work);
    if (fault !== undefined) throw fault.failure;
    return result;
  }
}

function pullRequestOf(one: WorldPullRequest): PullRequest {
  const { number, state, draft, title, base, commit } = one;
  return {
    id: parseForgeId(String(number)),
    name: `#${number}`,
    url: `${site}/pull/${number}`,
    state,
    draft,
    title,
    body: one.body.replaceAll('\r\n', '\n'),
    labels: [...one.labels].toSorted(),
    base,
    commit,
  };
}

function issueOf({ number, title, body }: WorldThread, marker: ForgeMarker): Issue {
  return {
    id: parseForgeId(String(number)),
    url: `${site}/issues/${number}`,
    title,
    body: withoutMarker(marker, body) ?? body,
  };
}

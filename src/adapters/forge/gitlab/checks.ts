import { clip } from '../../../base/text.ts';
import type { Check, OwnCheck, RequiredChecks } from '../../../model/check.ts';
import type { ForgeId } from '../../../model/forge-id.ts';
import type { GitlabStatus } from '../../../model/gitlab-answer.ts';
import type { GitlabClient } from './client.ts';
import { mergedResults } from './merged-results.ts';
import { gitlabStatuses } from './statuses.ts';

const descriptionCharsMax = 255;
const states = { running: 'running', passed: 'success', failed: 'failed', neutral: 'success' } as const;

/** Jobs of pipelines and what others report are one list: docs.gitlab.com/api/commits, "List commit statuses". */
export class GitlabChecks {
  readonly #client: GitlabClient;

  constructor(client: GitlabClient) {
    this.#client = client;
  }

  async of(commit: string, mergeRequest?: ForgeId): Promise<readonly Check[]> {
    const own = (await this.#statuses(commit)).map(({ check }) => check);
    if (mergeRequest === undefined) return own;
    const fork = (await this.#client.fork())?.id;
    return [...own, ...(await mergedResults(this.#client, { head: commit, mergeRequest, fork }))];
  }

  /** A project can ask for a whole pipeline, and names no jobs. */
  async required(): Promise<RequiredChecks> {
    const { only_allow_merge_if_pipeline_succeeds: whole } = await this.#client.project();
    if (whole === true) return { kind: 'every' };
    return whole === false ? { kind: 'named', names: [] } : { kind: 'unknown' };
  }

  /** A status that is already so cannot be set again: GitLab refuses the step from a state to itself. */
  async report({ commit, name, state, title, url }: OwnCheck): Promise<'written' | 'unchanged'> {
    const wanted = state === 'neutral' ? 'passed' : state;
    const known = (await this.#statuses(commit)).find(({ check }) => check.name === name)?.check;
    if (known?.state === wanted && (url === undefined || known.url === url)) return 'unchanged';
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
    return 'written';
  }

  /** Pipelines of a fork's branch run in the fork. */
  async #statuses(commit: string): Promise<readonly GitlabStatus[]> {
    const fork = await this.#client.fork();
    const there =
      fork === undefined
        ? []
        : await gitlabStatuses(this.#client, { project: ['/', 'projects', fork.id], commit });
    const here = await gitlabStatuses(this.#client, { project: [], commit });
    return [...there.filter(({ check }) => here.every((each) => each.check.name !== check.name)), ...here];
  }
}

import { isFailure } from '../../../base/failure.ts';
import { clip } from '../../../base/text.ts';
import type { Check, OwnCheck, RequiredChecks } from '../../../model/check.ts';
import { readGitlabStatuses, type GitlabProject, type GitlabStatus } from '../../../model/gitlab-answer.ts';
import type { GitlabClient } from './client.ts';

const descriptionCharsMax = 255;
const states = { running: 'running', passed: 'success', failed: 'failed', neutral: 'success' } as const;

/** Jobs of pipelines and what others report are one list: docs.gitlab.com/api/commits, "List commit statuses". */
export class GitlabChecks {
  readonly #client: GitlabClient;
  #fork: Promise<GitlabProject | undefined> | undefined;

  constructor(client: GitlabClient) {
    this.#client = client;
  }

  async of(commit: string): Promise<readonly Check[]> {
    return (await this.#statuses(commit)).map(({ check }) => check);
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

  /** The latest of each name; none where GitLab does not know the commit. Pipelines of a fork's branch run in the fork. */
  async #statuses(commit: string): Promise<readonly GitlabStatus[]> {
    this.#fork ??= this.#client.fork();
    const fork = await this.#fork;
    const there = fork === undefined ? [] : await this.#statusesIn(['/', 'projects', fork.id], commit);
    const here = await this.#statusesIn([], commit);
    return [...there.filter(({ check }) => here.every((each) => each.check.name !== check.name)), ...here];
  }

  async #statusesIn(project: readonly string[], commit: string): Promise<readonly GitlabStatus[]> {
    const path = [...project, 'repository', 'commits', commit, 'statuses'];
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
}

import { isFailure } from '../../../base/failure.ts';
import { clip } from '../../../base/text.ts';
import type { Check, OwnCheck, RequiredChecks } from '../../../model/check.ts';
import type { ForgeId } from '../../../model/forge-id.ts';
import {
  readGithubBranch,
  readGithubCheckRuns,
  readGithubRules,
  readGithubStatuses,
  type GithubCheckRun,
  type GithubStatus,
} from '../../../model/github-check-answer.ts';
import type { GithubClient } from './client.ts';

// By it we know a check run as ours.
const ownId = 'lockkeeper';
// docs.github.com/rest/commits/statuses.
const descriptionCharsMax = 140;
const titleCharsMax = 255;

type Sent =
  | { readonly status: 'in_progress' }
  | { readonly status: 'completed'; readonly conclusion: 'success' | 'failure' | 'neutral' };

const sentStates: Readonly<Record<OwnCheck['state'], Sent>> = {
  running: { status: 'in_progress' },
  passed: { status: 'completed', conclusion: 'success' },
  failed: { status: 'completed', conclusion: 'failure' },
  neutral: { status: 'completed', conclusion: 'neutral' },
};

const statusStates = {
  running: 'pending',
  passed: 'success',
  failed: 'failure',
  neutral: 'success',
} as const;

/** docs.github.com/rest/checks and /rest/commits/statuses. */
export class GithubChecks {
  readonly #client: GithubClient;

  constructor(client: GithubClient) {
    this.#client = client;
  }

  async of(commit: string): Promise<readonly Check[]> {
    try {
      const runs = await this.#runs(commit);
      return [...runs, ...(await this.#statuses(commit))].map(({ check }) => check);
    } catch (error) {
      // A commit that was never pushed: 422 for its check runs, 404 for its statuses.
      if (isFailure(error, 'forge-refused', 'forge-missing')) return [];
      throw error;
    }
  }

  async required(branch: string): Promise<RequiredChecks> {
    const what = `cannot read what ${branch} asks for`;
    try {
      const rules = await this.#client.pages(
        what,
        (octokit, call, page) =>
          octokit.request('GET /repos/{owner}/{repo}/rules/branches/{branch}', { ...call, ...page, branch }),
        readGithubRules,
      );
      const older = await this.#client.ask(
        what,
        (octokit, call) =>
          octokit.request('GET /repos/{owner}/{repo}/branches/{branch}', { ...call, branch }),
        readGithubBranch,
      );
      return { kind: 'named', names: [...new Set([...rules.flat(), ...older])] };
    } catch (error) {
      if (isFailure(error, 'forge-denied', 'forge-missing')) return { kind: 'unknown' };
      throw error;
    }
  }

  /** Only Apps, the one of workflows among them, may report check runs; a person's token reports a status. */
  async report(check: OwnCheck): Promise<'written' | 'unchanged'> {
    const known = (await this.#runs(check.commit, check.name)).find(({ externalId }) => externalId === ownId);
    if (known !== undefined && saysSo(known, check)) return 'unchanged';
    try {
      await (known === undefined ? this.#create(check) : this.#update(known.id, check));
      return 'written';
    } catch (error) {
      if (!isFailure(error, 'forge-denied')) throw error;
      return this.#reportStatus(check);
    }
  }

  #runs(commit: string, name?: string): Promise<readonly GithubCheckRun[]> {
    return this.#client.pages(
      `cannot read the checks of ${commit}`,
      (octokit, call, page) =>
        octokit.request('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', {
          ...call,
          ...page,
          ref: commit,
          filter: 'latest',
          ...(name === undefined ? {} : { check_name: name }),
        }),
      (data) => readGithubCheckRuns(data).check_runs,
    );
  }

  #statuses(commit: string): Promise<readonly GithubStatus[]> {
    return this.#client.pages(
      `cannot read the statuses of ${commit}`,
      (octokit, call, page) =>
        octokit.request('GET /repos/{owner}/{repo}/commits/{ref}/status', { ...call, ...page, ref: commit }),
      (data) => readGithubStatuses(data).statuses,
    );
  }

  async #create(check: OwnCheck): Promise<void> {
    await this.#client.ask(
      'cannot report a check',
      (octokit, call) =>
        octokit.request('POST /repos/{owner}/{repo}/check-runs', {
          ...call,
          ...contentOf(check),
          ...sentStates[check.state],
          head_sha: check.commit,
          external_id: ownId,
        }),
      () => undefined,
    );
  }

  async #update(id: ForgeId, check: OwnCheck): Promise<void> {
    await this.#client.ask(
      'cannot report a check',
      (octokit, call) =>
        octokit.request('PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}', {
          ...call,
          ...contentOf(check),
          ...sentStates[check.state],
          check_run_id: Number(id),
        }),
      () => undefined,
    );
  }

  async #reportStatus({ commit, name, state, title, url }: OwnCheck): Promise<'written' | 'unchanged'> {
    const description = clip(title, descriptionCharsMax);
    const wanted = state === 'neutral' ? 'passed' : state;
    const known = (await this.#statuses(commit)).find(({ check }) => check.name === name);
    if (known?.check.state === wanted && known.title === description) return 'unchanged';
    await this.#client.ask(
      'cannot report a status',
      (octokit, call) =>
        octokit.request('POST /repos/{owner}/{repo}/statuses/{sha}', {
          ...call,
          sha: commit,
          context: name,
          state: statusStates[state],
          description,
          ...(url === undefined ? {} : { target_url: url }),
        }),
      () => undefined,
    );
    return 'written';
  }
}

/** GitHub may trim what it was sent. */
function saysSo({ check, title, summary }: GithubCheckRun, wanted: OwnCheck): boolean {
  const { output } = contentOf(wanted);
  return (
    check.state === wanted.state &&
    title.trim() === output.title.trim() &&
    summary.trim() === output.summary.trim()
  );
}

function contentOf({ name, title, summary, url }: OwnCheck): {
  name: string;
  output: { title: string; summary: string };
  details_url?: string;
} {
  const output = { title: clip(title, titleCharsMax), summary };
  return url === undefined ? { name, output } : { name, output, details_url: url };
}

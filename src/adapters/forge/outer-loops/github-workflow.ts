import type { ForgeId } from '../../../model/forge-id.ts';
import { readGithubDispatch, readGithubRun, readGithubRuns } from '../../../model/github-check-answer.ts';
import type { OuterRun, StartedRun } from '../../../model/outer-loop.ts';
import type { GithubClient } from '../github/client.ts';
import { seenToStart, type Patience } from './seen.ts';
import type { Starter, StartOrder } from './starter.ts';
import { filledAll } from './texts.ts';

/**
 * A workflow by `workflow_dispatch` (docs.github.com/rest/actions/workflows). Since February 2026 GitHub names the run that
 * it starts; older servers answer 204, and the run is found by workflow, event and commit.
 */
export class GithubWorkflows implements Starter<'github'> {
  readonly #client: GithubClient;
  readonly #patience: Patience;

  constructor(client: GithubClient, patience: Patience) {
    this.#client = client;
    this.#patience = patience;
  }

  async start(order: StartOrder<'github'>, known: readonly ForgeId[]): Promise<StartedRun> {
    const there = await this.#find(order, known);
    if (there !== undefined) return { kind: 'started', run: there };
    const id = await this.#dispatch(order);
    return seenToStart(this.#patience, () =>
      id === undefined ? this.#find(order, known) : this.look(order, id),
    );
  }

  async look(_order: StartOrder<'github'>, id: ForgeId): Promise<OuterRun> {
    const { run } = await this.#client.ask(
      `cannot read run ${id}`,
      (octokit, call) =>
        octokit.request('GET /repos/{owner}/{repo}/actions/runs/{run_id}', { ...call, run_id: Number(id) }),
      readGithubRun,
    );
    return run;
  }

  async #find(
    { by, target }: StartOrder<'github'>,
    known: readonly ForgeId[],
  ): Promise<OuterRun | undefined> {
    const { workflow_runs: runs } = await this.#client.ask(
      `cannot list the runs of ${by.workflow}`,
      (octokit, call) =>
        octokit.request('GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs', {
          ...call,
          workflow_id: by.workflow,
          event: 'workflow_dispatch',
          branch: target.branch,
          head_sha: target.commit,
          per_page: 50,
        }),
      readGithubRuns,
    );
    return runs.findLast(({ commit, run }) => commit === target.commit && !known.includes(run.id))?.run;
  }

  async #dispatch({ by, target }: StartOrder<'github'>): Promise<ForgeId | undefined> {
    const told = await this.#client.ask(
      `cannot start ${by.workflow}`,
      (octokit, call) =>
        octokit.request('POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches', {
          ...call,
          workflow_id: by.workflow,
          ref: target.branch,
          inputs: filledAll(by.inputs, target),
          return_run_details: true,
        }),
      readGithubDispatch,
    );
    return told?.workflow_run_id;
  }
}

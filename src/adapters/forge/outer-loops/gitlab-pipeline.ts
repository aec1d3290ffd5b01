import type { ForgeId } from '../../../model/forge-id.ts';
import { readGitlabPipeline, readGitlabPipelines } from '../../../model/gitlab-answer.ts';
import type { OuterRun, StartedRun } from '../../../model/outer-loop.ts';
import type { GitlabClient } from '../gitlab/client.ts';
import type { Starter, StartOrder } from './starter.ts';
import { filledAll } from './texts.ts';

/** A pipeline that the interface creates (docs.gitlab.com/api/pipelines): its answer is the pipeline. */
export class GitlabPipelines implements Starter<'gitlab'> {
  readonly #client: GitlabClient;

  constructor(client: GitlabClient) {
    this.#client = client;
  }

  async start({ by, target }: StartOrder<'gitlab'>, known: readonly ForgeId[]): Promise<StartedRun> {
    const there = await this.#client.ask(
      {
        method: 'GET',
        path: ['pipelines'],
        query: { sha: target.commit, source: 'api', order_by: 'id', sort: 'desc' },
        what: 'cannot list pipelines',
      },
      readGitlabPipelines,
    );
    // The oldest: newer ones may be those of other loops.
    const found = there.findLast(({ commit, run }) => commit === target.commit && !known.includes(run.id));
    if (found !== undefined) return { kind: 'started', run: found.run };
    const variables = Object.entries(filledAll(by.variables, target)).map(([key, value]) => ({ key, value }));
    const made = await this.#client.ask(
      {
        method: 'POST',
        path: ['pipeline'],
        query: { ref: target.branch },
        body: { variables },
        what: 'cannot create a pipeline',
      },
      readGitlabPipeline,
    );
    if (made.commit === target.commit) return { kind: 'started', run: made.run };
    return {
      kind: 'unconfirmed',
      why: `pipeline ${made.run.id} started on ${made.commit.slice(0, 12)}: the branch has moved`,
    };
  }

  async look(_order: StartOrder<'gitlab'>, id: ForgeId): Promise<OuterRun> {
    const what = `cannot read pipeline ${id}`;
    return (await this.#client.ask({ method: 'GET', path: ['pipelines', id], what }, readGitlabPipeline)).run;
  }
}

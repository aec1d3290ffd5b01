import { isFailure } from '../../../base/failure.ts';
import type { Check } from '../../../model/check.ts';
import type { ForgeId } from '../../../model/forge-id.ts';
import {
  readGitlabMergePipelines,
  readGitlabParents,
  type GitlabMergePipeline,
} from '../../../model/gitlab-answer.ts';
import type { GitlabClient } from './client.ts';
import { gitlabStatuses } from './statuses.ts';

export interface MergedOrder {
  /** The last commit of our branch. */
  readonly head: string;
  readonly mergeRequest: ForgeId;
  /** The project that our branch lies in, where that is another one. */
  readonly fork: ForgeId | undefined;
}

/**
 * What pipelines say of a merge request that run on a merge of it into its target: on `refs/merge-requests/:iid/merge`, and,
 * when somebody has sent it to a merge train, on `…/train` (docs.gitlab.com/ci/pipelines/merged_results_pipelines and
 * /merge_trains). Their commit is one that GitLab made. It is one of ours where our head is what was merged: its second
 * parent. The youngest of each kind counts; where that one is of an earlier head, ours was not tried yet. A train that
 * squashes first hides what it merged, and is not read.
 */
export async function mergedResults(client: GitlabClient, order: MergedOrder): Promise<readonly Check[]> {
  const all = await pipelinesOf(client, order);
  const youngest = (kind: string): GitlabMergePipeline | undefined =>
    all.find(({ ref }) => ref === `refs/merge-requests/${order.mergeRequest}/${kind}`);
  const merge = await checksOf(client, youngest('merge'), order);
  const train = await checksOf(client, youngest('train'), order);
  return [...merge, ...train.flatMap(fromTrain)];
}

/** The youngest first. A project without pipelines of its own refuses to list any. */
async function pipelinesOf(
  client: GitlabClient,
  { mergeRequest }: MergedOrder,
): Promise<readonly GitlabMergePipeline[]> {
  const path = ['merge_requests', mergeRequest, 'pipelines'];
  const what = `cannot list the pipelines of !${mergeRequest}`;
  try {
    return await client.ask(
      { method: 'GET', path, query: { per_page: 100 }, what },
      readGitlabMergePipelines,
    );
  } catch (error) {
    if (isFailure(error, 'forge-missing', 'forge-denied')) return [];
    throw error;
  }
}

async function checksOf(
  client: GitlabClient,
  pipeline: GitlabMergePipeline | undefined,
  { head, fork }: MergedOrder,
): Promise<readonly Check[]> {
  if (pipeline === undefined) return [];
  const { id, sha: commit, state, url } = pipeline;
  const project = fork !== undefined && pipeline.runsIn === fork ? ['/', 'projects', fork] : [];
  const parents = await parentsOf(client, [...project, 'repository', 'commits', commit]);
  if (!parents.slice(1).includes(head)) return [];
  const statuses = await gitlabStatuses(client, { project, commit, pipeline: id });
  // Before its jobs are there, and where it failed before there were any, the pipeline speaks for itself.
  return statuses.length > 0
    ? statuses.map(({ check }) => check)
    : [{ name: 'pipeline for merged results', by: '', state, url }];
}

/** None of a commit that GitLab does not know any more: what it merged cannot be told, and the merge is not read. */
async function parentsOf(client: GitlabClient, path: readonly string[]): Promise<readonly string[]> {
  const what = `cannot read the commit ${path.at(-1)}`;
  try {
    return await client.ask({ method: 'GET', path, what }, readGitlabParents);
  } catch (error) {
    if (isFailure(error, 'forge-missing')) return [];
    throw error;
  }
}

/** A train carries the changes of others, too: what fails there convicts nobody. One that was cancelled says nothing. */
function fromTrain(check: Check): readonly Check[] {
  if (check.state === 'errored') return [];
  return [check.state === 'failed' ? { ...check, state: 'errored' } : check];
}

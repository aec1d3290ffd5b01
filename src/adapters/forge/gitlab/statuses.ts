import { isFailure } from '../../../base/failure.ts';
import type { ForgeId } from '../../../model/forge-id.ts';
import { readGitlabStatuses, type GitlabStatus } from '../../../model/gitlab-answer.ts';
import type { GitlabClient } from './client.ts';

interface StatusesOrder {
  /** What a path begins with: nothing, or that of another project. */
  readonly project: readonly string[];
  readonly commit: string;
  /** Those of this pipeline alone; a server that is too old for it tells of all that ran on the commit. */
  readonly pipeline?: ForgeId;
}

/** The latest of each name; none where the project does not know the commit. */
export async function gitlabStatuses(
  client: GitlabClient,
  { project, commit, pipeline }: StatusesOrder,
): Promise<readonly GitlabStatus[]> {
  const path = [...project, 'repository', 'commits', commit, 'statuses'];
  const query = pipeline === undefined ? {} : { pipeline_id: pipeline };
  try {
    return await client.pages(
      { method: 'GET', path, query, what: `cannot read the statuses of ${commit}` },
      readGitlabStatuses,
    );
  } catch (error) {
    if (isFailure(error, 'forge-missing')) return [];
    throw error;
  }
}

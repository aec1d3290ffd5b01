import { limits } from '../../../base/limits.ts';
import { readGitlabProjects } from '../../../model/gitlab-answer.ts';
import type { GitlabClient } from './client.ts';

/** docs.gitlab.com/api/groups, "List projects": those of a group and of the groups below it, as `group/name`. */
export async function gitlabGroup(client: GitlabClient, group: string): Promise<readonly string[]> {
  const all = await client.pages(
    {
      method: 'GET',
      path: ['/', 'groups', group, 'projects'],
      // What others share with the group is theirs.
      query: {
        archived: 'false',
        include_subgroups: 'true',
        with_shared: 'false',
        order_by: 'path',
        sort: 'asc',
      },
      what: `cannot list the projects of ${group}`,
    },
    readGitlabProjects,
    limits.organisationPagesMax,
  );
  return all.flatMap(({ path_with_namespace: name, archived }) => (archived ? [] : [name]));
}

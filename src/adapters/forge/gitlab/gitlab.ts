import { ComposedForge } from '../composed.ts';
import { GitlabChecks } from './checks.ts';
import type { GitlabClient } from './client.ts';
import { GitlabMergeRequests } from './merge-requests.ts';
import { defused } from './quick-actions.ts';
import { GitlabThreads } from './threads.ts';

/** A project on gitlab.com or on a server of one's own. */
export function gitlabForge(client: GitlabClient): ComposedForge {
  return new ComposedForge({
    peer: 'GitLab',
    // docs.gitlab.com/administration/instance_limits: descriptions and notes.
    bodyCharsMax: 1_000_000,
    checkSummaryCharsMax: 0,
    sent: defused,
    facts: async () => {
      const project = await client.project();
      const { path_with_namespace: repository, web_url: url, default_branch: defaultBranch } = project;
      return { repository, url, defaultBranch };
    },
    pullRequests: new GitlabMergeRequests(client),
    threads: new GitlabThreads(client),
    checks: new GitlabChecks(client),
  });
}

import type { ForgeFacts } from '../../../ports/forge.ts';
import { ComposedForge } from '../composed.ts';
import { GithubChecks } from './checks.ts';
import type { GithubClient } from './client.ts';
import { GithubPullRequests } from './pull-requests.ts';
import { GithubThreads } from './threads.ts';

/** A repository on github.com or on an enterprise server. */
export function githubForge(client: GithubClient): ComposedForge {
  return new ComposedForge({
    peer: 'GitHub',
    // GitHub refuses longer ones with 422; its REST documentation gives the second, its answers the first.
    bodyCharsMax: 65_536,
    checkSummaryCharsMax: 65_535,
    sent: (text) => text,
    facts: () => factsOf(client),
    pullRequests: new GithubPullRequests(client),
    threads: new GithubThreads(client),
    checks: new GithubChecks(client),
  });
}

async function factsOf(
  client: GithubClient,
): Promise<Pick<ForgeFacts, 'repository' | 'url' | 'defaultBranch'>> {
  const facts = await client.home();
  return { repository: facts.full_name, url: facts.html_url, defaultBranch: facts.default_branch };
}

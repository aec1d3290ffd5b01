import { limits } from '../../../base/limits.ts';
import { readGithubRepositories } from '../../../model/github-answer.ts';
import type { GithubClient } from './client.ts';

/** docs.github.com/rest/repos, "List organization repositories": those that are in use, as `owner/name`. */
export async function githubOrganisation(client: GithubClient, org: string): Promise<readonly string[]> {
  const all = await client.pages(
    `cannot list the repositories of ${org}`,
    (octokit, { request }, page) =>
      octokit.request('GET /orgs/{org}/repos', { request, org, type: 'all', sort: 'full_name', ...page }),
    readGithubRepositories,
    limits.organisationPagesMax,
  );
  return all.flatMap(({ full_name: name, archived, disabled }) => (archived || disabled ? [] : [name]));
}

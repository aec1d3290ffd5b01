import { GithubClient } from '../adapters/forge/github/client.ts';
import { GithubForge } from '../adapters/forge/github/github.ts';
import type { GithubLogin } from '../adapters/forge/github/login.ts';
import { GitlabClient, type GitlabLogin } from '../adapters/forge/gitlab/client.ts';
import { GitlabForge } from '../adapters/forge/gitlab/gitlab.ts';
import { GitlabPipelines } from '../adapters/forge/outer-loops/gitlab-pipeline.ts';
import { GithubWorkflows } from '../adapters/forge/outer-loops/github-workflow.ts';
import { StartedOuterLoops, type Starters } from '../adapters/forge/outer-loops/outer-loops.ts';
import type { ForgeSurroundings } from '../adapters/forge/exchange.ts';
import { Failure } from '../base/failure.ts';
import { systemClock } from '../base/system-clock.ts';
import type { UpdateSettings } from '../model/update-settings.ts';
import type { Forge } from '../ports/forge.ts';
import type { OuterLoops } from '../ports/outer-loops.ts';
import { proxyVariables, type ShellEnvironment } from './environment.ts';
import { forgeOf, type ForgePlace } from './forge-place.ts';

/** A forge with the person's own token, or plain git and why. Nothing that builds or tries reaches this file. */
export type OpenedForge = {
  readonly outerLoops: OuterLoops;
  readonly close: () => Promise<void>;
} & (
  | { readonly kind: 'forge'; readonly forge: Forge }
  /** No pull requests: a branch is pushed, or a patch is written. */
  | { readonly kind: 'plain'; readonly why: string }
);

/**
 * Chooses the forge. A token goes only to the server that the environment or the remote names, and to the one that its
 * variable is for; lockkeeper.yaml cannot send it elsewhere.
 * @param remote URL of the git remote that is pushed to
 * @throws Failure `forge-unknown` where there is a forge, and no token for it
 */
export function openForge(
  settings: Pick<UpdateSettings, 'forge'>,
  remote: string | undefined,
  environment: ShellEnvironment,
  signal: AbortSignal,
): OpenedForge {
  const place = forgeOf(settings.forge, remote, environment);
  const surroundings: ForgeSurroundings = {
    clock: systemClock,
    random: Math.random,
    proxies: proxyVariables(environment),
    signal,
  };
  switch (place.kind) {
    case 'plain':
      return { ...place, outerLoops: new StartedOuterLoops({}), close: () => Promise.resolve() };
    case 'github': {
      const login = githubLogin(place, environment);
      const client = new GithubClient({ ...surroundings, api: place.api, repository: place.path, login });
      const starters = { github: new GithubWorkflows(client, systemClock, signal) };
      return opened(new GithubForge(client), starters, () => client.close());
    }
    case 'gitlab': {
      const login = gitlabLogin(place, environment);
      const client = new GitlabClient({ ...surroundings, api: place.api, project: place.path, login });
      return opened(new GitlabForge(client), { gitlab: new GitlabPipelines(client) }, () => client.close());
    }
  }
}

function opened(forge: Forge, starters: Starters, close: () => Promise<void>): OpenedForge {
  return { kind: 'forge', forge, outerLoops: new StartedOuterLoops(starters), close };
}

/** @throws Failure `forge-unknown` */
function githubLogin({ host, home }: ForgePlace, environment: ShellEnvironment): GithubLogin {
  const [appId, privateKey] = [
    environment['LOCKKEEPER_APP_ID'] ?? '',
    environment['LOCKKEEPER_APP_KEY'] ?? '',
  ];
  // Which server the App is registered with is not told, so it is asked for only where this job's own server is.
  if (home && appId !== '' && privateKey !== '')
    return { kind: 'app', appId, privateKey, source: 'LOCKKEEPER_APP_KEY' };
  // As GitHub's own program has it: other servers have variables of their own.
  const names = home ? ['GH_TOKEN', 'GITHUB_TOKEN'] : ['GH_ENTERPRISE_TOKEN', 'GITHUB_ENTERPRISE_TOKEN'];
  return { kind: 'token', ...tokenFrom(names, host, environment) };
}

/** @throws Failure `forge-unknown` */
function gitlabLogin({ host, home, job }: ForgePlace, environment: ShellEnvironment): GitlabLogin {
  const token = environment['GITLAB_TOKEN'] ?? '';
  const own = environment['CI_JOB_TOKEN'] ?? '';
  if (job && token === '' && own !== '') return { kind: 'job', token: own, source: 'CI_JOB_TOKEN' };
  const names = home ? ['GITLAB_TOKEN'] : [];
  return { kind: 'access', ...tokenFrom(names, host, environment) };
}

function tokenFrom(
  names: readonly string[],
  host: string,
  environment: ShellEnvironment,
): { readonly token: string; readonly source: string } {
  for (const source of names) {
    const token = (environment[source] ?? '').trim();
    if (token === '') continue;
    if (/^[\x21-\x7e]{1,4096}$/.test(token)) return { token, source };
    throw new Failure('forge-unknown', `${source} holds something that is no token`);
  }
  const hint =
    names.length === 0
      ? `Name the server in GITLAB_HOST (${host}), so that GITLAB_TOKEN may go there.`
      : `Set ${names[0]} to a token for ${host}, or write \`update: { forge: none }\`.`;
  throw new Failure('forge-unknown', `there is no token for ${host}`, { hint });
}

import { GithubClient } from '../adapters/forge/github/client.ts';
import { githubForge } from '../adapters/forge/github/github.ts';
import { githubOrganisation } from '../adapters/forge/github/organisation.ts';
import type { GithubLogin } from '../adapters/forge/github/login.ts';
import { GitlabClient, type GitlabLogin } from '../adapters/forge/gitlab/client.ts';
import { gitlabForge } from '../adapters/forge/gitlab/gitlab.ts';
import { gitlabGroup } from '../adapters/forge/gitlab/group.ts';
import { AzurePipelines } from '../adapters/forge/outer-loops/azure-pipeline.ts';
import { CommandedRuns } from '../adapters/forge/outer-loops/command.ts';
import { CommentedRuns } from '../adapters/forge/outer-loops/comment.ts';
import { GitlabPipelines } from '../adapters/forge/outer-loops/gitlab-pipeline.ts';
import { GithubWorkflows } from '../adapters/forge/outer-loops/github-workflow.ts';
import { StartedOuterLoops, type Starters } from '../adapters/forge/outer-loops/outer-loops.ts';
import type { ForgeSurroundings } from '../adapters/forge/exchange.ts';
import { Failure } from '../base/failure.ts';
import { systemClock } from '../base/system-clock.ts';
import type { UpdateSettings } from '../model/update-settings.ts';
import type { Forge } from '../ports/forge.ts';
import type { GitAccess } from '../ports/git.ts';
import type { Organisations } from '../ports/organisations.ts';
import type { OuterLoops } from '../ports/outer-loops.ts';
import { proxyVariables, type ShellEnvironment } from './environment.ts';
import { forgeOf, isTenant, remotePlace, serverNamed, type ForgePlace, type NoForge } from './forge-place.ts';

/** A forge with the person's own token, or plain git and why. Nothing that builds or tries reaches this file. */
export type OpenedForge = {
  readonly outerLoops: OuterLoops;
  readonly close: () => Promise<void>;
} & (
  | {
      readonly kind: 'forge';
      readonly forge: Forge;
      /** For git, where the token of the interface may push as well; undefined: git's own credentials. */
      readonly access: (() => Promise<GitAccess>) | undefined;
    }
  /** No pull requests: a branch is pushed, or a patch is written. */
  | { readonly kind: 'plain'; readonly why: string }
);

export interface ForgeQuestion {
  /** `update.forge` of lockkeeper.yaml. */
  readonly forge: UpdateSettings['forge'];
  /** URL of the git remote that is pushed to. */
  readonly remote: string | undefined;
  /** URL of the remote of a fork that pull requests come from; it has to be on the same server. */
  readonly fork?: string | undefined;
  /**
   * Folder of lockkeeper.yaml, in which programs of outer loops are started. Undefined: it may be a stranger's, so none is,
   * nor a pipeline of another service with the login that we have there.
   */
  readonly directory: string | undefined;
}

/**
 * Chooses the forge. A token goes only to the server that the environment or the remote names, and to the one that its
 * variable is for; lockkeeper.yaml cannot send it elsewhere.
 * @throws Failure `forge-unknown` where there is a forge, and no token for it
 */
export function openForge(
  { forge, remote, fork: forkUrl, directory }: ForgeQuestion,
  environment: ShellEnvironment,
  signal: AbortSignal,
): OpenedForge {
  const place = forgeOf(forge, remote, environment);
  const fork = forkUrl === undefined ? undefined : forkOf(place, forkUrl);
  const surroundings = surroundingsOf(environment, signal);
  const azure = directory === undefined ? undefined : azurePipelines(surroundings, environment);
  const command = directory === undefined ? undefined : new CommandedRuns({ directory, environment, signal });
  const common: Starters = { azure, command };
  const closing = async (client?: { close(): Promise<void> }): Promise<void> => {
    await Promise.all([client?.close(), azure?.close()]);
  };
  switch (place.kind) {
    case 'plain':
      return { ...place, outerLoops: new StartedOuterLoops(common), close: () => closing() };
    case 'github': {
      const login = githubLogin(place, environment);
      const client = new GithubClient({
        ...surroundings,
        api: place.api,
        repository: place.path,
        login,
        fork,
      });
      const github = new GithubWorkflows(client, { clock: systemClock, signal });
      // What a checkout left for git may do more than a token of a workflow; an App has one login for both.
      const access =
        login.kind === 'app' ? async () => basic('x-access-token', await client.token()) : undefined;
      const close = (): Promise<void> => closing(client);
      return opened({ forge: githubForge(client), starters: { ...common, github }, access, close }, signal);
    }
    case 'gitlab': {
      const login = gitlabLogin(place, environment);
      const client = new GitlabClient({ ...surroundings, api: place.api, project: place.path, login, fork });
      const gitlab = new GitlabPipelines(client);
      // The token of a job, which its checkout has, may not push.
      const access =
        login.kind === 'access' ? () => Promise.resolve(basic('oauth2', login.token)) : undefined;
      const close = (): Promise<void> => closing(client);
      return opened({ forge: gitlabForge(client), starters: { ...common, gitlab }, access, close }, signal);
    }
  }
}

/** Lists of repositories, with the person's own tokens. */
export function organisationsOf(environment: ShellEnvironment, signal: AbortSignal): Organisations {
  return {
    repositories: async ({ forge, host, path }) => {
      // A place is that of a repository; whichever it is, the server is the same.
      const place = forgeOf(forge, `https://${host}/${path}/any`, environment);
      const surroundings = surroundingsOf(environment, signal);
      switch (place.kind) {
        case 'plain':
          throw new Failure('forge-unknown', `${host} is no forge: ${place.why}`);
        case 'github': {
          const login = githubLogin(place, environment);
          const client = new GithubClient({ ...surroundings, api: place.api, repository: path, login });
          return closedAfter(client, githubOrganisation(client, path));
        }
        case 'gitlab': {
          const login = gitlabLogin(place, environment);
          const client = new GitlabClient({ ...surroundings, api: place.api, project: path, login });
          return closedAfter(client, gitlabGroup(client, path));
        }
      }
    },
  };
}

async function closedAfter<T>(client: { close(): Promise<void> }, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } finally {
    await client.close();
  }
}

function surroundingsOf(environment: ShellEnvironment, signal: AbortSignal): ForgeSurroundings {
  return { clock: systemClock, random: Math.random, proxies: proxyVariables(environment), signal };
}

/** Undefined: there is no token for it. Its host is always the public one, so that no file can send the token elsewhere. */
function azurePipelines(
  surroundings: ForgeSurroundings,
  environment: ShellEnvironment,
): AzurePipelines | undefined {
  for (const source of ['AZURE_DEVOPS_EXT_PAT', 'SYSTEM_ACCESSTOKEN']) {
    const token = (environment[source] ?? '').trim();
    const api = new URL('https://dev.azure.com/');
    if (token !== '') return new AzurePipelines({ ...surroundings, api, token, source });
  }
  return undefined;
}

interface Opening {
  readonly forge: Forge;
  readonly starters: Starters;
  readonly access: (() => Promise<GitAccess>) | undefined;
  readonly close: () => Promise<void>;
}

function opened({ forge, starters, access, close }: Opening, signal: AbortSignal): OpenedForge {
  const comment = new CommentedRuns(forge, { clock: systemClock, signal });
  return { kind: 'forge', forge, outerLoops: new StartedOuterLoops({ ...starters, comment }), access, close };
}

/** RFC 7617. */
function basic(name: string, password: string): GitAccess {
  return { authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` };
}

/** `owner/name` of a fork. @throws Failure `usage` where it is not on the same server */
function forkOf(place: ForgePlace | NoForge, url: string): string {
  const fork = remotePlace(url);
  if (place.kind !== 'plain' && fork?.host === place.host && fork.path !== place.path) return fork.path;
  throw new Failure('usage', `--fork: ${url} is no fork on the server of the repository`, {
    hint: 'Name a git remote whose repository is a fork of the one that update.remote names (origin by default).',
  });
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
  if (home) return { kind: 'token', ...tokenFrom(['GH_TOKEN', 'GITHUB_TOKEN'], host, environment) };
  // As GitHub's own program has it: other servers have variables of their own, for the one that GH_HOST names.
  if (host === serverNamed(environment['GH_HOST'])) {
    const names = ['GH_ENTERPRISE_TOKEN', 'GITHUB_ENTERPRISE_TOKEN'];
    return { kind: 'token', ...tokenFrom(names, host, environment) };
  }
  const isUsual = isTenant(host) && environment['GITHUB_ACTIONS'] !== 'true';
  throw serverUnnamed(host, 'GH_HOST', isUsual ? 'GH_TOKEN' : 'GH_ENTERPRISE_TOKEN');
}

/** @throws Failure `forge-unknown` */
function gitlabLogin({ host, home, job }: ForgePlace, environment: ShellEnvironment): GitlabLogin {
  const token = environment['GITLAB_TOKEN'] ?? '';
  const own = environment['CI_JOB_TOKEN'] ?? '';
  if (job && token === '' && own !== '') return { kind: 'job', token: own, source: 'CI_JOB_TOKEN' };
  if (!home) throw serverUnnamed(host, 'GITLAB_HOST', 'GITLAB_TOKEN');
  return { kind: 'access', ...tokenFrom(['GITLAB_TOKEN'], host, environment) };
}

/** Without this, whoever writes `forge:` into a lockkeeper.yaml would choose where a token goes. */
function serverUnnamed(host: string, variable: string, token: string): Failure {
  return new Failure('forge-unknown', `there is no token for ${host}`, {
    hint: `Name the server in ${variable} (${host}), so that ${token} may go there.`,
  });
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
  const hint = `Set ${names[0]} to a token for ${host}, or write \`update: { forge: none }\`.`;
  throw new Failure('forge-unknown', `there is no token for ${host}`, { hint });
}

import type { UpdateSettings } from '../model/update-settings.ts';
import type { ShellEnvironment } from './environment.ts';

/** Where a repository lies on a forge. */
export interface ForgePlace {
  readonly kind: 'github' | 'gitlab';
  readonly host: string;
  readonly api: URL;
  /** `owner/name`, or `group/subgroup/name`. */
  readonly path: string;
  /** The server that the usual variables hold tokens for: the public one, or the one whose job this is. */
  readonly home: boolean;
  /** This very process is a job of that server. */
  readonly job: boolean;
}

export type NoForge = { readonly kind: 'plain'; readonly why: string };

interface RemotePlace {
  readonly host: string;
  readonly path: string;
}

/** Tells the forge by the config, else by the job's environment, else by the host of the remote. */
export function forgeOf(
  wanted: UpdateSettings['forge'],
  remote: string | undefined,
  environment: ShellEnvironment,
): ForgePlace | NoForge {
  if (wanted === 'none') return { kind: 'plain', why: 'lockkeeper.yaml says `forge: none`' };
  const place = remote === undefined ? undefined : remotePlace(remote);
  if (place === undefined) return { kind: 'plain', why: 'the git remote is on no server' };
  const server = (name: string): string | undefined => URL.parse(environment[name] ?? '')?.host;
  const githubJob = environment['GITHUB_ACTIONS'] === 'true' && server('GITHUB_SERVER_URL') === place.host;
  const gitlabJob = environment['GITLAB_CI'] === 'true' && server('CI_SERVER_URL') === place.host;
  const isGithub = githubJob || place.host === 'github.com' || isTenant(place.host);
  const kind =
    wanted ?? (isGithub ? 'github' : gitlabJob || place.host === 'gitlab.com' ? 'gitlab' : undefined);
  switch (kind) {
    case 'github':
      return githubPlace(place, githubJob, environment);
    case 'gitlab':
      return gitlabPlace(place, gitlabJob, environment);
    case undefined:
      return {
        kind: 'plain',
        why: `${place.host} is no forge that we know; write \`update: { forge: github }\` or gitlab`,
      };
  }
}

function githubPlace({ host, path }: RemotePlace, job: boolean, environment: ShellEnvironment): ForgePlace {
  const told = job ? URL.parse(environment['GITHUB_API_URL'] ?? '') : null;
  const usual = host === 'github.com' || isTenant(host) ? `https://api.${host}` : `https://${host}/api/v3`;
  // As GitHub's own program has it, a tenant on ghe.com takes the usual variables; which one they are for, GH_HOST tells.
  const named = serverNamed(environment['GH_HOST']);
  const usualHost = isTenant(named) ? named : 'github.com';
  // The token of a job is its own server's, also where the remote is on the public one.
  const home = environment['GITHUB_ACTIONS'] === 'true' ? job : host === usualHost;
  return { kind: 'github', host, path, job, home, api: told ?? new URL(usual) };
}

function gitlabPlace({ host, path }: RemotePlace, job: boolean, environment: ShellEnvironment): ForgePlace {
  const told = job ? URL.parse(environment['CI_API_V4_URL'] ?? '') : null;
  const named = serverNamed(environment['GITLAB_HOST']);
  const home = job || host === (named === '' ? 'gitlab.com' : named);
  return { kind: 'gitlab', host, path, job, home, api: told ?? new URL(`https://${host}/api/v4`) };
}

/** On GitHub's own machines, for one customer. */
export function isTenant(host: string): boolean {
  return host.endsWith('.ghe.com');
}

/** What a variable such as GH_HOST names, a host or a URL of it; empty: none. */
export function serverNamed(variable: string | undefined): string {
  return (variable ?? '')
    .trim()
    .replace(/^https?:\/\//, '')
    .replace(/\/$/, '')
    .toLowerCase();
}

/** Of `https://host/path.git`, `ssh://git@host/path` and `git@host:path`; a login in it is left out. Undefined: on no server. */
export function remotePlace(remote: string): RemotePlace | undefined {
  const short = /^(?:[\w.-]+@)?([A-Za-z0-9.-]+):(?!\/)(.+)$/.exec(remote);
  const url = URL.parse(remote);
  const isUrl = url !== null && ['https:', 'http:', 'ssh:'].includes(url.protocol);
  // The port of ssh is not that of the interface.
  const host = isUrl ? (url.protocol === 'ssh:' ? url.hostname : url.host) : short?.[1];
  const path = (isUrl ? url.pathname : (short?.[2] ?? '')).replace(/^\/+/, '').replace(/(?:\.git)?\/*$/, '');
  if (host === undefined || !/^[\w.-]+(?:\/[\w.-]+)+$/.test(path)) return undefined;
  return { host: host.toLowerCase(), path };
}

import type { SourceChange } from '../../model/change.ts';

/** What an image says of itself: its labels, and what its manifest says over them. */
export type SelfDescription = Readonly<Record<string, string>>;

const keys = {
  source: 'org.opencontainers.image.source',
  revision: 'org.opencontainers.image.revision',
  baseName: 'org.opencontainers.image.base.name',
  baseDigest: 'org.opencontainers.image.base.digest',
} as const;

/**
 * Where two images come from, where both say it and it differs (image-spec, "Pre-Defined Annotation Keys"). The link is made
 * only for hosts whose pages are known, and only of what a commit and a repository may be made of.
 */
export function sourceChange(
  baseline: SelfDescription,
  candidate: SelfDescription,
): SourceChange | undefined {
  const [from, to] = [baseline[keys.revision], candidate[keys.revision]];
  const base = baseChange(baseline, candidate);
  const moved = from !== to && from !== undefined && to !== undefined;
  if (!moved && base === undefined) return undefined;
  const [before, repository] = [baseline[keys.source], candidate[keys.source]];
  const link = moved && before === repository ? compareLink(repository, from, to) : undefined;
  return { repository, from, to, link, base };
}

function baseChange(baseline: SelfDescription, candidate: SelfDescription): SourceChange['base'] {
  const [from, to] = [baseline, candidate].map((each) => each[keys.baseDigest]);
  return from === to ? undefined : { from: named(baseline), to: named(candidate) };
}

function named(image: SelfDescription): string | undefined {
  const digest = image[keys.baseDigest];
  const name = image[keys.baseName];
  return digest === undefined ? name : `${name === undefined ? '' : `${name}@`}${digest}`;
}

const commit = /^[0-9a-f]{7,64}$/u;

function compareLink(repository: string | undefined, from: string, to: string): string | undefined {
  if (repository === undefined || !commit.test(from) || !commit.test(to) || !URL.canParse(repository))
    return undefined;
  const { protocol, host, pathname, username, password, search, hash } = new URL(repository);
  if (protocol !== 'https:' || `${username}${password}${search}${hash}` !== '') return undefined;
  const path = pathname.replace(/\/$/u, '').replace(/\.git$/u, '');
  if (!/^(?:\/[\w.~-]+){2,10}$/u.test(path)) return undefined;
  const page = pageFor(host);
  return page === undefined ? undefined : `https://${host}${path}${page(from, to)}`;
}

function pageFor(host: string): ((from: string, to: string) => string) | undefined {
  if (host === 'github.com' || host === 'codeberg.org' || host === 'gitea.com')
    return (from, to) => `/compare/${from}...${to}`;
  if (host === 'gitlab.com' || host.startsWith('gitlab.')) return (from, to) => `/-/compare/${from}...${to}`;
  // Bitbucket names the newer one first.
  if (host === 'bitbucket.org') return (from, to) => `/branches/compare/${to}..${from}`;
  return undefined;
}

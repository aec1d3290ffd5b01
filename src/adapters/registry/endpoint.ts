import { isIP } from 'node:net';
import { Failure } from '../../base/failure.ts';
import { redactUrl } from '../../base/redact.ts';
import { classifyAddress, hostname } from './address.ts';

/** Where a registry is spoken to, and where else it may send us. */
export interface Endpoint {
  /** As it stands in references: `docker.io`, `localhost:5000`. */
  readonly registry: string;
  /** `https://registry-1.docker.io` */
  readonly origin: URL;
  /** Hosts that belong to the registry although they are called otherwise; spoken to by https only. */
  readonly companions: ReadonlySet<string>;
}

/** What a person says of the registries that they use. */
export interface RegistrySettings {
  /** Registries that speak plain http although they are not on this machine. */
  readonly insecure?: readonly string[];
  /** More hosts that a registry may name as its token service or for uploads. */
  readonly companions?: Readonly<Record<string, readonly string[]>>;
}

const hosts: ReadonlyMap<string, string> = new Map([['docker.io', 'registry-1.docker.io']]);

/** Token services of public registries that lie on another host. Each stands in the registry's own documentation. */
const wellKnownCompanions: ReadonlyMap<string, readonly string[]> = new Map([
  ['docker.io', ['auth.docker.io']],
  ['registry.gitlab.com', ['gitlab.com']],
  ['docker.elastic.co', ['docker-auth.elastic.co']],
  ['registry.digitalocean.com', ['api.digitalocean.com']],
  ['lscr.io', ['ghcr.io']],
]);

export function endpointOf(registry: string, settings: RegistrySettings = {}): Endpoint {
  const host = hosts.get(registry) ?? registry;
  const plain = isLoopbackHost(host) || settings.insecure?.includes(registry) === true;
  return {
    registry,
    origin: new URL(`${plain ? 'http' : 'https'}://${host}`),
    companions: new Set([
      ...(wellKnownCompanions.get(registry) ?? []),
      ...(settings.companions?.[registry] ?? []),
    ]),
  };
}

/** `localhost` and the loopback addresses, with or without a port. */
function isLoopbackHost(host: string): boolean {
  const name = hostname(new URL(`http://${host}`));
  return name === 'localhost' || (isIP(name) !== 0 && classifyAddress(name) === 'loopback');
}

/**
 * The place of a token service that a challenge names. It gets to see the login, so it must be the registry's:
 * https (unless the registry itself is http), the registry's host, or one on its list.
 * @throws Failure `registry-untrusted`
 */
export function checkRealm(endpoint: Endpoint, realm: string): URL {
  const refuse = (why: string): Failure => untrusted(endpoint, 'asks for a login at', realm, why);
  const url = parseUrl(realm, undefined, refuse);
  if (url.protocol === 'http:' && endpoint.origin.protocol === 'http:') {
    // On one machine another port is another service, so the port counts as well.
    if (url.host === endpoint.origin.host) return url;
    throw refuse('is another host than the registry');
  }
  if (url.protocol !== 'https:') throw refuse('is not https');
  if (endpoint.origin.protocol === 'https:' && url.hostname === endpoint.origin.hostname) return url;
  if (endpoint.companions.has(url.host)) return url;
  throw refuse('is another host than the registry');
}

/**
 * Where an upload goes on (`Location`) or a list continues (`Link`): those requests carry our token.
 * @throws Failure `registry-untrusted`
 */
export function checkLocation(endpoint: Endpoint, from: URL, location: string): URL {
  const refuse = (why: string): Failure => untrusted(endpoint, 'sends us on to', location, why);
  const url = parseUrl(location, from, refuse);
  if (url.origin === endpoint.origin.origin) return url;
  if (url.protocol === 'https:' && endpoint.companions.has(url.host)) return url;
  throw refuse(
    url.host === endpoint.origin.host ? 'changes the protocol' : 'is another host than the registry',
  );
}

/**
 * Where content is read instead: registries hand out blobs from storage hosts. The digest proves what comes from there,
 * and nobody but the registry itself gets to see our token.
 * @throws Failure `registry-untrusted`
 */
export function checkRedirect(endpoint: Endpoint, from: URL, location: string): URL {
  const refuse = (why: string): Failure => untrusted(endpoint, 'redirects to', location, why);
  const url = parseUrl(location, from, refuse);
  if (url.protocol === 'https:') return url;
  if (url.protocol !== 'http:') throw refuse('is not https');
  if (from.protocol === 'http:' && url.origin === endpoint.origin.origin) return url;
  throw refuse(from.protocol === 'https:' ? 'leads from https to http' : 'is another host over plain http');
}

function parseUrl(text: string, base: URL | undefined, refuse: (why: string) => Failure): URL {
  const url = URL.parse(text, base?.href);
  if (url === null) throw refuse('is not a URL');
  if (url.username !== '' || url.password !== '') throw refuse('holds a login');
  return url;
}

function untrusted(endpoint: Endpoint, does: string, target: string, why: string): Failure {
  const url = URL.parse(target, endpoint.origin.href);
  const place = url === null ? JSON.stringify(target.slice(0, 200)) : redactUrl(url);
  return new Failure(
    'registry-untrusted',
    `${endpoint.registry} ${does} ${place}, which ${why}; it was not followed`,
    {
      hint: 'Nothing was sent there. Ask who runs the registry whether this is its own service.',
    },
  );
}

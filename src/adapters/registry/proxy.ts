import { BlockList, isIP } from 'node:net';
import { unescape } from 'node:querystring';
import { Failure } from '../../base/failure.ts';
import { classifyAddress, hostname } from './address.ts';

/** The variables that programs agree on; empty: not set. */
export interface ProxyVariables {
  /** For https. */
  readonly https: string;
  /** For plain http. */
  readonly http: string;
  /** Hosts that are spoken to directly, by commas: names, `.suffix`, `host:port`, addresses, nets, or `*`. */
  readonly except: string;
}

export const noProxies: ProxyVariables = { https: '', http: '', except: '' };

/**
 * The proxy that stands between us and a URL; undefined: none. As Go's programs read the variables, which docker, podman
 * and skopeo are: this machine is never asked for by a proxy, and a name in `except` stands for its subdomains too.
 * @throws Failure `registry-unreachable` when a variable holds no URL of a proxy
 */
export function proxyFor(variables: ProxyVariables, url: URL): URL | undefined {
  const [name, written] =
    url.protocol === 'https:'
      ? (['HTTPS_PROXY', variables.https] as const)
      : (['HTTP_PROXY', variables.http] as const);
  if (written === '' || isExcepted(variables.except, url)) return undefined;
  const proxy = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(written) ? written : `http://${written}`);
  if (proxy !== null && (proxy.protocol === 'http:' || proxy.protocol === 'https:') && proxy.hostname !== '')
    return proxy;
  // Not the value: it may hold a password.
  throw new Failure('registry-unreachable', `${name} does not hold the URL of an http or https proxy`, {
    hint: `Set ${name} to a URL such as http://proxy.example.org:3128, or unset it.`,
  });
}

export function proxyRefuses(): Failure {
  return new Failure('registry-unreachable', 'the proxy refuses to connect', {
    hint: 'Check HTTPS_PROXY, its login, and what the proxy allows; NO_PROXY names hosts that are reached without it.',
  });
}

/** The header by which the proxy knows who we are; none where its URL names nobody. */
export function proxyLogin({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === '' && password === '') return {};
  const login = Buffer.from(`${unescape(username)}:${unescape(password)}`).toString('base64');
  return { 'proxy-authorization': `Basic ${login}` };
}

function isExcepted(except: string, url: URL): boolean {
  const host = hostname(url);
  if (host === 'localhost' || (isIP(host) !== 0 && classifyAddress(host) === 'loopback')) return true;
  const port = url.port === '' ? { 'https:': '443', 'http:': '80' }[url.protocol] : url.port;
  return except
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .some((entry) => entry !== '' && matches(entry, host, port ?? ''));
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  const net = /^([0-9a-f.:]+)\/([0-9]{1,3})$/.exec(entry);
  if (net !== null) return isIP(host) !== 0 && isInNet(host, net[1] ?? '', Number(net[2]));
  const [, name = entry, wanted] = /^(\[[0-9a-f:]+\]|[^:]*):([0-9]{1,5})$/.exec(entry) ?? [];
  if (wanted !== undefined && wanted !== port) return false;
  const plain = name.replace(/^\[(.*)\]$/, '$1').replace(/^\*(?=\.)/, '');
  if (plain.startsWith('.')) return host.endsWith(plain);
  return host === plain || (isIP(plain) === 0 && host.endsWith(`.${plain}`));
}

function isInNet(address: string, net: string, prefix: number): boolean {
  const family = isIP(net);
  if (family === 0 || family !== isIP(address) || prefix > (family === 4 ? 32 : 128)) return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(net, prefix, type);
  return list.check(address, type);
}

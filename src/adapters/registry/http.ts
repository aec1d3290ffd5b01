import { lookup as lookUp, type LookupAddress, type LookupOptions } from 'node:dns';
import { lookup as lookUpAll } from 'node:dns/promises';
import type { Agent, RequestOptions } from 'node:http';
import { isIP, type LookupFunction } from 'node:net';
import type { Clock } from '../../base/clock.ts';
import { Failure } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import { AddressGuard, hostname } from './address.ts';
import { Agents } from './agents.ts';
import { Answer } from './answer.ts';
import { explainBreak, type Broken } from './break.ts';
import { exchange } from './exchange.ts';
import { Pace, type HttpTimes } from './pace.ts';
import { noProxies, proxyFor, proxyLogin, proxyRefuses, type ProxyVariables } from './proxy.ts';

export interface HttpOptions {
  readonly times: HttpTimes;
  readonly clock: Clock;
  readonly proxies?: ProxyVariables | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | AsyncIterable<Uint8Array> | undefined;
  /** `registry`: the registry itself. `elsewhere`: where it sent us; the address is checked before connecting. */
  readonly to: 'registry' | 'elsewhere';
  /** For people: which registry and repository, and what for. */
  readonly what: string;
}

/** How one exchange ended. Nothing was tried twice. */
export type Sent = { readonly kind: 'answered'; readonly answer: Answer } | Broken;

/** Where a request goes first. */
interface Way {
  readonly isSecure: boolean;
  readonly options: Pick<RequestOptions, 'agent' | 'host' | 'port' | 'path'>;
  /** Beside those of the request. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** One exchange at a time with one registry: connects, sends, and waits, each within its limit. Follows nothing. */
export class Http {
  readonly #options: HttpOptions;
  readonly #guard = new AddressGuard();
  readonly #registry = new Agents();
  readonly #elsewhere = new Agents(guardedLookup(this.#guard));
  readonly #tunnels = new Map<string, Agent>();

  constructor(options: HttpOptions) {
    this.#options = options;
  }

  async send(request: HttpRequest): Promise<Sent> {
    const { times, clock, signal, proxies = noProxies } = this.#options;
    const { method, url, headers, body, to } = request;
    const proxy = proxyFor(proxies, url);
    const what = proxy === undefined ? request.what : `${request.what}, through the proxy ${proxy.host}`;
    const pace = new Pace(times, clock);
    try {
      const { isSecure, options, headers: more } = await this.#way(request, proxy);
      const answered = await exchange({
        options: {
          ...options,
          method,
          headers: { 'user-agent': 'lockkeeper', ...headers, ...more },
        },
        isSecure,
        body: body === undefined ? undefined : inPieces(body),
        ...{ pace, times, signal },
        onConnected: ({ remoteAddress }) => {
          if (proxy === undefined && to === 'registry' && remoteAddress !== undefined)
            this.#guard.remember(remoteAddress);
        },
      });
      const answer = new Answer(answered, { pace, what, signal, idleMs: times.idleMs });
      if (proxy === undefined || answer.status !== 407) return { kind: 'answered', answer };
      answer.discard();
      throw proxyRefuses();
    } catch (error) {
      return explainBreak(error, what, signal);
    }
  }

  close(): void {
    for (const agents of [this.#registry, this.#elsewhere, ...this.#tunnels.values()]) agents.destroy();
  }

  /** A proxy looks names up by itself. Where a registry sends us inward is refused before it is asked, as far as we can tell. */
  async #way({ to, url }: HttpRequest, proxy: URL | undefined): Promise<Way> {
    const isSecure = url.protocol === 'https:';
    const [host, path] = [hostname(url), `${url.pathname}${url.search}`];
    if (proxy === undefined) {
      // An address in the place of a name is never looked up.
      if (to === 'elsewhere' && isIP(host) !== 0 && !this.#guard.allows(host)) throw inward(host, host);
      const agents = to === 'registry' ? this.#registry : this.#elsewhere;
      return { isSecure, options: { agent: await agents.get(isSecure), host, path, ...portOf(url) } };
    }
    if (to === 'elsewhere') await checkOutward(this.#guard, host);
    if (isSecure)
      return { isSecure, options: { agent: await this.#tunnel(proxy), host, path, ...portOf(url) } };
    const overTls = proxy.protocol === 'https:';
    const agent = await this.#registry.get(overTls);
    const headers = { host: url.host, ...proxyLogin(proxy) };
    const whole = `${url.origin}${path}`;
    const options = { agent, host: hostname(proxy), path: whole, ...portOf(proxy) };
    return { isSecure: overTls, options, headers };
  }

  async #tunnel(proxy: URL): Promise<Agent> {
    const { TunnelAgent } = await import('./tunnel.ts');
    const { times, signal } = this.#options;
    const known =
      this.#tunnels.get(proxy.href) ?? new TunnelAgent(proxy, { answerMs: times.connectMs, signal });
    this.#tunnels.set(proxy.href, known);
    return known;
  }
}

function portOf({ port }: URL): { readonly port?: string } {
  return port === '' ? {} : { port };
}

/** A large piece in small ones, so that a slow peer shows that it takes something. */
async function* inPieces(body: Uint8Array | AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (!(body instanceof Uint8Array)) {
    yield* body;
    return;
  }
  for (let at = 0; at < body.length; at += limits.filePieceBytes)
    yield body.subarray(at, at + limits.filePieceBytes);
}

/** A name that cannot be looked up here may be known to the proxy, outside. @throws Failure `registry-untrusted` */
async function checkOutward(guard: AddressGuard, host: string): Promise<void> {
  const found =
    isIP(host) === 0
      ? await lookUpAll(host, { all: true }).catch(() => [])
      : [{ address: host, family: isIP(host) }];
  const refused = refusedAddress(guard, host, found);
  if (refused !== undefined) throw refused;
}

function guardedLookup(guard: AddressGuard): LookupFunction {
  return (host, options, callback) => {
    const all: LookupOptions & { readonly all: true } = { ...options, all: true };
    lookUp(host, all, (error, addresses) => {
      const fault = error ?? refusedAddress(guard, host, addresses);
      const [first] = addresses ?? [];
      if (fault !== undefined || first === undefined) callback(fault ?? inward(host, 'nowhere'), []);
      else if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

function refusedAddress(
  guard: AddressGuard,
  host: string,
  addresses: readonly LookupAddress[],
): Failure | undefined {
  const refused = addresses.find(({ address }) => !guard.allows(address));
  return refused === undefined ? undefined : inward(host, refused.address);
}

function inward(host: string, address: string): Failure {
  const where = host === address ? address : `${host} (${address})`;
  return new Failure(
    'registry-untrusted',
    `it sends us to ${where}, which is inside of a network and not the registry's own`,
    {
      hint: 'Nothing was sent there. Ask who runs the registry whether this is its own service.',
    },
  );
}

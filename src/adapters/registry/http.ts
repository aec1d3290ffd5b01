import { lookup as lookUp, type LookupAddress, type LookupOptions } from 'node:dns';
import { lookup as lookUpAll } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { Readable } from 'node:stream';
import { Agent, buildConnector, errors, Pool, ProxyAgent, type Dispatcher } from 'undici';
import type { Clock } from '../../base/clock.ts';
import { Failure } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import { AddressGuard, hostname } from './address.ts';
import { Answer } from './answer.ts';
import { Deadline } from './deadline.ts';
import { explainBreak, type Broken } from './break.ts';
import { Pace, type HttpTimes } from './pace.ts';
import { explainProxy, noProxies, proxyFor, type ProxyVariables } from './proxy.ts';

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

/** One exchange at a time with one registry: connects, sends, and waits, each within its limit. Follows nothing. */
export class Http {
  readonly #options: HttpOptions;
  readonly #registry: Agent;
  readonly #elsewhere: Agent;
  readonly #guard = new AddressGuard();
  readonly #proxied = new Map<string, ProxyAgent>();

  constructor(options: HttpOptions) {
    this.#options = options;
    const { connectMs } = options.times;
    const common = { allowH2: false, keepAliveMaxTimeout: options.times.idleMs, pipelining: 1 } as const;
    this.#registry = new Agent({ ...common, connect: rememberingConnector(this.#guard, connectMs) });
    this.#elsewhere = new Agent({ ...common, connect: guardedConnector(this.#guard, connectMs) });
  }

  async send(request: HttpRequest): Promise<Sent> {
    const { times, clock, signal } = this.#options;
    const { method, url, headers, body } = request;
    const proxy = proxyFor(this.#options.proxies ?? noProxies, url);
    const what = proxy === undefined ? request.what : `${request.what}, through the proxy ${proxy.host}`;
    const deadline = new Deadline();
    const pace = new Pace(times, clock);
    const waitForHeaders = (): void =>
      deadline.start(times.headersMs, () => new errors.HeadersTimeoutError());
    try {
      const dispatcher = await this.#dispatcher(request, proxy);
      // Connecting has a limit of its own; it comes before all else.
      deadline.start(times.connectMs + times.headersMs, () => new errors.HeadersTimeoutError());
      const answer = await dispatcher.request({
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method,
        headers: { 'user-agent': 'lockkeeper', ...headers },
        // The connection is kept after a HEAD too, which has no body (RFC 9110, section 9.3.2).
        ...(method === 'HEAD' ? { reset: false } : {}),
        body: body === undefined ? null : Readable.from(pace.sending(inPieces(body), waitForHeaders)),
        // Each wait has its own limit below.
        headersTimeout: 0,
        bodyTimeout: 0,
        signal: signal === undefined ? deadline.signal : AbortSignal.any([signal, deadline.signal]),
      });
      deadline.stop();
      return {
        kind: 'answered',
        answer: new Answer(answer, { pace, what, signal, deadline, idleMs: times.idleMs }),
      };
    } catch (error) {
      deadline.stop();
      return explainBreak(proxy === undefined ? error : explainProxy(error), what, signal);
    }
  }

  async close(): Promise<void> {
    await Promise.all(
      [this.#registry, this.#elsewhere, ...this.#proxied.values()].map((each) => each.destroy()),
    );
  }

  /** A proxy looks names up by itself. Where a registry sends us inward is refused before it is asked, as far as we can tell. */
  async #dispatcher({ to, url }: HttpRequest, proxy: URL | undefined): Promise<Dispatcher> {
    if (proxy === undefined) return to === 'registry' ? this.#registry : this.#elsewhere;
    if (to === 'elsewhere') await checkOutward(this.#guard, hostname(url));
    const known = this.#proxied.get(proxy.href) ?? proxyAgent(proxy, this.#options.times);
    this.#proxied.set(proxy.href, known);
    return known;
  }
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

function proxyAgent(proxy: URL, { connectMs, headersMs, idleMs }: HttpTimes): ProxyAgent {
  return new ProxyAgent({
    uri: proxy.href,
    allowH2: false,
    pipelining: 1,
    keepAliveMaxTimeout: idleMs,
    connectTimeout: connectMs,
    // The proxy's answer to CONNECT is waited for as any other.
    clientFactory: (origin, options) => new Pool(origin, { ...options, headersTimeout: headersMs }),
  });
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

function rememberingConnector(guard: AddressGuard, timeout: number): buildConnector.connector {
  const connect = buildConnector({ timeout, allowH2: false });
  return (options, callback) =>
    connect(options, (...end) => {
      const address = end[1]?.remoteAddress;
      if (address !== undefined) guard.remember(address);
      callback(...end);
    });
}

function guardedConnector(guard: AddressGuard, timeout: number): buildConnector.connector {
  const connect = buildConnector({ timeout, allowH2: false, lookup: guardedLookup(guard) });
  return (options, callback) => {
    const host = options.hostname.replace(/^\[(.*)\]$/, '$1');
    // An address in the place of a name is never looked up.
    if (isIP(host) !== 0 && !guard.allows(host)) callback(inward(host, host), null);
    else connect(options, callback);
  };
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

import { EnvHttpProxyAgent, request as send, type Dispatcher } from 'undici';
import { jitterMs } from '../../base/backoff.ts';
import type { Clock } from '../../base/clock.ts';
import { describeBreak } from '../../base/connection-break.ts';
import { Failure } from '../../base/failure.ts';
import { throwIfInterrupted } from '../../base/interruption.ts';
import { limits } from '../../base/limits.ts';
import { isLoopbackUrl, sameApi } from './api-url.ts';
import { askedWaitMs } from './rate-limit.ts';

/** What an adapter of a forge gets from its surroundings. */
export interface ForgeSurroundings {
  readonly clock: Clock;
  /** Evenly spread over [0, 1). */
  readonly random: () => number;
  /** URLs of proxies; empty: none. */
  readonly proxies: { readonly https: string; readonly http: string; readonly except: string };
  /** How long one exchange may take, from connecting to the last byte. */
  readonly exchangeMs?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface ExchangeOptions extends ForgeSurroundings {
  /** For people: `GitHub`. */
  readonly peer: string;
  /** Where its interface begins; nothing else gets to see a token. */
  readonly api: URL;
}

export interface ForgeRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: URL;
  /** The token among them; asked for before each try, so that one that ran out is renewed. */
  readonly headers: () => Promise<Readonly<Record<string, string>>>;
  readonly body?: string | undefined;
  /** It says what is to be so: sent twice it does no harm, whatever its method. */
  readonly repeatable?: boolean;
  /** What an answer means where its status does not tell. */
  readonly meaning?: (answer: ForgeAnswer) => ForgeAnswer;
  /** For people: `cannot open a pull request`. */
  readonly what: string;
}

export interface ForgeAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
}

type Tried =
  | { readonly kind: 'answered'; readonly answer: ForgeAnswer }
  | { readonly kind: 'broken'; readonly failure: Failure; readonly again: boolean };

const passing: ReadonlySet<number> = new Set([408, 499, 500, 502, 503, 504, 522]);

/**
 * One exchange at a time with the interface of a forge, each within its limits. The one layer that tries again: what the
 * forge says it has not done (rate limits), and what may be done twice without harm. A POST whose answer got lost is not
 * repeated; whoever runs next looks at what it left.
 */
export class Exchange {
  readonly #options: ExchangeOptions;
  readonly #dispatcher: Dispatcher;
  #quietUntilMs = 0;

  constructor(options: ExchangeOptions) {
    this.#options = options;
    const { http, https, except } = options.proxies;
    this.#dispatcher = new EnvHttpProxyAgent({
      httpProxy: http,
      httpsProxy: https,
      noProxy: isLoopbackUrl(options.api) ? '*' : except,
      connect: { timeout: limits.connectMs },
      headersTimeout: limits.headersMs,
      bodyTimeout: limits.idleMs,
      allowH2: false,
    });
  }

  async close(): Promise<void> {
    await this.#dispatcher.destroy();
  }

  /** Any status but those of passing trouble and of rate limits is an answer. @throws Failure `forge-*` */
  async ask(request: ForgeRequest): Promise<ForgeAnswer> {
    for (let tries = 1; ; tries += 1) {
      await this.#waitUntilQuiet();
      const tried = await this.#follow(request);
      if (tried.kind === 'broken') {
        if (!tried.again || !isRepeatable(request) || tries >= limits.retryTriesMax) throw tried.failure;
        await this.#sleep(jitterMs(tries + 1, this.#options.random));
        continue;
      }
      const answer = request.meaning?.(tried.answer) ?? tried.answer;
      const askedMs = askedWaitMs(answer, this.#options.clock.now());
      if (askedMs !== undefined) await this.#obey(request, askedMs, tries);
      else if (!passing.has(answer.status)) return answer;
      else if (!isRepeatable(request) || tries >= limits.retryTriesMax)
        throw this.#unavailable(request, answer);
      else await this.#sleep(jitterMs(tries + 1, this.#options.random));
    }
  }

  /** A repository that was renamed is answered with a redirect; within the interface it is followed. */
  async #follow(request: ForgeRequest): Promise<Tried> {
    let { url } = request;
    for (let hop = 0; ; hop += 1) {
      const tried = await this.#try({ ...request, url });
      if (tried.kind === 'broken') return tried;
      const { status, headers } = tried.answer;
      if (![301, 302, 303, 307, 308].includes(status)) return tried;
      const location = headers.get('location') ?? '';
      const target = location === '' ? null : URL.parse(location, url.href);
      if (target === null || !sameApi(this.#options.api, target))
        throw this.#failure('forge-untrusted', request, 'sends us to another place; nothing was sent there');
      if (hop === limits.redirectsMax || (request.method !== 'GET' && status < 307))
        throw this.#failure('forge-untrusted', request, `redirects (status ${status}); it was not followed`);
      url = target;
    }
  }

  async #try(request: ForgeRequest): Promise<Tried> {
    const { signal, exchangeMs = limits.forgeExchangeMs } = this.#options;
    const headers = await request.headers();
    throwIfInterrupted(signal);
    const timeout = AbortSignal.timeout(exchangeMs);
    try {
      const {
        statusCode,
        headers: told,
        body,
      } = await send(request.url, {
        dispatcher: this.#dispatcher,
        method: request.method,
        headers: { ...headers },
        body: request.body ?? null,
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      });
      const text = await collect(body);
      if (text === undefined)
        throw this.#failure('forge-answer-invalid', request, 'answers with more than we read');
      const flat = Object.entries(told).map(([name, value]) => [name, [value].flat().join(', ')] as const);
      return { kind: 'answered', answer: { status: statusCode, headers: new Map(flat), text } };
    } catch (error) {
      return this.#explain(error, request, timeout.aborted);
    }
  }

  #explain(error: unknown, request: ForgeRequest, late: boolean): Tried {
    throwIfInterrupted(this.#options.signal);
    if (error instanceof Failure) throw error;
    if (late) {
      const failure = this.#failure('forge-timeout', request, 'did not answer in time', error);
      return { kind: 'broken', failure, again: true };
    }
    const known = describeBreak(error);
    if (known === undefined) throw error;
    const failure = new Failure(
      `forge-${known.kind}`,
      `${this.#options.peer}: ${request.what}: ${known.why}`,
      {
        ...(known.hint === undefined ? {} : { hint: known.hint('forge') }),
        cause: error,
      },
    );
    return { kind: 'broken', failure, again: known.again };
  }

  async #obey(request: ForgeRequest, askedMs: number, tries: number): Promise<void> {
    if (askedMs > limits.retryAfterMsMax || tries >= limits.retryTriesMax) {
      const minutes = Math.max(1, Math.ceil(askedMs / 60_000));
      throw this.#failure('forge-rate-limited', request, `asks to wait for ${minutes} min (rate limit)`);
    }
    const { clock, random } = this.#options;
    this.#quietUntilMs = Math.max(this.#quietUntilMs, clock.monotonicMs() + askedMs);
    await this.#waitUntilQuiet();
    // All that waited for the same instant would come back at the same instant.
    await this.#sleep(random() * limits.retryFirstMs);
  }

  async #waitUntilQuiet(): Promise<void> {
    const restMs = this.#quietUntilMs - this.#options.clock.monotonicMs();
    if (restMs > 0) await this.#sleep(restMs);
  }

  async #sleep(ms: number): Promise<void> {
    await this.#options.clock.sleep(ms, this.#options.signal);
  }

  #unavailable(request: ForgeRequest, { status }: ForgeAnswer): Failure {
    return this.#failure('forge-unavailable', request, `answers with status ${status}`);
  }

  #failure(
    code:
      | 'forge-untrusted'
      | 'forge-unavailable'
      | 'forge-timeout'
      | 'forge-rate-limited'
      | 'forge-answer-invalid',
    { what }: ForgeRequest,
    why: string,
    cause?: unknown,
  ): Failure {
    return new Failure(
      code,
      `${this.#options.peer}: ${what}: it ${why}`,
      cause === undefined ? {} : { cause },
    );
  }
}

function isRepeatable({ method, repeatable = method !== 'POST' }: ForgeRequest): boolean {
  return repeatable;
}

/** Undefined: it is larger than it may be. */
async function collect(body: Dispatcher.ResponseData['body']): Promise<string | undefined> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body) {
    if (!(piece instanceof Uint8Array)) continue;
    size += piece.length;
    if (size > limits.forgeAnswerBytesMax) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

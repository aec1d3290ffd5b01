import { answeredAt, parseRetryAfter } from '../../base/backoff.ts';
import type { Clock } from '../../base/clock.ts';
import { Failure } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import type { Answer } from './answer.ts';
import type { Access, Authenticator } from './authenticate.ts';
import { checkRedirect, type Endpoint } from './endpoint.ts';
import type { Http, HttpRequest, Sent } from './http.ts';
import { Mutex } from './mutex.ts';
import { explainRefusal } from './refusal.ts';
import { isPassing, type Patience, type Tries } from './retry.ts';

export interface RegistryRequest {
  readonly method: HttpRequest['method'];
  /** A path below the registry's origin, or a URL that was checked. */
  readonly url: string | URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** Made anew for each sending. */
  readonly body?: () => Uint8Array | AsyncIterable<Uint8Array>;
  readonly access: Access;
  /** A redirect is an answer, and is not followed. */
  readonly redirectIsAnswer?: boolean;
  /** For people, such as `cannot read manifest stable`. */
  readonly what: string;
}

/** What to do with the end of one try. */
export type Judged =
  | { readonly kind: 'use'; readonly answer: Answer }
  | { readonly kind: 'again'; readonly failure: Failure; readonly askedMs: number | undefined };

/** `bytes` are undefined, and the body unread, where the status is not 200. */
export interface AnsweredBody {
  readonly answer: Answer;
  readonly bytes: Buffer | undefined;
}

export interface RegistryClientOptions {
  readonly endpoint: Endpoint;
  readonly http: Http;
  readonly authenticator: Authenticator;
  readonly patience: Patience;
  readonly clock: Clock;
}

/** Requests to one registry: with login, redirects of reads, and an opinion on what may be tried again. */
export class RegistryClient {
  readonly endpoint: Endpoint;
  readonly clock: Clock;
  readonly #http: Http;
  readonly #authenticator: Authenticator;
  readonly #patience: Patience;
  readonly #turns = new Map<string, Mutex>();

  constructor({ endpoint, http, authenticator, patience, clock }: RegistryClientOptions) {
    this.endpoint = endpoint;
    this.clock = clock;
    this.#http = http;
    this.#authenticator = authenticator;
    this.#patience = patience;
  }

  /** The tries of one piece of work. */
  tries(): Tries {
    return this.#patience.start(this.endpoint.origin.host);
  }

  /**
   * Tries until there is an answer that a caller can use: any status but those of passing trouble and refused access.
   * @throws Failure `registry-*`
   */
  async ask(request: RegistryRequest): Promise<Answer> {
    const tries = this.tries();
    for (;;) {
      await tries.begin();
      const judged = await this.attempt(request);
      if (judged.kind === 'use') return judged.answer;
      await tries.again(judged.failure, judged.askedMs);
    }
  }

  /** Like {@link ask}, with the whole body of a 200, which counts as a part of the try. `tooLarge` makes the error. */
  async askBody(request: RegistryRequest, bytesMax: number, tooLarge: () => Failure): Promise<AnsweredBody> {
    const tries = this.tries();
    for (;;) {
      await tries.begin();
      const judged = await this.attempt(request);
      if (judged.kind === 'again') {
        await tries.again(judged.failure, judged.askedMs);
        continue;
      }
      const { answer } = judged;
      if (answer.status !== 200) return { answer, bytes: undefined };
      const body = await answer.collect(bytesMax);
      if (body.kind === 'bytes') return { answer, bytes: body.bytes };
      if (body.kind === 'too-large') throw tooLarge();
      if (!body.again) throw body.failure;
      await tries.again(body.failure);
    }
  }

  /** Does one piece of work of this name at a time; for what the protocol cannot do in one step. */
  async inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
    const mutex = this.#turns.get(name) ?? new Mutex();
    this.#turns.set(name, mutex);
    return mutex.run(work);
  }

  /** Waits, unless someone interrupts. */
  pause(ms: number): Promise<void> {
    return this.#patience.sleep(ms);
  }

  /** One try. @throws Failure for what no other try would change */
  async attempt(request: RegistryRequest): Promise<Judged> {
    const whole = {
      ...request,
      what: `${this.endpoint.registry}/${request.access.repository}: ${request.what}`,
    };
    return this.#judge(await this.#sendLoggedIn(whole), whole.what);
  }

  /** What a status that no caller understands means. */
  async refusal(answer: Answer, request: Pick<RegistryRequest, 'access' | 'what'>): Promise<Failure> {
    const what = `${this.endpoint.registry}/${request.access.repository}: ${request.what}`;
    return explainRefusal(answer, {
      what,
      registry: this.endpoint.registry,
      secrets: this.#authenticator.secrets,
    });
  }

  async #judge(sent: Sent, what: string): Promise<Judged> {
    if (sent.kind === 'broken') {
      if (!sent.again) throw sent.failure;
      return { kind: 'again', failure: sent.failure, askedMs: undefined };
    }
    const { answer } = sent;
    const { status } = answer;
    if (status === 401 || status === 403) {
      throw await explainRefusal(answer, {
        what,
        registry: this.endpoint.registry,
        secrets: this.#authenticator.secrets,
      });
    }
    if (status !== 429 && !isPassing(status)) return { kind: 'use', answer };
    answer.discard();
    const askedMs = parseRetryAfter(
      answer.header('retry-after'),
      answeredAt(answer.header('date'), this.clock.now()),
    );
    const failure =
      status === 429
        ? new Failure('registry-rate-limited', `${what}: the registry answers 429 (too many requests)`, {
            hint: `Wait a while, or log in for a larger allowance: docker login ${this.endpoint.registry}`,
          })
        : new Failure('registry-unavailable', `${what}: the registry answers with status ${status}`);
    return { kind: 'again', failure, askedMs };
  }

  /** Sends; after a 401 gets one new token and sends once more. */
  async #sendLoggedIn(request: RegistryRequest): Promise<Sent> {
    const { access, what } = request;
    const tried = this.#authenticator.authorization(access);
    const sent = await this.#sendFollowing(request);
    if (sent.kind === 'broken' || sent.answer.status !== 401) return sent;
    sent.answer.discard();
    const header = sent.answer.header('www-authenticate');
    const authorized = await this.#authenticator.answerChallenge({ header, tried }, access, what);
    return authorized.kind === 'authorized' ? this.#sendFollowing(request) : authorized;
  }

  /** Follows the redirects of a GET or HEAD. A login goes to the registry's own origin and nowhere else. */
  async #sendFollowing(request: RegistryRequest): Promise<Sent> {
    const { method, what, headers, body } = request;
    let url = new URL(request.url, this.endpoint.origin);
    for (let hop = 0; ; hop += 1) {
      const home = url.origin === this.endpoint.origin.origin;
      const authorization = home ? this.#authenticator.authorization(request.access) : undefined;
      const sent = await this.#http.send({
        method,
        url,
        headers: { ...headers, ...(authorization === undefined ? {} : { authorization }) },
        body: body?.(),
        to: home ? 'registry' : 'elsewhere',
        what,
      });
      const target =
        sent.kind === 'answered' && request.redirectIsAnswer !== true
          ? redirectTarget(sent.answer)
          : undefined;
      if (sent.kind === 'broken' || target === undefined) return sent;
      sent.answer.discard();
      if (method !== 'GET' && method !== 'HEAD') throw redirectedWrite(what, sent.answer.status);
      if (hop === limits.redirectsMax) throw tooManyRedirects(what);
      url = checkRedirect(this.endpoint, url, target);
    }
  }
}

function redirectTarget(answer: Answer): string | undefined {
  return isRedirect(answer.status) ? (answer.header('location') ?? '') : undefined;
}

export function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

function redirectedWrite(what: string, status: number): Failure {
  return new Failure(
    'registry-untrusted',
    `${what}: the registry redirects a write (status ${status}); it was not followed`,
  );
}

function tooManyRedirects(what: string): Failure {
  return new Failure(
    'registry-untrusted',
    `${what}: the registry redirects more than ${limits.redirectsMax} times`,
  );
}

import type { Clock } from '../../base/clock.ts';
import { Failure } from '../../base/failure.ts';
import type { Credentials, Login } from '../../ports/credentials.ts';
import type { Answer } from './answer.ts';
import type { Broken } from './break.ts';
import { parseChallenges, type Challenge } from './challenge.ts';
import type { Endpoint } from './endpoint.ts';
import type { Http } from './http.ts';
import { basicAuthorization, fetchToken, type TokenOrder } from './token.ts';

/** What a request does, which decides the token that it needs. */
export interface Access {
  readonly repository: string;
  readonly push: boolean;
  /** Takes something away; registries grant that apart from writing. */
  readonly remove?: boolean;
  /** Another repository that is only read: the source of a mount. */
  readonly mountFrom?: string | undefined;
}

/** `authorized`: send the request again. `answered`: the token service says something that is for the caller to judge. */
export type Authorized =
  | { readonly kind: 'authorized' }
  | { readonly kind: 'answered'; readonly answer: Answer }
  | Broken;

export interface AuthenticatorOptions {
  readonly endpoint: Endpoint;
  readonly http: Http;
  readonly credentials: Credentials;
  readonly clock: Clock;
}

/** A 401. */
export interface Refused {
  /** Its `WWW-Authenticate`. */
  readonly header: string | undefined;
  /** The login that was refused; undefined: there was none. */
  readonly tried: string | undefined;
}

interface Held {
  readonly authorization: string;
  readonly expiresAtMs: number;
}

/**
 * Logs in at one registry. What it holds is kept by realm and scope, so a token for one repository never goes out with
 * a request for another one, and it goes to the registry's own origin only (see `RegistryClient`).
 */
export class Authenticator {
  readonly #options: AuthenticatorOptions;
  readonly #held = new Map<string, Held>();
  readonly #underWay = new Map<string, Promise<Authorized>>();
  readonly #secrets = new Set<string>();

  constructor(options: AuthenticatorOptions) {
    this.#options = options;
  }

  /** The header to send, where we already know one. */
  authorization(access: Access): string | undefined {
    const held = this.#held.get(ownScope(access));
    return held === undefined || held.expiresAtMs <= this.#options.clock.monotonicMs()
      ? undefined
      : held.authorization;
  }

  /** All that must never be shown. */
  get secrets(): Iterable<string> {
    return this.#secrets;
  }

  /**
   * Gets what a 401 asks for, once for all requests that wait for the same, whenever each of them learns that it must.
   * @throws Failure `registry-untrusted`, `registry-denied`
   */
  async answerChallenge({ header, tried }: Refused, access: Access, what: string): Promise<Authorized> {
    const now = this.authorization(access);
    if (now !== undefined && now !== tried) return { kind: 'authorized' };
    const scope = ownScope(access);
    const running = this.#underWay.get(scope);
    if (running !== undefined) return running;
    const work = this.#login(parseChallenges(header ?? ''), access, what).finally(() =>
      this.#underWay.delete(scope),
    );
    this.#underWay.set(scope, work);
    return work;
  }

  async #login(challenges: readonly Challenge[], access: Access, what: string): Promise<Authorized> {
    const { endpoint, credentials } = this.#options;
    const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
    const basic = challenges.find(({ scheme }) => scheme === 'basic');
    if (bearer === undefined && basic === undefined) throw deniedWithoutChallenge(what, endpoint.registry);
    const login = await credentials.find(endpoint.registry, access.repository);
    this.#keepSecret(login);
    if (bearer !== undefined) return this.#loginByToken(bearer, login, access, what);
    if (login?.kind !== 'basic') throw loginNeeded(what, endpoint.registry, login);
    this.#hold(access, basicAuthorization(login), Number.POSITIVE_INFINITY);
    return { kind: 'authorized' };
  }

  async #loginByToken(
    challenge: Challenge,
    login: Login | undefined,
    access: Access,
    what: string,
  ): Promise<Authorized> {
    const { endpoint, http, clock } = this.#options;
    const order: TokenOrder = {
      endpoint,
      realm: challenge.parameters.get('realm') ?? '',
      service: challenge.parameters.get('service'),
      scopes: scopesFor(access, challenge.parameters.get('scope')),
      login,
      what,
    };
    const token = await fetchToken(order, http);
    if (token.kind !== 'token') return token;
    this.#secrets.add(token.token);
    this.#hold(access, `Bearer ${token.token}`, clock.monotonicMs() + token.validMs);
    return { kind: 'authorized' };
  }

  #hold(access: Access, authorization: string, expiresAtMs: number): void {
    this.#held.set(ownScope(access), { authorization, expiresAtMs });
  }

  #keepSecret(login: Login | undefined): void {
    if (login === undefined) return;
    this.#secrets.add(login.kind === 'basic' ? login.password : login.token);
    if (login.kind === 'basic') this.#secrets.add(`${login.user}:${login.password}`);
  }
}

function ownScopes({ repository, push, remove, mountFrom }: Access): readonly string[] {
  const actions = ['pull', ...(push ? ['push'] : []), ...(remove === true ? ['delete'] : [])];
  return [
    `repository:${repository}:${actions.join(',')}`,
    ...(mountFrom === undefined ? [] : [`repository:${mountFrom}:pull`]),
  ];
}

function ownScope(access: Access): string {
  return ownScopes(access).join(' ');
}

/**
 * We know what we need, so a registry cannot make us ask for a token over another repository. A scope of another kind
 * (public ECR's `aws`) is its own business and goes along.
 */
function scopesFor(access: Access, asked: string | undefined): readonly string[] {
  const foreign = (asked ?? '')
    .split(/\s+/)
    .filter((scope) => /^[\w.:/*,-]{1,200}$/.test(scope) && !scope.startsWith('repository:'));
  return [...ownScopes(access), ...foreign.slice(0, 4)];
}

function deniedWithoutChallenge(what: string, registry: string): Failure {
  return new Failure('registry-denied', `${what}: ${registry} wants a login but does not say of which kind`);
}

function loginNeeded(what: string, registry: string, login: Login | undefined): Failure {
  const why =
    login === undefined
      ? 'and there is none for it'
      : 'by user and password, and there is only an identity token for it';
  return new Failure('registry-denied', `${what}: ${registry} wants a login, ${why}`, {
    hint: `Run: docker login ${registry}`,
  });
}

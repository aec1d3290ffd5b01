import { Failure } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import { readToken } from '../../model/registry-answer.ts';
import type { Login } from '../../ports/credentials.ts';
import type { Answer } from './answer.ts';
import type { Broken } from './break.ts';
import { checkRealm, type Endpoint } from './endpoint.ts';
import type { Http, HttpRequest } from './http.ts';

export interface TokenOrder {
  readonly endpoint: Endpoint;
  /** As the challenge names it, unchecked. */
  readonly realm: string;
  readonly service: string | undefined;
  readonly scopes: readonly string[];
  readonly login: Login | undefined;
  readonly what: string;
}

export type TokenEnd =
  | { readonly kind: 'token'; readonly token: string; readonly validMs: number }
  | { readonly kind: 'answered'; readonly answer: Answer }
  | Broken;

/**
 * Asks a token service once (distribution's "Token Authentication Specification" and its OAuth2 form). It gets to see the
 * login, so its place is checked, it is asked without following any redirect, and its address is checked on connecting.
 * Answers that may come out otherwise later (429, 5xx) go back to the one who may try again.
 * @throws Failure `registry-untrusted`, `registry-denied`, `registry-refused`
 */
export async function fetchToken(order: TokenOrder, http: Http): Promise<TokenEnd> {
  const url = checkRealm(order.endpoint, order.realm);
  const sent = await http.send(tokenRequest(order, url));
  if (sent.kind === 'broken') return sent;
  const { answer } = sent;
  if (answer.status === 200) return tokenOf(answer, order);
  if (answer.status === 429 || answer.status === 408 || answer.status >= 499) return sent;
  answer.discard();
  throw tokenRefused(order, url, answer.status);
}

export function basicAuthorization(login: { readonly user: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`;
}

function tokenRequest({ service, scopes, login, what }: TokenOrder, realm: URL): HttpRequest {
  const common = { ...(service === undefined ? {} : { service }), client_id: 'lockkeeper' };
  if (login?.kind === 'refresh-token') {
    const form = new URLSearchParams({
      ...common,
      grant_type: 'refresh_token',
      scope: scopes.join(' '),
      refresh_token: login.token,
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
    return { method: 'POST', url: realm, headers, body: Buffer.from(form.toString()), to: 'elsewhere', what };
  }
  const url = new URL(realm);
  for (const [name, value] of Object.entries(common)) url.searchParams.append(name, value);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  const authorization = login === undefined ? {} : { authorization: basicAuthorization(login) };
  return {
    method: 'GET',
    url,
    headers: { accept: 'application/json', ...authorization },
    to: 'elsewhere',
    what,
  };
}

async function tokenOf(answer: Answer, { what }: TokenOrder): Promise<TokenEnd> {
  const body = await answer.collect(limits.answerBytesMax);
  if (body.kind === 'broken') return body;
  const refuse = (): Failure =>
    new Failure('registry-refused', `${what}: the token service answers with something that is no token`);
  if (body.kind === 'too-large') throw refuse();
  // What it holds instead may be a secret, so nothing of it is kept.
  const read = readToken(body.bytes);
  if (read === undefined) throw refuse();
  const seconds = Math.min(
    read.expiresInSeconds === 0
      ? limits.tokenSecondsDefault
      : (read.expiresInSeconds ?? limits.tokenSecondsDefault),
    limits.tokenSecondsMax,
  );
  // However short it lives, it is good for the request that waits for it.
  return {
    kind: 'token',
    token: read.token,
    validMs: Math.max(1, seconds - limits.tokenSecondsMargin) * 1000,
  };
}

function tokenRefused({ endpoint, login, what }: TokenOrder, realm: URL, status: number): Failure {
  if (status >= 300 && status < 400) {
    return new Failure(
      'registry-untrusted',
      `${what}: the token service at ${realm.host} redirects; a login follows no redirect`,
    );
  }
  if (status === 401 || status === 403) {
    const why =
      login === undefined ? 'gives no token without a login' : 'refuses the login that is stored for it';
    return new Failure(
      'registry-denied',
      `${what}: the token service at ${realm.host} ${why} (status ${status})`,
      {
        hint: `Run: docker login ${endpoint.registry}`,
      },
    );
  }
  return new Failure(
    'registry-refused',
    `${what}: the token service at ${realm.host} answers with status ${status}`,
  );
}

import { createPrivateKey, sign, type KeyObject } from 'node:crypto';
import { answeredAt } from '../../../base/backoff.ts';
import type { Clock } from '../../../base/clock.ts';
import { Failure } from '../../../base/failure.ts';
import { jsonOf } from '../../../base/json-path.ts';
import { readGithubApp, readGithubInstallation, readGithubToken } from '../../../model/github-app-answer.ts';
import { apiUrl } from '../api-url.ts';
import type { Exchange, ForgeAnswer, ForgeRequest } from '../exchange.ts';
import { explainGithubRefusal } from './refusal.ts';

/** How we log in to GitHub. `source` names where the secret came from, for hints. */
export type GithubLogin =
  | { readonly kind: 'token'; readonly token: string; readonly source: string }
  | { readonly kind: 'app'; readonly appId: string; readonly privateKey: string; readonly source: string };

type Level = 'read' | 'write';

/** Hands out the token for the next request. */
export interface GithubTokens {
  token(): Promise<string>;
  /** Login name of the App; undefined: this is no App of ours. */
  account(): Promise<string | undefined>;
}

/** The rights that we ask for, as far as the App has them: those of one repository, and no more. */
const wanted: Readonly<Record<string, Level>> = {
  actions: 'write',
  checks: 'write',
  contents: 'write',
  issues: 'write',
  metadata: 'read',
  pull_requests: 'write',
  statuses: 'write',
  workflows: 'write',
};

// GitHub takes ten minutes at most; the clock of either side may be off by one.
const jwtSecondsBefore = 60;
const jwtSecondsAfter = 540;
// Less of a difference explains no refusal.
const jwtSecondsOff = 50;
// A token is renewed before it runs out on its way.
const tokenMsMargin = 5 * 60_000;

export function githubTokens(
  login: GithubLogin,
  context: {
    readonly exchange: Exchange;
    readonly api: URL;
    readonly clock: Clock;
    readonly repository: string;
  },
): GithubTokens {
  if (login.kind === 'app') return new AppTokens(login, context);
  const { token } = login;
  return { token: () => Promise.resolve(token), account: () => Promise.resolve(undefined) };
}

/** An App: a JWT for itself, and from it a token for the installation on our repository (docs.github.com, "Authenticating as a GitHub App installation"). */
class AppTokens implements GithubTokens {
  readonly #login: Extract<GithubLogin, { kind: 'app' }>;
  readonly #context: Parameters<typeof githubTokens>[1];
  readonly #key: KeyObject;
  #kept: { readonly token: string; readonly untilMs: number } | undefined;
  #account: string | undefined;
  /** How far GitHub's clock is ahead of ours, as far as a refusal has shown. */
  #aheadMs = 0;

  constructor(login: Extract<GithubLogin, { kind: 'app' }>, context: Parameters<typeof githubTokens>[1]) {
    this.#login = login;
    this.#context = context;
    this.#key = readKey(login);
  }

  async token(): Promise<string> {
    const nowMs = this.#nowMs();
    if (this.#kept !== undefined && nowMs < this.#kept.untilMs - tokenMsMargin) return this.#kept.token;
    const [owner = '', name] = this.#context.repository.split('/');
    const installation = readGithubInstallation(
      await this.#ask(
        'GET',
        name === undefined ? ['orgs', owner, 'installation'] : ['repos', owner, name, 'installation'],
        'cannot find the installation of the App',
      ),
    );
    const path = ['app', 'installations', installation.id, 'access_tokens'];
    const what = 'cannot get a token for the App';
    // Of an organisation nothing but names is asked.
    const order =
      name === undefined
        ? { permissions: { metadata: 'read' } }
        : { repositories: [name], permissions: lowerOf(wanted, installation.permissions) };
    const made = readGithubToken(await this.#ask('POST', path, what, order));
    this.#kept = { token: made.token, untilMs: Date.parse(made.expires_at) };
    return made.token;
  }

  async account(): Promise<string> {
    this.#account ??= `${readGithubApp(await this.#ask('GET', ['app'], 'cannot read the App')).slug}[bot]`;
    return this.#account;
  }

  async #ask(method: 'GET' | 'POST', path: readonly string[], what: string, body?: object): Promise<unknown> {
    const request: ForgeRequest = {
      method,
      url: apiUrl(this.#context.api, path),
      headers: () => Promise.resolve({ ...githubHeaders, authorization: `Bearer ${this.#jwt()}` }),
      body: body === undefined ? undefined : JSON.stringify(body),
      what,
    };
    let answer = await this.#context.exchange.ask(request);
    // A JWT by a wrong clock is of the future, or has run out: then GitHub's own counts.
    if (answer.status === 401 && this.#isOff(answer)) answer = await this.#context.exchange.ask(request);
    const data = jsonOf(answer.text);
    if (answer.status < 300) return data;
    throw explainGithubRefusal({ ...answer, data, what, source: this.#login.source });
  }

  #nowMs(): number {
    return this.#context.clock.now().getTime() + this.#aheadMs;
  }

  /** Whether the clock of who answers is another one than we went by; from now on we go by that. */
  #isOff({ headers }: ForgeAnswer): boolean {
    const ours = this.#context.clock.now();
    const aheadMs = answeredAt(headers.get('date'), ours).getTime() - ours.getTime();
    const isOff = Math.abs(aheadMs - this.#aheadMs) >= jwtSecondsOff * 1000;
    if (isOff) this.#aheadMs = aheadMs;
    return isOff;
  }

  /** RFC 7515 and 7519, RS256. */
  #jwt(): string {
    const now = Math.floor(this.#nowMs() / 1000);
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = { iat: now - jwtSecondsBefore, exp: now + jwtSecondsAfter, iss: this.#login.appId };
    const signed = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
    return `${signed}.${sign('sha256', Buffer.from(signed), this.#key).toString('base64url')}`;
  }
}

/** The lower level of each right: who asks for more than the App has gets no token at all. */
function lowerOf(
  asked: Readonly<Record<string, Level>>,
  has: Readonly<Record<string, unknown>>,
): Readonly<Record<string, Level>> {
  return Object.fromEntries(
    Object.entries(asked)
      .filter(([right]) => has[right] !== undefined)
      .map(([right, level]) => [right, has[right] === 'read' ? 'read' : level]),
  );
}

/** What GitHub asks each client to send. */
export const githubHeaders: Readonly<Record<string, string>> = {
  accept: 'application/vnd.github+json',
  'content-type': 'application/json; charset=utf-8',
  'user-agent': 'lockkeeper',
  'x-github-api-version': '2022-11-28',
};

/** @throws Failure `forge-denied`; nothing of the key is shown */
function readKey({
  privateKey,
  source,
}: {
  readonly privateKey: string;
  readonly source: string;
}): KeyObject {
  try {
    // Secrets of CI systems often hold `\n` in place of line ends.
    const key = createPrivateKey(privateKey.replaceAll(String.raw`\n`, '\n'));
    if (key.asymmetricKeyType === 'rsa') return key;
  } catch {
    // Its message may quote the key; what to do is the same for all causes.
  }
  throw new Failure('forge-denied', `${source} does not hold the private key of a GitHub App`, {
    hint: 'It is the whole .pem file that GitHub hands out under "Private keys" in the settings of the App.',
  });
}

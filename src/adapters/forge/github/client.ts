import { Octokit } from '@octokit/core';
import { isFailure, Failure } from '../../../base/failure.ts';
import { invariant } from '../../../base/invariant.ts';
import { jsonOf } from '../../../base/json-path.ts';
import { nextPage } from '../../../base/link.ts';
import { limits } from '../../../base/limits.ts';
import type { AnswerReader } from '../../../model/forge-answer.ts';
import {
  readGithubGraphql,
  readGithubRepository,
  type GithubRepository,
} from '../../../model/github-answer.ts';
import { askedOnce } from '../asked-once.ts';
import { Exchange, type ForgeAnswer, type ForgeSurroundings } from '../exchange.ts';
import { githubHeaders, githubTokens, type GithubLogin, type GithubTokens } from './login.ts';
import { explainGithubRefusal } from './refusal.ts';

export interface GithubOptions extends ForgeSurroundings {
  /** `https://api.github.com`, or `https://HOST/api/v3` of an enterprise server. */
  readonly api: URL;
  /** `owner/name`; `owner` alone for what is asked of an organisation. */
  readonly repository: string;
  readonly login: GithubLogin;
  /** `owner/name` of the fork that our branch lies in; undefined: it lies in the repository itself. */
  readonly fork?: string | undefined;
}

interface GithubResponse {
  readonly status: number;
  readonly headers: { readonly link?: string | undefined };
  readonly data: unknown;
}

/** What every call hands to Octokit: it builds and checks requests, and we send them. */
export interface GithubCall {
  readonly owner: string;
  readonly repo: string;
  readonly request: { readonly fetch: (url: string, init: unknown) => Promise<Response> };
}

type Send = (octokit: Octokit, call: GithubCall) => Promise<GithubResponse>;

/**
 * Requests to one repository on GitHub. Octokit knows the routes and their parameters; our exchange sends, waits, tries
 * again and adds the token, so that nothing leaves without our limits and no token goes elsewhere.
 */
export class GithubClient {
  /** The repository as it is called by now: GitHub answers to the name that it had before, too. */
  readonly home: () => Promise<GithubRepository>;
  /** The fork that our branch lies in, likewise; undefined: it lies in the repository itself. */
  readonly fork: (() => Promise<GithubRepository>) | undefined;
  readonly #options: GithubOptions;
  readonly #exchange: Exchange;
  readonly #tokens: GithubTokens;
  readonly #octokit: Octokit;

  constructor(options: GithubOptions) {
    const { api, clock, repository, login } = options;
    this.#options = options;
    const { fork } = options;
    this.home = askedOnce(() => this.#readRepository('cannot read the repository', repository));
    this.fork =
      fork === undefined ? undefined : askedOnce(() => this.#readRepository('cannot read the fork', fork));
    this.#exchange = new Exchange({ ...options, peer: 'GitHub' });
    this.#tokens = githubTokens(login, { exchange: this.#exchange, api, clock, repository });
    const quiet = (): void => undefined;
    this.#octokit = new Octokit({
      baseUrl: api.href.replace(/\/$/, ''),
      userAgent: 'lockkeeper',
      log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    });
  }

  close(): Promise<void> {
    return this.#exchange.close();
  }

  /** For git, too. @throws Failure `forge-*` */
  token(): Promise<string> {
    return this.#tokens.token();
  }

  /** The App's login name; undefined where we are no App. */
  appAccount(): Promise<string | undefined> {
    return this.#tokens.account();
  }

  /**
   * One request. `what` says what cannot be done when it fails, such as `cannot open a pull request`.
   * @throws Failure `forge-*`
   */
  async ask<T>(what: string, send: Send, read: AnswerReader<T>): Promise<T> {
    const { data } = await this.#send(what, send);
    return this.#read(what, read, data);
  }

  /** One mutation that says what is to be so, and may be sent twice. @throws Failure `forge-*` */
  async graphql(what: string, query: string, variables: Readonly<Record<string, string>>): Promise<void> {
    const url = graphqlUrl(this.#options.api);
    const send: Send = (octokit, { request }) =>
      octokit.request(`POST ${url}`, { request, query, variables });
    await this.ask(what, send, () => undefined);
  }

  /** All pages of a list. `page` counts from 1. */
  async pages<T>(
    what: string,
    send: (
      octokit: Octokit,
      call: GithubCall,
      page: { page: number; per_page: number },
    ) => Promise<GithubResponse>,
    read: AnswerReader<readonly T[]>,
    pagesMax: number = limits.forgePagesMax,
  ): Promise<readonly T[]> {
    const all: T[] = [];
    for (let page = 1; page <= pagesMax; page += 1) {
      const { data, headers } = await this.#send(what, (octokit, call) =>
        send(octokit, call, { page, per_page: 100 }),
      );
      all.push(...this.#read(what, read, data));
      if (nextPage(headers.link) === undefined) return all;
    }
    throw new Failure(
      'forge-answer-invalid',
      `GitHub: ${what}: the list has more than ${all.length} entries`,
    );
  }

  #readRepository(what: string, name: string): Promise<GithubRepository> {
    const [owner = '', repo = ''] = name.split('/');
    return this.ask(
      what,
      (octokit, { request }) => octokit.request('GET /repos/{owner}/{repo}', { request, owner, repo }),
      readGithubRepository,
    );
  }

  /** GraphQL answers 200 to what it refuses: as REST would have answered. */
  #graphqlMeaning(what: string, answer: ForgeAnswer): ForgeAnswer {
    if (answer.status !== 200) return answer;
    const refusal = this.#read(what, readGithubGraphql, jsonOf(answer.text));
    if (refusal === undefined) return answer;
    const { status, message } = refusal;
    return { ...answer, status, text: JSON.stringify({ message }) };
  }

  #read<T>(what: string, read: AnswerReader<T>, data: unknown): T {
    try {
      return read(data);
    } catch (error) {
      if (!isFailure(error)) throw error;
      const { code, hint, message } = error;
      throw new Failure(code, `GitHub: ${what}: ${message}`, hint === undefined ? {} : { hint });
    }
  }

  async #send(what: string, send: Send): Promise<GithubResponse> {
    const [owner = '', repo = ''] = this.#options.repository.split('/');
    const fetch = (url: string, init: unknown): Promise<Response> => this.#fetch(what, url, init);
    try {
      return await send(this.#octokit, { owner, repo, request: { fetch } });
    } catch (error) {
      // Octokit wraps what its fetch throws.
      const cause: unknown = error instanceof Error ? error.cause : undefined;
      throw cause instanceof Failure ? cause : error;
    }
  }

  async #fetch(what: string, url: string, init: unknown): Promise<Response> {
    invariant(typeof init === 'object' && init !== null, 'Octokit says how to send');
    const { method, body } = readInit(init);
    const answer = await this.#exchange.ask({
      method,
      url: new URL(url),
      headers: async () => ({ ...githubHeaders, authorization: `Bearer ${await this.#tokens.token()}` }),
      body,
      what,
      ...(url === graphqlUrl(this.#options.api) && {
        repeatable: true,
        meaning: (told) => this.#graphqlMeaning(what, told),
      }),
    });
    const { status, headers, text } = answer;
    if (status >= 400) {
      const { source } = this.#options.login;
      throw explainGithubRefusal({ status, headers, data: jsonOf(text), what, source });
    }
    const kept = ['content-type', 'link'].flatMap((name) => {
      const value = headers.get(name);
      return value === undefined ? [] : [[name, value] as const];
    });
    const none = status === 204 || status === 205 || status === 304;
    return new Response(none ? null : text, { status, headers: Object.fromEntries(kept) });
  }
}

/** `https://api.github.com/graphql`, or `https://HOST/api/graphql` beside `/api/v3`. */
function graphqlUrl(api: URL): string {
  const path = api.pathname.replace(/\/$/, '').replace(/\/api\/v3$/, '/api');
  return new URL(`${path}/graphql`, api).href;
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

function readInit(init: object): { method: (typeof methods)[number]; body: string | undefined } {
  const method = methods.find((each) => 'method' in init && init.method === each);
  invariant(method !== undefined, 'Octokit sends by a method that we know');
  return { method, body: 'body' in init && typeof init.body === 'string' ? init.body : undefined };
}

import { Failure, isFailure, type FailureCode } from '../../../base/failure.ts';
import { jsonOf } from '../../../base/json-path.ts';
import { nextPage } from '../../../base/link.ts';
import { limits } from '../../../base/limits.ts';
import { clip, visibleLine } from '../../../base/text.ts';
import type { AnswerReader } from '../../../model/forge-answer.ts';
import { readGitlabProject, readGitlabRefusal, type GitlabProject } from '../../../model/gitlab-answer.ts';
import { apiUrl } from '../api-url.ts';
import { askedOnce } from '../asked-once.ts';
import { Exchange, type ForgeAnswer, type ForgeRequest, type ForgeSurroundings } from '../exchange.ts';

/** `job`: the token of a CI job, which may read and report little, and open nothing. */
export interface GitlabLogin {
  readonly kind: 'job' | 'access';
  readonly token: string;
  /** Where it came from, for hints. */
  readonly source: string;
}

export interface GitlabOptions extends ForgeSurroundings {
  /** `https://gitlab.com/api/v4` */
  readonly api: URL;
  /** `group/subgroup/name` */
  readonly project: string;
  readonly login: GitlabLogin;
  /** Path of the fork that our branch lies in; undefined: it lies in the project itself. */
  readonly fork?: string | undefined;
}

export interface GitlabAsk {
  readonly method: ForgeRequest['method'];
  /** Below the project, or below the interface where it begins with `/`. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string | number>>;
  readonly body?: object;
  /** `cannot open a merge request` */
  readonly what: string;
}

const codes: ReadonlyMap<number, FailureCode> = new Map([
  [401, 'forge-denied'],
  [403, 'forge-denied'],
  [404, 'forge-missing'],
  [409, 'forge-conflict'],
]);

// The most that it gives.
const pageSize = 100;

/** Requests to one project on GitLab. */
export class GitlabClient {
  readonly #options: GitlabOptions;
  readonly #exchange: Exchange;
  /** The project that our branch lies in, where that is another one. */
  readonly fork: () => Promise<GitlabProject | undefined>;
  /** The path of the project, or its number. */
  #place: string;

  constructor(options: GitlabOptions) {
    this.#options = options;
    this.#exchange = new Exchange({ ...options, peer: 'GitLab' });
    this.#place = options.project;
    this.fork = askedOnce(() => this.#readFork());
  }

  close(): Promise<void> {
    return this.#exchange.close();
  }

  project(): Promise<GitlabProject> {
    return this.ask({ method: 'GET', path: [], what: 'cannot read the project' }, readGitlabProject);
  }

  async #readFork(): Promise<GitlabProject | undefined> {
    if (this.#options.fork === undefined) return undefined;
    const path = ['/', 'projects', this.#options.fork];
    return this.ask({ method: 'GET', path, what: 'cannot read the fork' }, readGitlabProject);
  }

  /** @throws Failure `forge-*` */
  async ask<T>(ask: GitlabAsk, read: AnswerReader<T>): Promise<T> {
    return this.#read(ask.what, read, await this.#send(ask));
  }

  async pages<T>(
    ask: GitlabAsk,
    read: AnswerReader<readonly T[]>,
    pagesMax: number = limits.forgePagesMax,
  ): Promise<readonly T[]> {
    const all: T[] = [];
    for (let page = 1; page <= pagesMax; page += 1) {
      const answer = await this.#send({ ...ask, query: { ...ask.query, page, per_page: pageSize } });
      const found = this.#read(ask.what, read, answer);
      all.push(...found);
      if (!this.#goesOn(answer, found.length, ask.what)) return all;
    }
    throw new Failure(
      'forge-answer-invalid',
      `GitLab: ${ask.what}: the list has more than ${all.length} entries`,
    );
  }

  /** docs.gitlab.com/api/rest, "Offset-based pagination"; a proxy may take headers off that it does not know. */
  #goesOn({ headers }: ForgeAnswer, count: number, what: string): boolean {
    const [next, link] = [headers.get('x-next-page'), headers.get('link')];
    if (next !== undefined) return next !== '';
    if (link !== undefined || count < pageSize) return nextPage(link) !== undefined;
    throw new Failure(
      'forge-answer-invalid',
      `GitLab: ${what}: a full page does not tell whether more follow`,
      { hint: 'Let the proxy before the server pass on the headers X-Next-Page and Link.' },
    );
  }

  async #send(ask: GitlabAsk): Promise<ForgeAnswer> {
    const { method, path, query, body, what } = ask;
    const { api, project, login } = this.#options;
    const place = this.#place;
    const whole = path[0] === '/' ? path.slice(1) : ['projects', place, ...path];
    const answer = await this.#exchange.ask({
      method,
      url: apiUrl(api, whole, query),
      headers: () =>
        Promise.resolve({
          accept: 'application/json',
          'content-type': 'application/json',
          'user-agent': 'lockkeeper',
          [login.kind === 'job' ? 'job-token' : 'private-token']: login.token,
        }),
      body: body === undefined ? undefined : JSON.stringify(body),
      what,
    });
    if (answer.status < 300) return answer;
    // docs.gitlab.com/api/rest, "Redirects": what was renamed is read by its old path, and written by its number alone.
    if (answer.status === 405 && path[0] !== '/' && place === project) {
      this.#place = (await this.project()).id;
      return this.#send(ask);
    }
    throw this.#refusal(answer, what);
  }

  #read<T>(what: string, read: AnswerReader<T>, { text }: ForgeAnswer): T {
    try {
      return read(jsonOf(text));
    } catch (error) {
      if (!isFailure(error)) throw error;
      const { code, hint, message } = error;
      throw new Failure(code, `GitLab: ${what}: ${message}`, hint === undefined ? {} : { hint });
    }
  }

  #refusal({ status, text }: ForgeAnswer, what: string): Failure {
    const { kind, source } = this.#options.login;
    const said = clip(visibleLine(readGitlabRefusal(jsonOf(text))), limits.refusalCharsMax);
    const code = codes.get(status) ?? 'forge-refused';
    const hint = hintOf(code, kind, source);
    return new Failure(code, `GitLab: ${what}: status ${status}${said === '' ? '' : `, ${said}`}`, {
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

function hintOf(code: FailureCode, kind: GitlabLogin['kind'], source: string): string | undefined {
  if (code !== 'forge-denied' && code !== 'forge-missing') return undefined;
  return kind === 'job'
    ? `The token of a job may not do this: set GITLAB_TOKEN to a project access token with the role Developer and the scope api.`
    : `Check that the token in ${source} has not expired, is for this project, and has the role Developer and the scope api.`;
}

import { Failure, type FailureCode } from '../../../base/failure.ts';
import { jsonOf } from '../../../base/json-path.ts';
import type { AnswerReader } from '../../../model/forge-answer.ts';
import type { ForgeId } from '../../../model/forge-id.ts';
import { readAzureBuilds, readAzureRun } from '../../../model/outer-run-answer.ts';
import type { OuterRun, StartedRun } from '../../../model/outer-loop.ts';
import { apiUrl } from '../api-url.ts';
import { Exchange, type ForgeSurroundings } from '../exchange.ts';
import type { Starter, StartOrder } from './starter.ts';
import { filledAll } from './texts.ts';

export interface AzureOptions extends ForgeSurroundings {
  /** `https://dev.azure.com/` */
  readonly api: URL;
  readonly token: string;
  /** Where the token came from, for hints. */
  readonly source: string;
}

const version = { 'api-version': '7.1' } as const;

const codes: ReadonlyMap<number, FailureCode> = new Map([
  // Without a valid token it answers 203 with a page for browsers.
  [203, 'forge-denied'],
  [401, 'forge-denied'],
  [403, 'forge-denied'],
  [404, 'forge-missing'],
  [409, 'forge-conflict'],
]);

/** A pipeline of Azure DevOps (learn.microsoft.com/rest/api/azure/devops/pipelines/runs): its answer is the run. */
export class AzurePipelines implements Starter<'azure'> {
  readonly #options: AzureOptions;
  readonly #exchange: Exchange;

  constructor(options: AzureOptions) {
    this.#options = options;
    this.#exchange = new Exchange({ ...options, peer: 'Azure Pipelines' });
  }

  close(): Promise<void> {
    return this.#exchange.close();
  }

  async start(order: StartOrder<'azure'>, known: readonly ForgeId[]): Promise<StartedRun> {
    const there = await this.#find(order);
    const found = there.findLast(({ id }) => !known.includes(id));
    if (found !== undefined) return { kind: 'started', run: found };
    const { by, target } = order;
    const run = await this.#ask('POST', order, ['pipelines', by.pipeline, 'runs'], {
      what: `cannot run pipeline ${by.pipeline}`,
      query: version,
      body: {
        resources: {
          repositories: { self: { refName: `refs/heads/${target.branch}`, version: target.commit } },
        },
        templateParameters: filledAll(by.parameters, target),
      },
      read: readAzureRun,
    });
    return { kind: 'started', run };
  }

  look(order: StartOrder<'azure'>, id: ForgeId): Promise<OuterRun> {
    return this.#ask('GET', order, ['pipelines', order.by.pipeline, 'runs', id], {
      what: `cannot read run ${id}`,
      query: version,
      read: readAzureRun,
    });
  }

  /** Runs tell no commit, builds do; they are the same things under the same numbers. */
  async #find(order: StartOrder<'azure'>): Promise<readonly OuterRun[]> {
    const { by, target } = order;
    const { value } = await this.#ask('GET', order, ['build', 'builds'], {
      what: `cannot list the runs of pipeline ${by.pipeline}`,
      query: {
        ...version,
        definitions: by.pipeline,
        branchName: `refs/heads/${target.branch}`,
        reasonFilter: 'manual',
        $top: 50,
      },
      read: readAzureBuilds,
    });
    return value.filter(({ commit }) => commit === target.commit).map(({ run }) => run);
  }

  async #ask<T>(
    method: 'GET' | 'POST',
    { by }: StartOrder<'azure'>,
    path: readonly (string | number)[],
    ask: {
      readonly what: string;
      readonly query: Readonly<Record<string, string | number>>;
      readonly body?: object;
      readonly read: AnswerReader<T>;
    },
  ): Promise<T> {
    const { api, token } = this.#options;
    const answer = await this.#exchange.ask({
      method,
      url: apiUrl(api, [by.organization, by.project, '_apis', ...path], ask.query),
      headers: () =>
        Promise.resolve({
          accept: 'application/json',
          'content-type': 'application/json',
          'user-agent': 'lockkeeper',
          // A personal token is the password of a login without a name; the token of a job is taken in the same way.
          authorization: `Basic ${Buffer.from(`:${token}`).toString('base64')}`,
        }),
      body: ask.body === undefined ? undefined : JSON.stringify(ask.body),
      what: ask.what,
    });
    if (answer.status < 300 && answer.status !== 203) return ask.read(jsonOf(answer.text));
    throw this.#refusal(answer.status, ask.what);
  }

  #refusal(status: number, what: string): Failure {
    const code = codes.get(status) ?? 'forge-refused';
    const hint = `Check the token in ${this.#options.source}: it needs the scope "Build (read & execute)".`;
    return new Failure(
      code,
      `Azure Pipelines: ${what}: status ${status}`,
      code === 'forge-denied' || code === 'forge-missing' ? { hint } : {},
    );
  }
}

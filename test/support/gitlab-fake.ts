import type {
  MemoryForgeWorld,
  WorldCheck,
  WorldPullRequest,
  WorldText,
  WorldThread,
} from '../../src/adapters/forge/memory-world.ts';
import { isFailure } from '../../src/base/failure.ts';
import type { CheckState } from '../../src/model/check.ts';
import { answer, startFaultServer, type FaultServer, type SeenRequest } from './fault-server.ts';
import { gitlabShapes, type GitlabRouteName } from './gitlab-shapes.ts';
import { given, list, object, texts } from './json-parts.ts';

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

interface Asked {
  readonly path: readonly string[];
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface GitlabFake {
  readonly server: FaultServer;
  readonly url: URL;
  readonly token: string;
  /** Pipelines that were started, by id. */
  readonly pipelines: Map<number, { readonly commit: string; status: string }>;
  /** Pipelines on merges of merge requests, in the order in which they were started. Their jobs are checks of their commit. */
  readonly merges: GitlabMerge[];
  /** The project asks for a whole pipeline. */
  wholePipeline: boolean;
  /** It takes an order for a pipeline, and makes one of another commit. */
  misses: boolean;
  /** What is answered before anything is looked at; undefined: the request is done. */
  rule: (
    request: SeenRequest,
  ) => (Reply & { readonly headers?: Readonly<Record<string, string>> }) | undefined;
  /** Paths that projects had before, and their numbers. */
  readonly renamed: Map<string, 7 | 8>;
  /** Stops, and throws when a request or an answer was not as GitLab publishes it. */
  stop(): Promise<void>;
}

/** A pipeline on a commit that GitLab made by merging the head of a merge request. */
export interface GitlabMerge {
  readonly mergeRequest: number;
  readonly kind: 'merge' | 'train';
  readonly commit: string;
  /** The target, or the train before it; then the head. */
  readonly parents: readonly string[];
  readonly status: string;
  readonly project?: 7 | 8;
}

const account = 'lockkeeper[bot]';
const forkPath = 'robot/project';
const made = '2026-11-21T00:00:00.000Z';
const site = 'https://gitlab.example.org/team/project';
const told: Readonly<Record<CheckState, string>> = {
  running: 'running',
  passed: 'success',
  failed: 'failed',
  neutral: 'skipped',
  errored: 'canceled',
};

/**
 * A GitLab on loopback before a world.
 * @param follow makes the world what is so by now, before each request
 */
export async function startGitlabFake(
  world: MemoryForgeWorld,
  follow: () => void = () => undefined,
): Promise<GitlabFake> {
  world.bodyCharsMax = 1_048_576;
  const violations: string[] = [];
  const check = (
    name: string,
    shape: { safeParse(value: unknown): { error?: Error | undefined } },
    value: unknown,
  ): void => {
    const { error } = shape.safeParse(value);
    if (error !== undefined) violations.push(`${name}: ${error.message}`);
  };
  const server = await startFaultServer((request, response) => {
    const url = new URL(request.url, 'http://localhost');
    const path = url.pathname.split('/').slice(3).map(decodeURIComponent);
    const name = routeOf(request.method, path);
    follow();
    const ruled = fake.rule(request);
    if (ruled !== undefined) return answer(response, ruled.status, ruled.headers, JSON.stringify(ruled.body));
    if (name === undefined || request.headers['private-token'] !== fake.token) {
      const status = name === undefined ? 404 : 401;
      return answer(
        response,
        status,
        {},
        JSON.stringify({ message: `${status} ${request.method} ${url.pathname}` }),
      );
    }
    const now = path[0] === 'projects' ? fake.renamed.get(path[1] ?? '') : undefined;
    // docs.gitlab.com/api/rest, "Redirects".
    if (now !== undefined && request.method !== 'GET')
      return answer(
        response,
        405,
        {},
        '{"message": "405 Non GET methods are not allowed for moved projects"}',
      );
    if (now !== undefined) {
      const place = ['', 'api', 'v4', 'projects', now, ...path.slice(2).map(encodeURIComponent)].join('/');
      return answer(response, 301, { location: new URL(`${place}${url.search}`, fake.url).href });
    }
    const asked = {
      path,
      query: Object.fromEntries(url.searchParams),
      body: request.body.length === 0 ? undefined : JSON.parse(request.body.toString()),
    } satisfies Asked;
    check(`${name} query`, gitlabShapes[name].query, asked.query);
    check(`${name} body`, gitlabShapes[name].body, asked.body);
    const reply = attempt(() => routes[name](world, asked, fake));
    if (reply.status < 300) check(`${name} answer`, gitlabShapes[name].answer, reply.body);
    const { body, next } = cut(reply.body, asked.query);
    return answer(response, reply.status, { 'x-next-page': next }, JSON.stringify(body));
  });
  const fake: GitlabFake = {
    server,
    url: new URL(`http://${server.host}/api/v4`),
    token: 'glpat-canary0123456789',
    pipelines: new Map(),
    merges: [],
    renamed: new Map(),
    wholePipeline: false,
    misses: false,
    rule: () => undefined,
    async stop() {
      await server.stop();
      if (violations.length > 0) throw new Error([...new Set(violations)].join('\n'));
    },
  };
  return fake;
}

const patterns: readonly (readonly [string, RegExp, GitlabRouteName])[] = [
  ['GET', /^user$/, 'user'],
  ['GET', /^projects \S+$/, 'project'],
  ['GET', /^groups \S+ projects$/, 'list group projects'],
  ['GET', /^projects \S+ merge_requests$/, 'list merge requests'],
  ['POST', /^projects \S+ merge_requests$/, 'create merge request'],
  ['GET', /^projects \S+ merge_requests \d+$/, 'get merge request'],
  ['PUT', /^projects \S+ merge_requests \d+$/, 'update merge request'],
  ['GET', /^projects \S+ merge_requests \d+ notes$/, 'list notes'],
  ['POST', /^projects \S+ (?:merge_requests|issues) \d+ notes$/, 'create note'],
  ['PUT', /^projects \S+ merge_requests \d+ notes \d+$/, 'update note'],
  ['GET', /^projects \S+ issues$/, 'list issues'],
  ['POST', /^projects \S+ issues$/, 'create issue'],
  ['PUT', /^projects \S+ issues \d+$/, 'update issue'],
  ['GET', /^projects \S+ merge_requests \d+ pipelines$/, 'list merge request pipelines'],
  ['GET', /^projects \S+ repository commits \w+$/, 'get commit'],
  ['GET', /^projects \S+ repository commits \w+ statuses$/, 'list statuses'],
  ['POST', /^projects \S+ statuses \w+$/, 'set status'],
  ['POST', /^projects \S+ pipeline$/, 'create pipeline'],
  ['GET', /^projects \S+ pipelines$/, 'list pipelines'],
  ['GET', /^projects \S+ pipelines \d+$/, 'get pipeline'],
];

function routeOf(method: string, path: readonly string[]): GitlabRouteName | undefined {
  const written = path.join(' ');
  return patterns.find(([verb, pattern]) => verb === method && pattern.test(written))?.[2];
}

function attempt(work: () => Reply): Reply {
  try {
    return work();
  } catch (error) {
    if (!isFailure(error)) throw error;
    const statuses: Readonly<Record<string, number>> = {
      'forge-denied': 403,
      'forge-missing': 404,
      'forge-conflict': 409,
    };
    return { status: statuses[error.code] ?? 400, body: { message: [error.message] } };
  }
}

const ok = (body: unknown): Reply => ({ status: 200, body });
const created = (body: unknown): Reply => ({ status: 201, body });
const split = (text: string | undefined): readonly string[] =>
  (text ?? '').split(',').filter((each) => each !== '');

const routes: Readonly<
  Record<GitlabRouteName, (world: MemoryForgeWorld, asked: Asked, fake: GitlabFake) => Reply>
> = {
  user: () => ok(userOf(account)),
  project: (world, { path }, fake) =>
    ok({
      id: isFork(path) ? 8 : 7,
      description: null,
      name: 'project',
      path_with_namespace: isFork(path) ? forkPath : world.repository,
      created_at: made,
      default_branch: world.defaultBranch,
      web_url: site,
      visibility: 'private',
      only_allow_merge_if_pipeline_succeeds: fake.wholePipeline,
    }),
  'list group projects': (world, { path, query }) =>
    ok(
      world.repositories
        .filter(
          ({ name, sharedWith }) =>
            name.startsWith(`${path[1]}/`) || (sharedWith === path[1] && query['with_shared'] !== 'false'),
        )
        .filter(({ archived }) => query['archived'] === undefined || query['archived'] === String(archived))
        .map(({ name, archived }, id) => ({
          ...{ id, description: null, name, path_with_namespace: name, created_at: made, archived },
          ...{ default_branch: 'main', web_url: site, visibility: 'private', empty_repo: false },
        })),
    ),
  'list merge requests': (world, { query }) => {
    const all = [...world.pullRequests.values()].filter(
      (one) => one.head === query['source_branch'] && (query['state'] === 'all' || one.state === 'open'),
    );
    return ok(all.toReversed().map(mergeRequestOf));
  },
  'create merge request': (world, { path, body }) => {
    const order = texts(body, 'source_branch', 'target_branch', 'title', 'description', 'labels');
    const one = world.openPullRequest({
      author: account,
      ...(path[1] === '8' && object(body)['target_project_id'] === 7 ? { fork: 'robot' } : {}),
      head: order.source_branch,
      base: order.target_branch,
      body: order.description,
      ...titleFrom(order.title),
    });
    world.label(one.number, { add: split(order.labels) });
    return created(mergeRequestOf(one));
  },
  'get merge request': (world, { path }) => ok(mergeRequestOf(world.pullRequest(Number(path[3])))),
  'update merge request': (world, { path, body }) => {
    const {
      title,
      description,
      add_labels: add,
      remove_labels: remove,
    } = given(body, 'title', 'description', 'add_labels', 'remove_labels');
    const number = Number(path[3]);
    world.editPullRequest(number, {
      ...(title === undefined ? {} : titleFrom(title)),
      ...(description === undefined ? {} : { body: description }),
    });
    world.label(number, { add: split(add), remove: split(remove) });
    return ok(mergeRequestOf(world.pullRequest(number)));
  },
  'list notes': (world, { path }) => ok(world.pullRequest(Number(path[3])).comments.map(noteOf)),
  'create note': (world, { path, body }) =>
    created(noteOf(world.addComment(Number(path[3]), account, texts(body, 'body').body))),
  'update note': (world, { path, body }) =>
    ok(noteOf(world.editComment(Number(path[5]), texts(body, 'body').body))),
  'list issues': (world, { query }) =>
    ok(
      [...world.issues.values()]
        .filter(({ state, labels }) => state === 'open' && labels.has(query['labels'] ?? ''))
        .map(issueOf),
    ),
  'create issue': (world, { body }) => {
    const { title, description, labels } = texts(body, 'title', 'description', 'labels');
    const one = world.openIssue({ author: account, title, body: description });
    world.label(one.number, { add: split(labels) });
    return created(issueOf(one));
  },
  'update issue': (world, { path, body }) => {
    const { title, description, state_event: event } = given(body, 'title', 'description', 'state_event');
    const one = world.editIssue(Number(path[3]), {
      ...(title === undefined ? {} : { title }),
      ...(description === undefined ? {} : { body: description }),
      ...(event === 'close' ? { state: 'closed' as const } : {}),
    });
    return ok(issueOf(one));
  },
  'list merge request pipelines': (_world, { path }, fake) =>
    ok(
      [...fake.merges.entries()]
        .filter(([, { mergeRequest }]) => mergeRequest === Number(path[3]))
        .map(([index, merge]) => mergePipelineOf(900 + index, merge))
        .toReversed(),
    ),
  'get commit': (_world, { path }, fake) => {
    const found = fake.merges.find(
      ({ commit, project = 7 }) => commit === path[4] && (project === 8) === (path[1] === '8'),
    );
    return found === undefined
      ? { status: 404, body: { message: '404 Commit Not Found' } }
      : ok(commitOf(found));
  },
  'list statuses': (world, { path }, fake) => {
    const commit = path[4] ?? '';
    const there = path[1] === '8';
    const all = world.checks.get(commit)?.filter(({ by }) => (by === 'fork') === there);
    const known = [...world.branches.values(), ...fake.merges.map((merge) => merge.commit)];
    if (all === undefined && !known.includes(commit))
      return { status: 404, body: { message: '404 Commit Not Found' } };
    return ok((all ?? []).map((one) => statusOf(one, commit)));
  },
  'set status': (world, { path, body }) => {
    const { state, name, description } = texts(body, 'state', 'name', 'description');
    const commit = path[3] ?? '';
    const known = (world.checks.get(commit) ?? []).find((each) => each.name === name);
    if (known !== undefined && told[known.state] === state)
      return { status: 400, body: { message: `Cannot transition status via :run from :${state}` } };
    const [found = 'errored'] = (['running', 'passed', 'failed'] as const).filter(
      (each) => told[each] === state,
    );
    const url = given(body, 'target_url')['target_url'];
    const check = {
      kind: 'status',
      name,
      by: '',
      state: found,
      title: description,
      summary: '',
      url,
    } as const;
    return created(statusOf(world.reportAsAccount(commit, check), commit));
  },
  'create pipeline': (world, { query, body }, fake) => {
    const commit = world.branches.get(query['ref'] ?? '');
    if (commit === undefined) return { status: 400, body: { message: { base: ['Reference not found'] } } };
    if (list(body, 'variables').length === 0) return { status: 400, body: { message: 'no variables' } };
    const id = 500 + fake.pipelines.size;
    if (fake.misses) return created(pipelineOf(id, 'e'.repeat(40), 'created'));
    fake.pipelines.set(id, { commit, status: 'created' });
    return created(pipelineOf(id, commit, 'created'));
  },
  'list pipelines': (_world, { query }, fake) =>
    ok(
      [...fake.pipelines]
        .filter(([, { commit }]) => commit === query['sha'])
        .map(([id, { commit, status }]) => pipelineOf(id, commit, status))
        .toReversed(),
    ),
  'get pipeline': (_world, { path }, fake) => {
    const found = fake.pipelines.get(Number(path[3]));
    if (found === undefined) return { status: 404, body: { message: '404 Not found' } };
    return ok(pipelineOf(Number(path[3]), found.commit, found.status));
  },
};

/** One page of a list. */
function cut(body: unknown, query: Readonly<Record<string, string>>): { body: unknown; next: string } {
  if (!Array.isArray(body)) return { body, next: '' };
  const [size, page] = [Number(query['per_page'] ?? 20), Number(query['page'] ?? 1)];
  const more = body.length > size * page;
  return { body: body.slice((page - 1) * size, page * size), next: more ? String(page + 1) : '' };
}

function titleFrom(title: string): { title: string; draft: boolean } {
  return title.startsWith('Draft: ') ? { title: title.slice(7), draft: true } : { title, draft: false };
}

function isFork([, project]: readonly string[]): boolean {
  return project === forkPath || project === '8';
}

function userOf(username: string): unknown {
  return {
    id: 1,
    username,
    name: username,
    state: 'active',
    avatar_url: null,
    web_url: 'https://gitlab.example.org/x',
  };
}

function mergeRequestOf(one: WorldPullRequest): unknown {
  return {
    id: 1000 + one.number,
    iid: one.number,
    project_id: 7,
    title: one.draft ? `Draft: ${one.title}` : one.title,
    description: one.body,
    state: one.state === 'open' ? 'opened' : one.state,
    created_at: made,
    target_branch: one.base,
    source_branch: one.head,
    author: userOf(one.author),
    source_project_id: one.fork === undefined ? 7 : one.fork === 'robot' ? 8 : 9,
    target_project_id: 7,
    labels: [...one.labels],
    draft: one.draft,
    work_in_progress: one.draft,
    sha: one.commit,
    web_url: `${site}/-/merge_requests/${one.number}`,
  };
}

function noteOf({ id, author, body }: WorldText): unknown {
  const noted = { noteable_type: 'MergeRequest', created_at: made };
  return { id, body, author: userOf(author), system: false, ...noted };
}

function issueOf({ number, title, body, state, labels, author }: WorldThread): unknown {
  return {
    id: 2000 + number,
    iid: number,
    title,
    description: body,
    state: state === 'open' ? 'opened' : 'closed',
    labels: [...labels],
    author: userOf(author),
    web_url: `${site}/-/issues/${number}`,
  };
}

function statusOf({ id, name, state, title, url }: WorldCheck, sha: string): unknown {
  const fixed = { ref: null, allow_failure: false, author: userOf('ci') };
  return { id, sha, status: told[state], name, target_url: url ?? null, description: title, ...fixed };
}

function pipelineOf(id: number, sha: string, status: string): unknown {
  const fixed = { project_id: 7, ref: 'lockkeeper/update', source: 'api' };
  return { id, iid: id, sha, status, web_url: `${site}/-/pipelines/${id}`, ...fixed };
}

function mergePipelineOf(
  id: number,
  { mergeRequest, kind, commit: sha, status, project: owner = 7 }: GitlabMerge,
): unknown {
  const ref = `refs/merge-requests/${mergeRequest}/${kind}`;
  const fixed = { source: 'merge_request_event', created_at: made, updated_at: made };
  return {
    ...{ id, iid: id, project_id: owner, sha, ref, status },
    ...{ web_url: `${site}/-/pipelines/${id}`, ...fixed },
  };
}

function commitOf({ commit: id, parents }: GitlabMerge): unknown {
  const title = `Merge ${parents[1]} into ${parents[0]}`;
  return {
    ...{ id, short_id: id.slice(0, 8), title, message: title, parent_ids: parents },
    ...{ author_name: 'ada', author_email: 'ada@example.org', authored_date: made, committed_date: made },
    web_url: `${site}/-/commit/${id}`,
  };
}

import type { MemoryForgeWorld } from '../../src/adapters/forge/memory-world.ts';
import { refusal, type GithubFake, type GithubReply } from './github-reply.ts';
import {
  nameOf,
  repositoryId,
  pullRequestOf,
  labelsOf,
  commentOf,
  issueOf,
  checkRunOf,
  checkFrom,
  statusOf,
  fromStatus,
  runOf,
} from './github-shapes.ts';
import { first, flag, given, list, object, over, texts } from './json-parts.ts';

export interface GithubRequest {
  readonly world: MemoryForgeWorld;
  readonly fake: GithubFake;
  readonly account: string;
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** A fresh copy of the published example. */
  readonly example: (status: number) => unknown;
}

interface Route {
  /** As the description names it. */
  readonly name: string;
  readonly method: string;
  readonly pattern: RegExp;
  readonly reply: (request: GithubRequest) => GithubReply;
}

function route(name: string, reply: Route['reply']): Route {
  const [method = '', path = ''] = name.split(' ');
  const pattern = path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)');
  return { name, method, pattern: new RegExp(`^${pattern}$`, 'u'), reply };
}

const repo = '/repos/{owner}/{repo}';

/** What the installation of the App was granted. */
const appRights: ReadonlyMap<string, string> = new Map([
  ['checks', 'read'],
  ['contents', 'write'],
  ['metadata', 'read'],
  ['pull_requests', 'write'],
]);

export const githubRoutes: readonly Route[] = [
  route(`GET ${repo}`, ({ world, path, example }) => {
    const name = `${path['owner']}/${path['repo']}`;
    const known = [undefined, ...world.forks.keys()].map((fork) => nameOf(world, fork));
    if (path['owner'] === 'team' && !known.includes(name)) return refusal(404, 'Not Found');
    // The published example lacks what the description asks for.
    const { source: _source, ...whole } = object(example(200));
    const facts = { full_name: name, default_branch: world.defaultBranch, language: null };
    return { status: 200, body: over(whole, { ...facts, id: repositoryId(name) }) };
  }),
  route('GET /orgs/{org}/repos', (request) => {
    const { world, path, example } = request;
    const own = world.repositories.filter(({ name }) => name.startsWith(`${path['org']}/`));
    return page(
      request,
      own.map(({ name, archived, disabled = false }) =>
        over(first(example(200)), { full_name: name, archived, disabled }),
      ),
    );
  }),
  route('GET /orgs/{org}/installation', ({ example }) => ({
    status: 200,
    body: over(example(200), { id: 77, permissions: Object.fromEntries(appRights) }),
  })),
  route(`GET ${repo}/pulls`, listPullRequests),
  route(`POST ${repo}/pulls`, ({ world, account, body, example }) => {
    const { head: place, ...rest } = texts(body, 'head', 'base', 'title', 'body');
    const [head = '', owner] = place.split(':').toReversed();
    const from = given(body, 'head_repo')['head_repo'] ?? `${owner ?? 'team'}/project`;
    const fork = [...world.forks.keys()].find((each) => nameOf(world, each) === from) ?? owner;
    const ours = from === world.repository || fork === undefined;
    const order = { ...rest, ...(ours ? {} : { fork }), head, draft: flag(body, 'draft'), author: account };
    return { status: 201, body: pullRequestOf(world, world.openPullRequest(order), example(201)) };
  }),
  route(`GET ${repo}/pulls/{pull_number}`, ({ world, path, example }) => ({
    status: 200,
    body: pullRequestOf(world, world.pullRequest(Number(path['pull_number'])), example(200)),
  })),
  route(`PATCH ${repo}/pulls/{pull_number}`, ({ world, path, body, example }) => {
    const edited = world.editPullRequest(Number(path['pull_number']), given(body, 'title', 'body', 'base'));
    return { status: 200, body: pullRequestOf(world, edited, example(200)) };
  }),
  route(`POST ${repo}/issues/{issue_number}/labels`, ({ world, path, body, example }) => {
    const number = Number(path['issue_number']);
    world.label(number, { add: list(body, 'labels') });
    return { status: 200, body: labelsOf(world.thread(number), example(200)) };
  }),
  route(`DELETE ${repo}/issues/{issue_number}/labels/{name}`, ({ world, path, example }) => {
    const number = Number(path['issue_number']);
    if (!world.thread(number).labels.has(path['name'] ?? '')) return refusal(404, 'Label does not exist');
    world.label(number, { remove: [path['name'] ?? ''] });
    return { status: 200, body: labelsOf(world.thread(number), example(200)) };
  }),
  route(`GET ${repo}/issues/{issue_number}/comments`, (request) =>
    page(
      request,
      request.world
        .thread(Number(request.path['issue_number']))
        .comments.map((each) => commentOf(each, first(request.example(200)))),
    ),
  ),
  route(`POST ${repo}/issues/{issue_number}/comments`, ({ world, account, path, body, example }) => {
    const made = world.addComment(Number(path['issue_number']), account, texts(body, 'body').body);
    return { status: 201, body: commentOf(made, example(201)) };
  }),
  route(`PATCH ${repo}/issues/comments/{comment_id}`, ({ world, path, body, example }) => ({
    status: 200,
    body: commentOf(world.editComment(Number(path['comment_id']), texts(body, 'body').body), example(200)),
  })),
  route(`GET ${repo}/issues`, (request) => {
    const { world, query } = request;
    const asked = (query['labels'] ?? '').split(',').filter((label) => label !== '');
    const found = [...world.issues.values()].filter(
      ({ state, labels }) =>
        state === (query['state'] ?? 'open') && asked.every((label) => labels.has(label)),
    );
    return page(
      request,
      found.map((each) => issueOf(each, first(request.example(200)))),
    );
  }),
  route(`POST ${repo}/issues`, ({ world, account, body, example }) => {
    const made = world.openIssue({ ...texts(body, 'title', 'body'), author: account });
    world.label(made.number, { add: list(body, 'labels') });
    return { status: 201, body: issueOf(made, example(201)) };
  }),
  route(`PATCH ${repo}/issues/{issue_number}`, ({ world, path, body, example }) => {
    const edit = given(body, 'title', 'body', 'state');
    const state = edit['state'] === 'closed' ? { state: 'closed' as const } : {};
    const edited = world.editIssue(Number(path['issue_number']), {
      ...given(body, 'title', 'body'),
      ...state,
    });
    return { status: 200, body: issueOf(edited, example(200)) };
  }),
  route(`GET ${repo}/commits/{ref}/check-runs`, listCheckRuns),
  route(`GET ${repo}/commits/{ref}/status`, ({ world, path, query, example }) => {
    const all = (world.checks.get(path['ref'] ?? '') ?? []).filter(({ kind }) => kind === 'status');
    const template = object(example(200));
    const { items, headers } = cut(all, query);
    const statuses = items.map((each) => statusOf(each, first(template['statuses'])));
    return { status: 200, body: { ...template, statuses, total_count: all.length }, headers };
  }),
  route(`POST ${repo}/check-runs`, ({ world, fake, account, body, example }) => {
    if (!fake.isApp) return refusal(403, 'You must authenticate via a GitHub App.');
    const made = world.reportAsAccount(texts(body, 'head_sha').head_sha, checkFrom(body, account));
    return { status: 201, body: checkRunOf(made, example(201)) };
  }),
  route(`PATCH ${repo}/check-runs/{check_run_id}`, ({ world, path, account, body, example }) => {
    const found = [...world.checks].find(([, all]) =>
      all.some(({ id }) => id === Number(path['check_run_id'])),
    );
    if (found === undefined) return refusal(404, 'Not Found');
    return {
      status: 200,
      body: checkRunOf(world.reportAsAccount(found[0], checkFrom(body, account)), example(200)),
    };
  }),
  route(`POST ${repo}/statuses/{sha}`, ({ world, path, body, example }) => {
    const { context, state, description } = texts(body, 'context', 'state', 'description');
    const check = {
      name: context,
      by: '',
      title: description,
      summary: '',
      url: given(body, 'target_url')['target_url'],
    };
    world.reportAsAccount(path['sha'] ?? '', { ...check, kind: 'status', state: fromStatus(state) });
    return { status: 201, body: over(example(201), { context, state }) };
  }),
  route(`GET ${repo}/rules/branches/{branch}`, ({ world, path, example }) => {
    const contexts = (world.required.get(path['branch'] ?? '') ?? []).slice(1);
    const parameters = {
      required_status_checks: contexts.map((context) => ({ context })),
      strict_required_status_checks_policy: true,
    };
    const rule = over(first(example(200)), { type: 'required_status_checks', parameters });
    return { status: 200, body: contexts.length === 0 ? [] : [rule] };
  }),
  route(`GET ${repo}/branches/{branch}`, ({ world, path, example }) => {
    const name = path['branch'] ?? '';
    if (!world.branches.has(name)) return refusal(404, 'Branch not found');
    const contexts = (world.required.get(name) ?? []).slice(0, 1);
    const protection = { required_status_checks: { contexts, checks: [], enforcement_level: 'everyone' } };
    return {
      status: 200,
      body: over(example(200), { name, protection: contexts.length === 0 ? {} : protection }),
    };
  }),
  route('GET /user', ({ fake, account, example }) =>
    fake.isApp
      ? refusal(403, 'Resource not accessible by integration')
      : { status: 200, body: over(example(200), { login: account }) },
  ),
  route('GET /app', ({ example }) => ({ status: 200, body: over(example(200), { slug: 'lockkeeper' }) })),
  route(`GET ${repo}/installation`, ({ example }) => ({
    status: 200,
    body: over(example(200), {
      id: 7,
      permissions: Object.fromEntries(appRights),
    }),
  })),
  route('POST /app/installations/{installation_id}/access_tokens', ({ fake, body, example }) => {
    const asked = Object.entries(object(object(body)['permissions']));
    const tooMuch = asked.some(
      ([right, level]) => level !== appRights.get(right) && appRights.get(right) !== 'write',
    );
    return tooMuch
      ? refusal(422, 'The permissions requested are not granted to this installation.')
      : { status: 201, body: over(example(201), { token: fake.token, expires_at: fake.expires }) };
  }),
  route(`POST ${repo}/actions/workflows/{workflow_id}/dispatches`, dispatch),
  route(`GET ${repo}/actions/workflows/{workflow_id}/runs`, ({ fake, query, example }) => {
    const template = object(example(200));
    const found = [...fake.runs].filter(([, { commit }]) => commit === query['head_sha']).toReversed();
    const runs = found.map(([id, run]) => runOf(id, run, first(template['workflow_runs'])));
    return { status: 200, body: { total_count: runs.length, workflow_runs: runs } };
  }),
  route(`GET ${repo}/actions/runs/{run_id}`, ({ fake, path, example }) => {
    const run = fake.runs.get(Number(path['run_id']));
    return run === undefined
      ? refusal(404, 'Not Found')
      : { status: 200, body: runOf(Number(path['run_id']), run, example(200)) };
  }),
];

function dispatch({ world, fake, body, example }: GithubRequest): GithubReply {
  const commit = world.branches.get(texts(body, 'ref').ref);
  if (commit === undefined) return refusal(422, 'No ref found');
  const id = 30_000 + fake.runs.size;
  if (fake.dispatch === 'silent') return { status: 204, body: undefined };
  fake.runs.set(id, { commit, status: 'queued', conclusion: null });
  if (fake.dispatch === 'without details') return { status: 204, body: undefined };
  return { status: 200, body: over(example(200), { workflow_run_id: id }) };
}

function listPullRequests(request: GithubRequest): GithubReply {
  const { world, query, example } = request;
  const [owner, branch] = (query['head'] ?? '').split(':');
  const found = [...world.pullRequests.values()].filter(
    (one) =>
      nameOf(world, one.fork).startsWith(`${owner}/`) &&
      one.head === branch &&
      (one.state === 'open') === (query['state'] === 'open'),
  );
  // A stranger's fork in an organisation of our own name is not told apart by the query; GitHub lists it as well.
  const strangers = [...world.pullRequests.values()].filter(
    (one) =>
      one.fork !== undefined && one.head === branch && (one.state === 'open') === (query['state'] === 'open'),
  );
  const all = [...found, ...strangers].toSorted((one, other) => other.number - one.number);
  return page(
    request,
    all.map((one) => pullRequestOf(world, one, first(example(200)))),
  );
}

function listCheckRuns({ world, path, query, example }: GithubRequest): GithubReply {
  const commit = path['ref'] ?? '';
  const forks = [...world.pullRequests.values()].map((one) => one.commit);
  const known = [...world.branches.values(), ...forks].includes(commit) || world.checks.has(commit);
  if (!known) return refusal(422, `No commit found for SHA: ${commit}`);
  const all = (world.checks.get(commit) ?? []).filter(
    ({ kind, name }) => kind === 'run' && name === (query['check_name'] ?? name),
  );
  const { items, headers } = cut(all, query);
  const runs = items.map((each) => checkRunOf(each, first(object(example(200))['check_runs'])));
  return { status: 200, body: { total_count: all.length, check_runs: runs }, headers };
}

function page(request: GithubRequest, all: readonly unknown[]): GithubReply {
  const { items, headers } = cut(all, request.query);
  return { status: 200, body: items, headers };
}

/** One page, with the `Link` to the next. */
function cut<T>(
  all: readonly T[],
  query: Readonly<Record<string, string>>,
): { items: readonly T[]; headers: Readonly<Record<string, string>> } {
  const [size, number] = [Number(query['per_page'] ?? 30), Number(query['page'] ?? 1)];
  const items = all.slice((number - 1) * size, number * size);
  const more = all.length > number * size;
  return {
    items,
    headers: more ? { link: `<https://api.github.com/x?page=${number + 1}>; rel="next"` } : {},
  };
}

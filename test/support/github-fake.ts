import { createVerify } from 'node:crypto';
import type { MemoryForgeWorld } from '../../src/adapters/forge/memory-world.ts';
import { isFailure } from '../../src/base/failure.ts';
import { answer, startFaultServer, type SeenRequest } from './fault-server.ts';
import { githubRoutes } from './github-routes.ts';
import { refusal, type GithubFake, type GithubReply } from './github-reply.ts';
import { repositoryId } from './github-shapes.ts';
import { PublishedApi } from './published-api.ts';

/** Loaded once: it is 12 MB of JSON. */
const api = new PublishedApi();

const account = 'lockkeeper[bot]';

/**
 * A GitHub on loopback before a world: every request and every answer is held against GitHub's own description.
 * @param follow makes the world what is so by now, before each request
 */
export async function startGithubFake(
  world: MemoryForgeWorld,
  follow: () => void = () => undefined,
): Promise<GithubFake> {
  const violations: string[] = [];
  const handle = (request: SeenRequest): { reply: GithubReply; route: string | undefined } => {
    const url = new URL(request.url, 'http://localhost');
    const body: unknown = request.body.length === 0 ? undefined : JSON.parse(request.body.toString());
    if (url.pathname === '/graphql') return { reply: graphql(world, body), route: undefined };
    const moved = movedTo(fake, request, url);
    if (moved !== undefined) return { reply: moved, route: undefined };
    const pathname = url.pathname.replace(/^\/repositories\/(\d+)/, (whole, id) => {
      const name = [...fake.renamed.values()].find((each) => repositoryId(each) === Number(id));
      return name === undefined ? whole : `/repos/${name}`;
    });
    const found = githubRoutes
      .map((route) => ({ route, match: route.pattern.exec(pathname) }))
      .find(({ route, match }) => match !== null && route.method === request.method);
    if (found === undefined) throw new Error(`no route for ${request.method} ${request.url}`);
    const { route, match } = found;
    const path = Object.fromEntries(
      Object.entries(match?.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]),
    );
    const query = Object.fromEntries(url.searchParams);
    violations.push(...api.requestFaults({ route: route.name, path, query, body }));
    const denied = login(fake, request);
    const example = (status: number): unknown => structuredClone(api.example(route.name, status));
    const work = (): GithubReply => route.reply({ world, fake, account, path, query, body, example });
    return { reply: denied ?? attempt(work), route: route.name };
  };
  const server = await startFaultServer((request, response) => {
    try {
      follow();
      const ruled = fake.rule(request);
      const { reply, route } = ruled === undefined ? handle(request) : { reply: ruled, route: undefined };
      if (route !== undefined) violations.push(...api.answerFaults(route, reply.status, reply.body));
      const text = reply.body === undefined ? '' : JSON.stringify(reply.body);
      return answer(
        response,
        reply.status,
        { 'content-type': 'application/json; charset=utf-8', ...reply.headers },
        text,
      );
    } catch (error) {
      violations.push(String(error));
      return answer(response, 500, {}, '');
    }
  });
  const fake: GithubFake = {
    server,
    url: new URL(`http://${server.host}`),
    token: 'ghs_canary0123456789',
    publicKey: undefined,
    isApp: true,
    expires: '2026-11-21T01:00:00Z',
    runs: new Map(),
    renamed: new Map(),
    dispatch: 'with details',
    rule: () => undefined,
    async stop() {
      await server.stop();
      if (violations.length > 0) throw new Error([...new Set(violations)].join('\n'));
    },
  };
  return fake;
}

function attempt(work: () => GithubReply): GithubReply {
  try {
    return work();
  } catch (error) {
    if (!isFailure(error)) throw error;
    if (error.code === 'forge-denied')
      return refusal(403, 'Resource not accessible by integration', {
        'x-accepted-github-permissions': 'pull_requests=write',
      });
    return refusal(error.code === 'forge-missing' ? 404 : 422, error.message);
  }
}

function login(fake: GithubFake, { url, headers }: SeenRequest): GithubReply | undefined {
  const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
  const asApp = /^\/(?:app(?:\/|$)|(?:repos\/[^/]+|orgs)\/[^/]+\/installation$)/.test(url);
  const right = asApp ? isSigned(token, fake.publicKey) : token === fake.token;
  return right ? undefined : refusal(401, 'Bad credentials');
}

/** A name of before leads to the number of the repository: docs.github.com, "Best practices for using the REST API". */
function movedTo(fake: GithubFake, { method }: SeenRequest, url: URL): GithubReply | undefined {
  const [, name = '', rest = ''] = /^\/repos\/([^/]+\/[^/]+)(.*)$/.exec(url.pathname) ?? [];
  const now = fake.renamed.get(name);
  if (now === undefined) return undefined;
  const location = new URL(`/repositories/${repositoryId(now)}${rest}${url.search}`, fake.url).href;
  return { status: method === 'GET' ? 301 : 307, body: { message: 'Moved' }, headers: { location } };
}

function isSigned(jwt: string, publicKey: string | undefined): boolean {
  const [head = '', claims = '', signature = ''] = jwt.split('.');
  if (publicKey === undefined) return false;
  return createVerify('sha256')
    .update(`${head}.${claims}`)
    .verify(publicKey, Buffer.from(signature, 'base64url'));
}

/** GraphQL has no OpenAPI description: the two mutations that we know (docs.github.com/graphql/reference/mutations), word for word. */
function graphql(world: MemoryForgeWorld, body: unknown): GithubReply {
  const text = JSON.stringify(body);
  const mutation =
    /mutation \(\$id: ID!\) \{ (convertPullRequestToDraft|markPullRequestReadyForReview)\(input: \{ pullRequestId: \$id \}\) \{ pullRequest \{ isDraft \} \} \}/.exec(
      text,
    );
  const number = /"variables":\{"id":"PR_(\d+)"\}/.exec(text);
  if (mutation === null || number === null) throw new Error(`an unknown query: ${text}`);
  try {
    world.editPullRequest(Number(number[1]), { draft: mutation[1] === 'convertPullRequestToDraft' });
  } catch (error) {
    const type = isFailure(error, 'forge-denied') ? 'FORBIDDEN' : 'UNPROCESSABLE';
    return {
      status: 200,
      body: { data: null, errors: [{ type, path: [mutation[1]], message: String(error) }] },
    };
  }
  return { status: 200, body: { data: { [mutation[1] ?? '']: { pullRequest: { isDraft: true } } } } };
}

import assert from 'node:assert/strict';
import { github, order, type GithubGround } from '../../../../test/support/github-ground.ts';
import type { GithubReply } from '../../../../test/support/github-reply.ts';
import { failureOf } from '../../../../test/support/registry-under-test.ts';
import { limits } from '../../../base/limits.ts';
import type { PullRequest } from '../../../model/pull-request.ts';

const graphqlSays = (type: string | undefined, message: string): GithubReply => ({
  status: 200,
  body: { data: null, errors: [{ type, message }] },
});

/** Makes a draft of one that is open, while the first answers of GraphQL are these. */
async function draftAgainst(
  { fake, open }: GithubGround,
  answers: readonly GithubReply[],
): Promise<PullRequest> {
  const forge = open();
  const { id } = await forge.createPullRequest(order);
  const left = [...answers];
  fake.rule = ({ url }) => (url === '/graphql' ? left.shift() : undefined);
  return forge.updatePullRequest(id, { draft: true, body: 'edited' });
}

github('a limit of GraphQL, which it tells with status 200, is waited for', async (ground) => {
  const reset = String(Date.parse('2026-11-21T00:00:00Z') / 1000 + 90);
  const spent = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
  const limited = { ...graphqlSays('RATE_LIMITED', 'API rate limit exceeded'), headers: spent };
  const secondary = graphqlSays(undefined, 'You have exceeded a secondary rate limit.');
  const { draft } = await draftAgainst(ground, [limited, secondary]);
  assert.deepEqual([draft, ground.world.pullRequest(1).draft], [true, true]);
  const [first, , second] = ground.clock.slept;
  assert.deepEqual([first, second], [91_000, 60_000]);
});

github('GraphQL that has trouble is asked again, and no draft is given up for it', async (ground) => {
  const trouble = graphqlSays(undefined, 'Something went wrong while executing your query.');
  const down = graphqlSays('SERVICE_UNAVAILABLE', 'later');
  assert.equal((await draftAgainst(ground, [trouble, down])).draft, true);
  ground.world.endPullRequest(1, 'closed');
  const failure = await failureOf(
    draftAgainst(
      ground,
      Array.from({ length: limits.retryTriesMax }, () => trouble),
    ),
  );
  assert.equal(failure.code, 'forge-unavailable');
  assert.deepEqual([ground.world.pullRequest(2).draft, ground.world.pullRequest(2).body], [false, '']);
});

github('what GraphQL refuses is refused, and nothing else of the change is made', async (ground) => {
  for (const [type, message, code] of [
    ['UNPROCESSABLE', 'Could not convert', 'forge-refused'],
    ['FORBIDDEN', 'Resource not accessible by integration', 'forge-denied'],
  ] as const) {
    const failure = await failureOf(draftAgainst(ground, [graphqlSays(type, message)]));
    assert.equal(failure.code, code);
    assert.match(failure.message, new RegExp(message));
    const one = [...ground.world.pullRequests.values()].at(-1);
    assert.deepEqual([one?.draft, one?.body], [false, '']);
    ground.world.endPullRequest(one?.number ?? 0, 'closed');
  }
});

github('what is a draft by now needs not be made one', async ({ world, fake, open }) => {
  const forge = open();
  const { id } = await forge.createPullRequest(order);
  fake.rule = ({ url }) => {
    if (url !== '/graphql') return undefined;
    world.editPullRequest(Number(id), { draft: true });
    return graphqlSays('UNPROCESSABLE', 'Pull request is already a draft');
  };
  assert.equal((await forge.updatePullRequest(id, { draft: true })).draft, true);
});

github('a refusal is no word about drafts: what was to be one is not opened ready', async (ground) => {
  const errors = [{ resource: 'PullRequest', field: 'head', code: 'invalid' }];
  let posts = 0;
  ground.fake.rule = ({ method }) =>
    method === 'POST' && (posts += 1) === 1
      ? { status: 422, body: { message: 'Validation Failed', errors } }
      : undefined;
  const forge = ground.open();
  const failure = await failureOf(forge.createPullRequest({ ...order, draft: true }));
  assert.equal(failure.code, 'forge-refused');
  assert.deepEqual([posts, ground.world.pullRequests.size], [1, 0]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '../../../test/support/fake-clock.ts';
import {
  answer,
  reset,
  startFaultServer,
  truncate,
  type FaultServer,
  type Misbehaviour,
} from '../../../test/support/fault-server.ts';
import { failureOf } from '../../../test/support/registry-under-test.ts';
import type { FailureCode } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import type { Forge } from '../../ports/forge.ts';
import { GithubClient } from './github/client.ts';
import { githubForge } from './github/github.ts';
import { GitlabClient } from './gitlab/client.ts';
import { gitlabForge } from './gitlab/gitlab.ts';

const canary = 'ghs_canary0123456789';
const proxies = { http: '', https: '', except: '' };

interface Ground {
  readonly forge: Forge;
  readonly server: FaultServer;
  readonly clock: FakeClock;
}

/** Both forges before a server that does everything wrong. Waits take no time. */
async function against(
  misbehave: Misbehaviour,
  work: (ground: Ground) => Promise<void>,
  exchangeMs = 20_000,
): Promise<void> {
  for (const kind of ['github', 'gitlab'] as const) {
    const server = await startFaultServer(misbehave);
    const clock = new FakeClock();
    const common = {
      clock,
      random: () => 0.999,
      proxies,
      exchangeMs,
      api: new URL(`http://${server.host}/api`),
    };
    const github = new GithubClient({
      ...common,
      repository: 'team/project',
      login: { kind: 'token', token: canary, source: 'GITHUB_TOKEN' },
    });
    const gitlab = new GitlabClient({
      ...common,
      project: 'team/project',
      login: { kind: 'access', token: canary, source: 'GITLAB_TOKEN' },
    });
    try {
      await work({
        server,
        clock,
        forge: kind === 'github' ? githubForge(github) : gitlabForge(gitlab),
      });
    } finally {
      await Promise.all([github.close(), gitlab.close()]);
      await server.stop();
    }
  }
}

const order = { head: 'update', base: 'main', title: 't', body: '', draft: false, labels: [] };
const json = { 'content-type': 'application/json' };

/** How reading and writing end, and how often each was tried. */
const endings: readonly (readonly [string, Misbehaviour, FailureCode, number])[] = [
  ['500', (_, response) => answer(response, 500), 'forge-unavailable', limits.retryTriesMax],
  ['503', (_, response) => answer(response, 503), 'forge-unavailable', limits.retryTriesMax],
  ['a reset', (_, response) => reset(response), 'forge-unreachable', limits.retryTriesMax],
  [
    'a truncated answer',
    (_, response) => truncate(response, Buffer.from('{"id": 1, "name": "project"}'), 9, json),
    'forge-unreachable',
    limits.retryTriesMax,
  ],
  ['garbage', (_, response) => answer(response, 200, json, '{"id": '), 'forge-answer-invalid', 1],
  [
    'a page for browsers',
    (_, response) => answer(response, 200, { 'content-type': 'text/html' }, '<html>'),
    'forge-answer-invalid',
    1,
  ],
  [
    'another shape',
    (_, response) => answer(response, 200, json, '{"id": [], "full_name": {"a": 1}}'),
    'forge-answer-invalid',
    1,
  ],
  ['401', (_, response) => answer(response, 401, json, '{"message": "Bad credentials"}'), 'forge-denied', 1],
  ['403', (_, response) => answer(response, 403, json, '{"message": "no"}'), 'forge-denied', 1],
  ['404', (_, response) => answer(response, 404, json, '{"message": "Not Found"}'), 'forge-missing', 1],
  ['410', (_, response) => answer(response, 410, json, '{"message": "gone"}'), 'forge-refused', 1],
  ['451', (_, response) => answer(response, 451, json, '{}'), 'forge-refused', 1],
  [
    'a redirect to another host',
    (_, response) => answer(response, 302, { location: 'http://127.0.0.2:9/x' }),
    'forge-untrusted',
    1,
  ],
  [
    'a redirect to itself',
    (_, response) => answer(response, 307, { location: '/api/again' }),
    'forge-untrusted',
    limits.redirectsMax + 1,
  ],
  [
    'a redirect with a login',
    (_, response) => answer(response, 302, { location: `http://a:b@${response.req.headers.host}/` }),
    'forge-untrusted',
    1,
  ],
  ['a redirect to nowhere', (_, response) => answer(response, 302), 'forge-untrusted', 1],
];

for (const [what, misbehave, code, tries] of endings) {
  test(`a forge answers with ${what}: ${code}, after ${tries}`, async () => {
    await against(misbehave, async ({ forge, server }) => {
      const failure = await failureOf(forge.facts());
      assert.equal(failure.code, code, failure.message);
      assert.equal(server.seen.length, tries);
      assert.doesNotMatch(`${failure.stack}${failure.hint}${String(failure.cause)}`, /canary/);
    });
  });
}

test('a POST whose answer got lost is not sent again', async () => {
  await against(
    (request, response) => (request.method === 'POST' ? reset(response) : answer(response, 200, json, '[]')),
    async ({ forge, server }) => {
      assert.equal((await failureOf(forge.createPullRequest(order))).code, 'forge-unreachable');
      assert.equal(server.seen.filter(({ method }) => method === 'POST').length, 1);
    },
  );
});

test('another host gets to see nothing, whatever it is sent by', async () => {
  const other = await startFaultServer((_, response) => answer(response, 200, json, '{}'));
  try {
    await against(
      (_, response) => answer(response, 307, { location: `http://${other.host}/steal` }),
      async ({ forge }) => {
        for (const work of [
          () => forge.facts(),
          () => forge.createPullRequest(order),
          () => forge.checks('a'.repeat(40)),
        ])
          assert.equal((await failureOf(work())).code, 'forge-untrusted');
      },
    );
    assert.equal(other.seen.length, 0);
  } finally {
    await other.stop();
  }
});

const now = Date.parse('2026-11-21T00:00:00Z') / 1000;
const secondary = '{"message": "You have exceeded a secondary rate limit. Please wait."}';

/** Rate limits: status, headers, body, and how long the wait is. */
const waits: readonly (readonly [string, number, Readonly<Record<string, string>>, string, number])[] = [
  [
    'a primary limit',
    403,
    { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now + 90) },
    '{}',
    91_000,
  ],
  ['a secondary limit with a time', 403, { 'retry-after': '30' }, secondary, 30_000],
  ['a secondary limit without a time', 403, {}, secondary, 60_000],
  ['429 with a date', 429, { 'retry-after': 'Sat, 21 Nov 2026 00:02:00 GMT' }, '{}', 120_000],
  ['429 with a reset', 429, { 'ratelimit-reset': String(now + 10) }, '{}', 11_000],
  ['429 that says nothing', 429, {}, '{}', 60_000],
  ...(
    [
      ['goes five days after', 5],
      ['goes five days before', -5],
    ] as const
  ).flatMap(([how, days]) => {
    const there = now + days * 86_400;
    const date = new Date(there * 1000).toUTCString();
    const later = new Date((there + 120) * 1000).toUTCString();
    const spent = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(there + 90), date };
    return [
      [`a primary limit whose clock ${how} ours`, 403, spent, '{}', 91_000],
      [
        `429 with a reset, whose clock ${how} ours`,
        429,
        { 'ratelimit-reset': String(there + 10), date },
        '{}',
        11_000,
      ],
      [`429 with a date, whose clock ${how} ours`, 429, { 'retry-after': later, date }, '{}', 120_000],
    ] as const;
  }),
  [
    'a reset that has gone',
    429,
    { 'ratelimit-reset': String(now - 40), date: new Date(now * 1000).toUTCString() },
    '{}',
    60_000,
  ],
  ['a reset in another year', 429, { 'ratelimit-reset': String(now + 400 * 86_400) }, '{}', 60_000],
  [
    'a reset beside a date that is none',
    429,
    { 'ratelimit-reset': String(now + 10), date: 'yesterday' },
    '{}',
    11_000,
  ],
];

for (const [what, status, headers, body, waitMs] of waits) {
  test(`${what} is obeyed, also by a POST, which was not done`, async () => {
    await against(
      (request, response, number) => {
        if (number === 1) return answer(response, status, { ...json, ...headers }, body);
        return answer(response, request.method === 'POST' ? 401 : 200, json, '[]');
      },
      async ({ forge, server, clock }) => {
        assert.equal((await failureOf(forge.createPullRequest(order))).code, 'forge-denied');
        assert.equal(server.seen.length, 2);
        assert.equal(clock.slept[0], waitMs);
      },
    );
  });
}

test('a limit that takes longer than we wait ends the work at once', async () => {
  await against(
    (_, response) => answer(response, 429, { 'retry-after': '3600' }),
    async ({ forge, server, clock }) => {
      assert.equal((await failureOf(forge.facts())).code, 'forge-rate-limited');
      assert.deepEqual([server.seen.length, clock.slept.length], [1, 0]);
    },
  );
});

test('a limit without an end is not waited for without an end', async () => {
  await against(
    (_, response) => answer(response, 429, { 'retry-after': '1' }),
    async ({ forge, server }) => {
      assert.equal((await failureOf(forge.facts())).code, 'forge-rate-limited');
      assert.equal(server.seen.length, limits.retryTriesMax);
    },
  );
});

test('an answer that never ends is cut off', async () => {
  await against(
    (_, response) => {
      response.writeHead(200, json);
      const piece = Buffer.alloc(1024 * 1024, ' ');
      const more = (): void => {
        while (!response.destroyed && response.write(piece));
      };
      response.on('drain', more);
      more();
    },
    async ({ forge }) => {
      assert.equal((await failureOf(forge.facts())).code, 'forge-answer-invalid');
    },
  );
});

test('a forge that never answers is given up', async () => {
  await against(
    () => undefined,
    async ({ forge, clock }) => {
      assert.equal((await failureOf(forge.facts())).code, 'forge-timeout');
      assert.equal(clock.slept.length, limits.retryTriesMax - 1);
    },
    50,
  );
});

test('a list without an end is a failure, and not the part of it that was read', async () => {
  await against(
    (request, response) => {
      const headers = { ...json, link: '<http://localhost/x>; rel="next"', 'x-next-page': '2' };
      const isGithub = request.url.includes('/check-runs');
      return answer(response, 200, headers, isGithub ? '{"check_runs": []}' : '[]');
    },
    async ({ forge, server }) => {
      assert.equal((await failureOf(forge.checks('a'.repeat(40)))).code, 'forge-answer-invalid');
      assert.equal(server.seen.length, limits.forgePagesMax);
    },
  );
});

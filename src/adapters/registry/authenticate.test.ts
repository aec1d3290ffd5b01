import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  answer,
  reset,
  startFaultServer,
  type Misbehaviour,
  type SeenRequest,
} from '../../../test/support/fault-server.ts';
import { against, failureOf } from '../../../test/support/registry-under-test.ts';
import { bytesOf, freshBlob, inPieces, sampleImage } from '../../../test/support/sample-images.ts';
import type { Credentials, Login } from '../../ports/credentials.ts';

const { manifest } = sampleImage();
const found = {
  'content-type': manifest.mediaType,
  'docker-content-digest': manifest.digest,
  'content-length': '1',
};
const blob = freshBlob(10_000);
const password = 'correct horse battery staple';
const ann: Login = { kind: 'basic', user: 'ann', password };
const basic = `Basic ${Buffer.from(`ann:${password}`).toString('base64')}`;

function loginAs(login: Login | undefined): Credentials {
  return { find: () => Promise.resolve(login) };
}

interface TokenService {
  readonly misbehave: Misbehaviour;
  readonly tokenRequests: SeenRequest[];
}

/** A registry that wants a token and a token service on the same host, which counts its tokens. */
function tokenService(
  options: {
    readonly answerToken?: Misbehaviour;
    readonly scope?: string;
    readonly accepts?: (authorization: string) => boolean;
    readonly realm?: string;
  } = {},
): TokenService {
  const tokenRequests: SeenRequest[] = [];
  const misbehave: Misbehaviour = (request, response, number) => {
    if (request.url.startsWith('/token')) {
      tokenRequests.push(request);
      if (options.answerToken !== undefined) return options.answerToken(request, response, number);
      return answer(
        response,
        200,
        {},
        JSON.stringify({ token: `t${tokenRequests.length}`, expires_in: 300 }),
      );
    }
    const authorization = request.headers.authorization ?? '';
    const accepts = options.accepts ?? ((given) => given.startsWith('Bearer t'));
    if (accepts(authorization)) return response.writeHead(200, found).end();
    const realm = options.realm ?? `http://${request.headers.host}/token`;
    const scope = options.scope ?? 'repository:team/ci:pull';
    return answer(response, 401, {
      'www-authenticate': `Bearer realm="${realm}",service="the registry",scope="${scope}"`,
    });
  };
  return { misbehave, tokenRequests };
}

test('a registry that wants a login for itself gets it after it asked, and then at once', async () => {
  const misbehave: Misbehaviour = (request, response) =>
    request.headers.authorization === basic
      ? void response.writeHead(200, found).end()
      : answer(response, 401, { 'www-authenticate': 'Basic realm="Registry"' });
  await against({ misbehave, credentials: loginAs(ann) }, async ({ repository, server }) => {
    await repository.resolve('a');
    await repository.resolve('b');
    assert.deepEqual(
      server.seen.map(({ headers }) => headers.authorization),
      [undefined, basic, basic],
    );
  });
});

test('a registry that wants a login where there is none is a failure with the command to log in', async () => {
  const misbehave: Misbehaviour = (_, response) =>
    answer(response, 401, { 'www-authenticate': 'Basic realm="Registry"' });
  await against({ misbehave }, async ({ repository, server }) => {
    const failure = await failureOf(repository.resolve('a'));
    assert.equal(failure.code, 'registry-denied');
    assert.equal(failure.hint, `Run: docker login ${server.host}`);
    assert.equal(server.seen.length, 1);
  });
});

test('a login that is refused is sent once and not again', async () => {
  const misbehave: Misbehaviour = (_, response) =>
    answer(response, 401, { 'www-authenticate': 'Basic realm="Registry"' });
  await against({ misbehave, credentials: loginAs(ann) }, async ({ repository, server }) => {
    assert.equal((await failureOf(repository.resolve('a'))).code, 'registry-denied');
    assert.equal(server.seen.length, 2);
  });
});

test('an anonymous token is asked for with our own scope and used until it expires', async () => {
  const service = tokenService();
  await against({ misbehave: service.misbehave }, async ({ repository, clock }) => {
    await repository.resolve('a');
    await repository.resolve('b');
    assert.equal(service.tokenRequests.length, 1);
    const url = new URL(service.tokenRequests[0]?.url ?? '', 'http://x');
    assert.equal(url.searchParams.get('service'), 'the registry');
    assert.deepEqual(url.searchParams.getAll('scope'), ['repository:team/ci:pull']);
    assert.equal(service.tokenRequests[0]?.headers.authorization, undefined);
    clock.advance(300_000);
    await repository.resolve('c');
    assert.equal(service.tokenRequests.length, 2);
  });
});

test('the login goes to the token service, and only the token to the registry', async () => {
  const service = tokenService();
  await against(
    { misbehave: service.misbehave, credentials: loginAs(ann) },
    async ({ repository, server }) => {
      await repository.resolve('a');
      assert.equal(service.tokenRequests[0]?.headers.authorization, basic);
      const others = server.seen.filter(({ url }) => !url.startsWith('/token'));
      assert.deepEqual(
        others.map(({ headers }) => headers.authorization),
        [undefined, 'Bearer t1'],
      );
    },
  );
});

test('an identity token is exchanged by POST, and never stands in a URL', async () => {
  const service = tokenService();
  await against(
    {
      misbehave: service.misbehave,
      credentials: loginAs({ kind: 'refresh-token', token: 'refresh-me-please' }),
    },
    async ({ repository, server }) => {
      await repository.resolve('a');
      const [request] = service.tokenRequests;
      assert.equal(request?.method, 'POST');
      const form = new URLSearchParams(request?.body.toString());
      assert.deepEqual(
        [form.get('grant_type'), form.get('refresh_token'), form.get('scope')],
        ['refresh_token', 'refresh-me-please', 'repository:team/ci:pull'],
      );
      assert.ok(server.seen.every(({ url }) => !url.includes('refresh-me-please')));
    },
  );
});

test('a push has a token of its own', async () => {
  const service = tokenService();
  const misbehave: Misbehaviour = (request, response, number) => {
    if (request.headers.authorization?.startsWith('Bearer') !== true || request.url.startsWith('/token'))
      return service.misbehave(request, response, number);
    if (request.method === 'HEAD') return answer(response, 404);
    return answer(response, request.method === 'POST' ? 202 : 201, { location: '/upload' });
  };
  await against({ misbehave }, async ({ repository }) => {
    await repository.hasBlob(blob.descriptor.digest);
    await repository.putBlob(blob.descriptor, () => inPieces(blob.bytes), { mountFrom: 'team/base' });
    const scopes = service.tokenRequests.map(({ url }) =>
      new URL(url, 'http://x').searchParams.getAll('scope'),
    );
    assert.deepEqual(scopes, [
      ['repository:team/ci:pull'],
      ['repository:team/ci:pull,push', 'repository:team/base:pull'],
    ]);
  });
});

test('a registry cannot make us ask for a token over another repository', async () => {
  const service = tokenService({ scope: 'repository:somebody/else:pull,push aws registry:catalog:*' });
  await against({ misbehave: service.misbehave, credentials: loginAs(ann) }, async ({ repository }) => {
    await repository.resolve('a');
    const url = new URL(service.tokenRequests[0]?.url ?? '', 'http://x');
    assert.deepEqual(url.searchParams.getAll('scope'), [
      'repository:team/ci:pull',
      'aws',
      'registry:catalog:*',
    ]);
  });
});

test('a registry that refuses every token gets one new token and then a failure', async () => {
  const service = tokenService({ accepts: () => false });
  await against(
    { misbehave: service.misbehave, credentials: loginAs(ann) },
    async ({ repository, server }) => {
      assert.equal((await failureOf(repository.resolve('a'))).code, 'registry-denied');
      assert.equal(service.tokenRequests.length, 1);
      assert.equal(server.seen.length, 3);
    },
  );
});

test('a token that is revoked is replaced once', async () => {
  let valid = 'Bearer t1';
  const service = tokenService({ accepts: (given) => given === valid });
  await against({ misbehave: service.misbehave }, async ({ repository }) => {
    await repository.resolve('a');
    valid = 'Bearer t2';
    await repository.resolve('b');
    assert.equal(service.tokenRequests.length, 2);
  });
});

test('requests that wait for the same token ask for it once', async () => {
  const service = tokenService();
  await against({ misbehave: service.misbehave }, async ({ repository }) => {
    await Promise.all(['a', 'b', 'c', 'd'].map((tag) => repository.resolve(tag)));
    assert.equal(service.tokenRequests.length, 1);
  });
});

test('a request that is refused after another one has got the token takes that one', async () => {
  const service = tokenService();
  const held = Promise.withResolvers<void>();
  const misbehave: Misbehaviour = async (request, response, number) => {
    if (request.url.endsWith('/a') && request.headers.authorization === undefined) await held.promise;
    return service.misbehave(request, response, number);
  };
  await against({ misbehave }, async ({ repository }) => {
    const first = repository.resolve('a');
    await repository.resolve('b');
    held.resolve();
    await first;
    assert.equal(service.tokenRequests.length, 1);
  });
});

test('a token that lives for no time serves the request that waits for it', async () => {
  const service = tokenService({
    answerToken: (_, response) =>
      answer(response, 200, {}, '{"access_token":"t-short","token":"","expires_in":1}'),
  });
  await against({ misbehave: service.misbehave }, async ({ repository }) => {
    assert.equal((await repository.resolve('a'))?.digest, manifest.digest);
  });
});

for (const [why, answerToken, code] of [
  ['refuses the login', (_, response) => answer(response, 401), 'registry-denied'],
  ['forbids it', (_, response) => answer(response, 403), 'registry-denied'],
  ['redirects', (_, response) => answer(response, 307, { location: '/token2' }), 'registry-untrusted'],
  ['is not found', (_, response) => answer(response, 404), 'registry-refused'],
  ['sends HTML', (_, response) => answer(response, 200, {}, '<html>'), 'registry-refused'],
  ['sends an empty object', (_, response) => answer(response, 200, {}, '{}'), 'registry-refused'],
  [
    'sends a token with a line break',
    (_, response) => answer(response, 200, {}, '{"token":"a\\r\\nx-evil: 1"}'),
    'registry-refused',
  ],
  [
    'sends two megabytes',
    (_, response) => answer(response, 200, {}, `{"token":"${'a'.repeat(2_000_000)}"}`),
    'registry-refused',
  ],
] as const satisfies readonly (readonly [string, Misbehaviour, string])[]) {
  test(`a token service that ${why} is ${code}, and is asked once`, async () => {
    const service = tokenService({ answerToken });
    await against(
      { misbehave: service.misbehave, credentials: loginAs(ann) },
      async ({ repository, server }) => {
        assert.equal((await failureOf(repository.resolve('a'))).code, code);
        assert.equal(server.seen.length, 2);
      },
    );
  });
}

const troubles: readonly (readonly [string, Misbehaviour])[] = [
  ['is busy', (_, response) => answer(response, 503)],
  ['is rate-limited', (_, response) => answer(response, 429, { 'retry-after': '3' })],
  ['resets the connection', (_, response) => reset(response)],
];
for (const [why, trouble] of troubles) {
  test(`a token service that ${why} is asked again by the one layer that retries`, async () => {
    let asked = 0;
    const service = tokenService({
      answerToken: (request, response, number) => {
        asked += 1;
        return asked < 3 ? trouble(request, response, number) : answer(response, 200, {}, '{"token":"t9"}');
      },
    });
    await against({ misbehave: service.misbehave }, async ({ repository }) => {
      assert.equal((await repository.resolve('a'))?.digest, manifest.digest);
      assert.equal(asked, 3);
    });
  });
}

test('no realm but the registry itself ever sees the login', async (t) => {
  const canary = await startFaultServer((_, response) => answer(response, 200, {}, '{"token":"t1"}'));
  t.after(() => canary.stop());
  const realms = [
    `http://${canary.host}/token`,
    `https://${canary.host}/token`,
    `http://user@HOST/token`,
    'http://169.254.169.254/token',
    'https://evil.test/token',
    'http://HOST.evil.test/token',
    'http://HOST@evil.test/token',
    '//evil.test/token',
    '/token',
    'file:///token',
    'javascript:alert(1)',
    '',
  ];
  for (const realm of realms) {
    const misbehave: Misbehaviour = (request, response, number) =>
      tokenService({ realm: realm.replace('HOST', request.headers.host ?? '') }).misbehave(
        request,
        response,
        number,
      );
    await against({ misbehave, credentials: loginAs(ann) }, async ({ repository, server }) => {
      const failure = await failureOf(repository.resolve('a'));
      assert.equal(failure.code, 'registry-untrusted', realm);
      assert.equal(server.seen.length, 1, realm);
    });
  }
  assert.equal(canary.seen.length, 0);
});

test('a token never crosses to another origin, not even behind a redirect', async (t) => {
  const canary = await startFaultServer((_, response) => answer(response, 200, {}, blob.bytes));
  t.after(() => canary.stop());
  const service = tokenService();
  const misbehave: Misbehaviour = (request, response, number) => {
    const loggedIn = request.headers.authorization === 'Bearer t1';
    return loggedIn && request.url.includes('/blobs/')
      ? answer(response, 307, { location: `http://${canary.host}/blob` })
      : service.misbehave(request, response, number);
  };
  await against({ misbehave, credentials: loginAs(ann) }, async ({ repository }) => {
    assert.equal((await failureOf(bytesOf(repository.blob(blob.descriptor)))).code, 'registry-untrusted');
  });
  assert.equal(canary.seen.length, 0);
});

test('what a registry echoes of a login is not shown', async () => {
  const misbehave: Misbehaviour = (request, response) => {
    if (request.headers.authorization === undefined)
      return answer(response, 401, { 'www-authenticate': 'Basic realm="x"' });
    const message = `you sent ${request.headers.authorization}, that is ${Buffer.from(request.headers.authorization.slice(6), 'base64').toString()}`;
    return answer(response, 400, {}, JSON.stringify({ errors: [{ code: 'UNKNOWN', message }] }));
  };
  await against({ misbehave, credentials: loginAs(ann) }, async ({ repository }) => {
    const failure = await failureOf(repository.manifest(manifest.digest));
    assert.equal(failure.code, 'registry-refused');
    assert.match(failure.message, /you sent/);
    assert.doesNotMatch(failure.message, /correct horse/);
    assert.ok(!failure.message.includes(basic.slice(6)));
  });
});

for (const header of [undefined, '', 'Digest realm="x"', 'Negotiate', '"', '='.repeat(10_000)]) {
  test(`a 401 with ${JSON.stringify(header)?.slice(0, 20)} in place of a challenge is refused access`, async () => {
    const misbehave: Misbehaviour = (_, response) =>
      answer(response, 401, header === undefined ? {} : { 'www-authenticate': header });
    await against({ misbehave, credentials: loginAs(ann) }, async ({ repository }) => {
      assert.equal((await failureOf(repository.resolve('a'))).code, 'registry-denied');
    });
  });
}

test('an identity token does not help where a password is wanted', async () => {
  const misbehave: Misbehaviour = (_, response) =>
    answer(response, 401, { 'www-authenticate': 'Basic realm="x"' });
  await against(
    { misbehave, credentials: loginAs({ kind: 'refresh-token', token: 'x' }) },
    async ({ repository }) => {
      assert.equal((await failureOf(repository.resolve('a'))).code, 'registry-denied');
    },
  );
});

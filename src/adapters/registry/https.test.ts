import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import { createServer } from 'node:https';
import { test } from 'node:test';
import { localhostCertificate, testKey, trusting } from '../../../test/support/certificates.ts';
import { answer, type Misbehaviour } from '../../../test/support/fault-server.ts';
import { against, failureOf } from '../../../test/support/registry-under-test.ts';
import { bytesOf, freshBlob, sampleImage } from '../../../test/support/sample-images.ts';
import type { Credentials } from '../../ports/credentials.ts';

const blob = freshBlob(100_000);
const ann: Credentials = { find: () => Promise.resolve({ kind: 'basic', user: 'ann', password: 'secret' }) };

interface Storage {
  /** `https://localhost:PORT` */
  readonly origin: string;
  readonly seen: readonly IncomingHttpHeaders[];
}

/** A storage host with https, to which a registry sends those who read blobs. */
async function withStorage(
  location: string | undefined,
  work: (storage: Storage) => Promise<void>,
): Promise<void> {
  const seen: IncomingHttpHeaders[] = [];
  const server = createServer({ key: testKey, cert: localhostCertificate }, (request, response) => {
    seen.push(request.headers);
    if (location === undefined) answer(response, 200, {}, blob.bytes);
    else answer(response, 307, { location });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  try {
    await work({ origin: `https://localhost:${address.port}`, seen });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** Wants a login, and then sends those who read blobs to storage. */
function sendingTo(origin: string): Misbehaviour {
  return (request, response) =>
    request.headers.authorization === undefined
      ? answer(response, 401, { 'www-authenticate': 'Basic realm="x"' })
      : answer(response, 307, { location: `${origin}/blob?signature=s3cret` });
}

test('a blob is read from the storage host that the registry names, which never sees the login', async () => {
  await trusting(localhostCertificate, () =>
    withStorage(undefined, async ({ origin, seen }) => {
      await against({ misbehave: sendingTo(origin), credentials: ann }, async ({ repository, server }) => {
        assert.deepEqual(await bytesOf(repository.blob(blob.descriptor)), blob.bytes);
        assert.equal(server.seen.filter(({ headers }) => headers.authorization !== undefined).length, 1);
      });
      assert.equal(seen.length, 1);
      assert.equal(seen[0]?.authorization, undefined);
    }),
  );
});

test('what a storage host delivers is hashed as everything else is', async () => {
  const other = { ...blob.descriptor, digest: sampleImage().manifest.digest };
  await trusting(localhostCertificate, () =>
    withStorage(undefined, async ({ origin }) => {
      await against({ misbehave: sendingTo(origin), credentials: ann }, async ({ repository }) => {
        assert.equal((await failureOf(bytesOf(repository.blob(other)))).code, 'content-mismatch');
      });
    }),
  );
});

test('a storage host does not lead from https to http, not even back to the registry', async () => {
  await trusting(localhostCertificate, () =>
    withStorage('http://localhost/v2/', async ({ origin }) => {
      await against({ misbehave: sendingTo(origin), credentials: ann }, async ({ repository }) => {
        const failure = await failureOf(bytesOf(repository.blob(blob.descriptor)));
        assert.equal(failure.code, 'registry-untrusted');
        assert.match(failure.message, /from https to http/);
      });
    }),
  );
});

test('a host whose certificate nobody has signed is not trusted, and the query is not shown', async () => {
  await withStorage(undefined, async ({ origin, seen }) => {
    await against({ misbehave: sendingTo(origin), credentials: ann }, async ({ repository }) => {
      const failure = await failureOf(bytesOf(repository.blob(blob.descriptor)));
      assert.equal(failure.code, 'registry-untrusted');
      assert.match(failure.message, /certificate is signed by itself/);
      assert.doesNotMatch(failure.message, /s3cret/);
    });
    assert.equal(seen.length, 0);
  });
});

test('a host that speaks http where https was promised is unreachable', async () => {
  await against(
    {
      misbehave: (request, response) =>
        answer(response, 307, { location: `https://${request.headers.host}/blob` }),
    },
    async ({ repository }) => {
      assert.equal((await failureOf(bytesOf(repository.blob(blob.descriptor)))).code, 'registry-unreachable');
    },
  );
});

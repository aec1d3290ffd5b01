import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { FakeClock } from '../../../test/support/fake-clock.ts';
import {
  answer,
  reset,
  startFaultServer,
  truncate,
  type Misbehaviour,
} from '../../../test/support/fault-server.ts';
import { against, failureOf } from '../../../test/support/registry-under-test.ts';
import {
  bytesOf,
  freshBlob,
  inPieces,
  sampleArtifact,
  sampleBlob,
  sampleImage,
} from '../../../test/support/sample-images.ts';
import { Failure } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import { descriptorOf, parseManifest, type Manifest } from '../../model/manifest.ts';
import { mediaTypes } from '../../model/media-type.ts';
import { noCredentials } from '../credentials/none.ts';
import { artifactIndex } from './artifact-index.ts';
import { DistributionRegistries } from './distribution.ts';
import { fallbackTag } from './referrers.ts';

const image = sampleImage();
const { digest, mediaType, bytes } = image.manifest;
const blob = freshBlob(200_000);
const found = { 'content-type': mediaType, 'docker-content-digest': digest };

const manifestPath = `/v2/team/ci/manifests/${digest}`;
const blobPath = `/v2/team/ci/blobs/${blob.descriptor.digest}`;
const uploads = '/v2/team/ci/blobs/uploads/';

/** Does the first things first, one a request; the last one for all that follow. */
function inTurn(...turns: readonly Misbehaviour[]): Misbehaviour {
  return (request, response, number) =>
    turns[Math.min(number, turns.length) - 1]?.(request, response, number);
}

/** Sends the same piece until the other side has enough. */
async function sendWithoutEnd(response: ServerResponse, piece: Uint8Array): Promise<void> {
  const closed = once(response, 'close');
  while (!response.destroyed)
    if (!response.write(piece)) await Promise.race([once(response, 'drain'), closed]);
}

function rangeFrom(first: number): Readonly<Record<string, string>> {
  return { 'content-range': `bytes ${first}-${blob.bytes.length - 1}/${blob.bytes.length}` };
}

// Where one of them has to pass, time is mocked: no pause of a busy machine is taken for a late registry.
const times = { connectMs: 20_000, headersMs: 20_000, idleMs: 20_000, transferGraceMs: 60_000 };

const status =
  (code: number, headers: Readonly<Record<string, string>> = {}): Misbehaviour =>
  (_, response) =>
    answer(response, code, headers);

test('a name is resolved with one HEAD', async () => {
  await against(
    { misbehave: (_, response) => response.writeHead(200, { ...found, 'content-length': '123' }).end() },
    async ({ repository, server }) => {
      assert.deepEqual(await repository.resolve('stable'), { mediaType, digest, size: 123 });
      assert.deepEqual(
        server.seen.map(({ method, url }) => `${method} ${url}`),
        ['HEAD /v2/team/ci/manifests/stable'],
      );
      assert.match(server.seen[0]?.headers.accept ?? '', /vnd\.oci\.image\.index\.v1\+json/);
    },
  );
});

test('a registry that leaves out the digest is asked for the manifest, and we compute it', async () => {
  await against(
    { misbehave: (_, response) => answer(response, 200, { 'content-type': mediaType }, bytes) },
    async ({ repository }) => {
      assert.deepEqual(await repository.resolve('stable'), descriptorOf(image.manifest));
    },
  );
});

test('a registry that answers with another digest than was asked for is not believed', async () => {
  const other = sampleImage().manifest.digest;
  await against(
    { misbehave: status(200, { ...found, 'docker-content-digest': other }) },
    async ({ repository }) => {
      assert.equal((await failureOf(repository.resolve(digest))).code, 'content-mismatch');
    },
  );
});

test('a registry where nothing listens is a failure at once, with registry and repository in it', async () => {
  const server = await startFaultServer(() => undefined);
  await server.stop();
  const clock = new FakeClock();
  const registries = new DistributionRegistries({ credentials: noCredentials, clock, random: () => 0.5 });
  const failure = await failureOf(registries.open(server.host, 'team/ci').resolve('stable'));
  assert.equal(failure.code, 'registry-unreachable');
  assert.match(
    failure.message,
    new RegExp(`${server.host}/team/ci: cannot read manifest stable: nothing listens there`),
  );
  assert.deepEqual(clock.slept, []);
  await registries.close();
});

for (const code of [408, 499, 500, 502, 503, 504, 522]) {
  test(`status ${code} is tried six times, with waits that double`, async () => {
    await against({ misbehave: status(code) }, async ({ repository, server, clock }) => {
      const failure = await failureOf(repository.resolve('stable'));
      assert.equal(failure.code, 'registry-unavailable');
      assert.match(failure.message, new RegExp(`status ${code}.*6 tries`));
      assert.equal(server.seen.length, 6);
      assert.deepEqual(
        clock.slept.map((ms) => Math.round(ms / 1000)),
        [1, 2, 4, 8, 16],
      );
    });
  });
}

for (const code of [400, 405, 410, 418, 501, 505]) {
  test(`status ${code} is not tried again`, async () => {
    await against({ misbehave: status(code) }, async ({ repository, server }) => {
      assert.equal((await failureOf(repository.resolve('stable'))).code, 'registry-refused');
      assert.equal(server.seen.length, 1);
    });
  });
}

test('a reset connection is tried again, and the answer after it counts', async () => {
  const misbehave = inTurn(
    (_, response) => reset(response),
    (_, response) => reset(response),
    status(200, { ...found, 'content-length': '9' }),
  );
  await against({ misbehave }, async ({ repository, clock }) => {
    assert.equal((await repository.resolve('stable'))?.digest, digest);
    assert.equal(clock.slept.length, 2);
  });
});

test('a registry that resets every connection is unreachable after six tries', async () => {
  await against({ misbehave: (_, response) => reset(response) }, async ({ repository, server }) => {
    assert.equal((await failureOf(repository.resolve('stable'))).code, 'registry-unreachable');
    assert.equal(server.seen.length, 6);
  });
});

test('a registry that does not answer in time is asked again', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const silent: Misbehaviour = () => t.mock.timers.tick(times.headersMs);
  await against({ misbehave: inTurn(silent, status(404)), times }, async ({ repository, server, clock }) => {
    assert.equal(await repository.resolve('stable'), undefined);
    assert.equal(server.seen.length, 2);
    assert.equal(clock.slept.length, 1);
  });
});

test('something that is no HTTP server is refused', async () => {
  await against(
    { misbehave: (_, response) => response.socket?.end('SSH-2.0-OpenSSH_9.2\r\n') },
    async ({ repository, server }) => {
      assert.equal((await failureOf(repository.resolve('stable'))).code, 'registry-refused');
      assert.equal(server.seen.length, 1);
    },
  );
});

test('429 waits for as long as it asks, in seconds', async () => {
  await against(
    { misbehave: inTurn(status(429, { 'retry-after': '7' }), status(404)) },
    async ({ repository, clock }) => {
      assert.equal(await repository.resolve('stable'), undefined);
      assert.equal(clock.slept[0], 7000);
    },
  );
});

test('429 waits until the date that it names', async () => {
  const date = new Date(new FakeClock().now().getTime() + 60_000).toUTCString();
  await against(
    { misbehave: inTurn(status(429, { 'retry-after': date }), status(404)) },
    async ({ repository, clock }) => {
      assert.equal(await repository.resolve('stable'), undefined);
      assert.equal(clock.slept[0], 60_000);
    },
  );
});

test('429 waits until the date that it names by the clock of the registry, whatever ours says', async () => {
  const date = new Date('2026-11-25T00:00:00Z').toUTCString();
  const until = new Date('2026-11-25T00:01:00Z').toUTCString();
  await against(
    { misbehave: inTurn(status(429, { date, 'retry-after': until }), status(404)) },
    async ({ repository, clock }) => {
      assert.equal(await repository.resolve('stable'), undefined);
      assert.equal(clock.slept[0], 60_000);
    },
  );
});

test('429 that asks for more than 15 minutes is a failure that says how long', async () => {
  await against(
    { misbehave: status(429, { 'retry-after': '3600' }) },
    async ({ repository, clock, server }) => {
      const failure = await failureOf(repository.resolve('stable'));
      assert.equal(failure.code, 'registry-rate-limited');
      assert.match(failure.message, /60 minutes/);
      assert.deepEqual(clock.slept, []);
      assert.equal(server.seen.length, 1);
    },
  );
});

test('429 without a time waits as other errors do, and ends as rate-limited', async () => {
  await against({ misbehave: status(429) }, async ({ repository, server }) => {
    assert.equal((await failureOf(repository.resolve('stable'))).code, 'registry-rate-limited');
    assert.equal(server.seen.length, 6);
  });
});

test('429 on one request holds back the others to the same host', async () => {
  await against(
    { misbehave: inTurn(status(429, { 'retry-after': '100' }), status(404)) },
    async ({ repository, clock }) => {
      await repository.resolve('first');
      const before = clock.slept.length;
      await repository.resolve('second');
      assert.equal(clock.slept.length, before, 'the pause was over');
      assert.ok(clock.monotonicMs() - new FakeClock().monotonicMs() >= 100_000);
    },
  );
});

for (const [code, body] of [
  [401, ''],
  [403, '{"errors":[{"code":"DENIED","message":"requested access is denied"}]}'],
] as const) {
  test(`status ${code} is refused access, at once, with what to do`, async () => {
    await against(
      { misbehave: (_, response) => answer(response, code, {}, body) },
      async ({ repository, server }) => {
        const failure = await failureOf(repository.manifest(digest));
        assert.equal(failure.code, 'registry-denied');
        assert.equal(failure.exit, 6);
        assert.equal(server.seen.length, 1);
      },
    );
  });
}

test('a manifest of other bytes than its digest says is refused', async () => {
  const other = sampleImage().manifest;
  await against(
    { misbehave: (_, response) => answer(response, 200, found, other.bytes) },
    async ({ repository }) => {
      assert.equal((await failureOf(repository.manifest(digest))).code, 'content-mismatch');
    },
  );
});

for (const type of [mediaTypes.ociIndex, mediaTypes.dockerManifest, 'application/json', 'text/html', '']) {
  test(`a manifest that is delivered as ${JSON.stringify(type)} although it says otherwise is refused`, async () => {
    await against(
      { misbehave: (_, response) => answer(response, 200, { 'content-type': type }, bytes) },
      async ({ repository }) => {
        assert.equal((await failureOf(repository.manifest(digest))).code, 'content-refused');
      },
    );
  });
}

test('a media type with parameters is the media type', async () => {
  await against(
    {
      misbehave: (_, response) =>
        answer(response, 200, { 'content-type': `${mediaType}; charset=utf-8` }, bytes),
    },
    async ({ repository }) => {
      assert.equal((await repository.manifest(digest)).digest, digest);
    },
  );
});

test('a manifest without end is given up at its limit', async () => {
  const misbehave: Misbehaviour = async (_, response) => {
    response.writeHead(200, found);
    await sendWithoutEnd(response, Buffer.alloc(64 * 1024, 0x20));
  };
  await against({ misbehave }, async ({ repository }) => {
    assert.equal((await failureOf(repository.manifest(digest))).code, 'content-refused');
  });
});

test('a manifest that is cut off is asked for again', async () => {
  const misbehave = inTurn(
    (_, response) => truncate(response, bytes, 20, found),
    (_, response) => answer(response, 200, found, bytes),
  );
  await against({ misbehave }, async ({ repository, server }) => {
    assert.equal((await repository.manifest(digest)).digest, digest);
    assert.equal(server.seen.length, 2);
    assert.equal(server.seen[1]?.url, manifestPath);
  });
});

test('a blob that is cut off goes on from the byte where it stopped', async () => {
  const misbehave: Misbehaviour = (request, response, number) => {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    if (number < 4) truncate(response, blob.bytes.subarray(from), 50_000, from === 0 ? {} : rangeFrom(from));
    else answer(response, 206, rangeFrom(from), blob.bytes.subarray(from));
  };
  // `truncate` answers 200; as a partial answer it has to say 206.
  const partial: Misbehaviour = (request, response, number) => {
    const writeHead = response.writeHead.bind(response);
    if (request.headers.range !== undefined)
      response.writeHead = (_code: number, ...rest: never[]) => writeHead(206, ...rest);
    return misbehave(request, response, number);
  };
  await against({ misbehave: partial }, async ({ repository, server }) => {
    assert.deepEqual(await bytesOf(repository.blob(blob.descriptor)), blob.bytes);
    assert.deepEqual(
      server.seen.map(({ headers }) => headers.range),
      [undefined, 'bytes=50000-', 'bytes=100000-', 'bytes=150000-'],
    );
  });
});

test('a registry without ranges sends a broken blob from the beginning, and what was read is not read twice', async () => {
  const misbehave = inTurn(
    (_, response) => truncate(response, blob.bytes, 70_000),
    (_, response) => answer(response, 200, {}, blob.bytes),
  );
  await against({ misbehave }, async ({ repository }) => {
    assert.deepEqual(await bytesOf(repository.blob(blob.descriptor)), blob.bytes);
  });
});

test('a blob whose second half comes from another blob is found out at its end', async () => {
  const other = freshBlob(200_000);
  const misbehave = inTurn(
    (_, response) => truncate(response, blob.bytes, 70_000),
    (_, response) => answer(response, 200, {}, other.bytes),
  );
  await against({ misbehave }, async ({ repository }) => {
    assert.equal((await failureOf(bytesOf(repository.blob(blob.descriptor)))).code, 'content-mismatch');
  });
});

test('a part that begins elsewhere than asked is refused', async () => {
  const misbehave = inTurn(
    (_, response) => truncate(response, blob.bytes, 70_000),
    (_, response) => answer(response, 206, { 'content-range': 'bytes 0-199999/200000' }, blob.bytes),
  );
  await against({ misbehave }, async ({ repository }) => {
    assert.equal((await failureOf(bytesOf(repository.blob(blob.descriptor)))).code, 'content-mismatch');
  });
});

test('a blob of other bytes than its digest says is refused at its end', async () => {
  await against(
    { misbehave: (_, response) => answer(response, 200, {}, freshBlob(200_000).bytes) },
    async ({ repository }) => {
      assert.equal((await failureOf(bytesOf(repository.blob(blob.descriptor)))).code, 'content-mismatch');
    },
  );
});

for (const size of [199_999, 200_001, 5]) {
  test(`a blob that is announced with ${size} bytes instead of 200000 is refused before it is read`, async () => {
    // Whoever waits for a byte of it waits in vain.
    const misbehave: Misbehaviour = (_, response) =>
      response.writeHead(200, { 'content-length': String(size) }).flushHeaders();
    await against({ misbehave }, async ({ repository, server }) => {
      assert.equal((await failureOf(bytesOf(repository.blob(blob.descriptor)))).code, 'content-mismatch');
      assert.equal(server.seen.length, 1);
    });
  });
}

test('a blob without end is given up when it is larger than promised', async () => {
  const misbehave: Misbehaviour = async (_, response) => {
    response.writeHead(200);
    await sendWithoutEnd(response, Buffer.alloc(64 * 1024));
  };
  await against({ misbehave }, async ({ repository }) => {
    assert.equal((await failureOf(bytesOf(repository.blob(blob.descriptor)))).code, 'content-mismatch');
  });
});

test('a blob that stops midway is asked for again from there', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const stop: Misbehaviour = (_, response) => {
    // In chunks: the last piece is held back, and whoever is handed the first knows that the second has come.
    response.writeHead(200);
    response.write(blob.bytes.subarray(0, 500));
    response.write(blob.bytes.subarray(500, 1000));
  };
  const misbehave = inTurn(stop, (_, response) =>
    answer(response, 206, rangeFrom(1000), blob.bytes.subarray(1000)),
  );
  await against({ misbehave, times }, async ({ repository, server }) => {
    const readOn = async function* (): AsyncGenerator<Uint8Array> {
      let size = 0;
      for await (const piece of repository.blob(blob.descriptor)) {
        size += piece.length;
        // By the next turn the byte after both is waited for.
        if (size === 500) setImmediate(() => t.mock.timers.tick(times.idleMs));
        yield piece;
      }
    };
    assert.deepEqual(await bytesOf(readOn()), blob.bytes);
    assert.equal(server.seen[1]?.headers.range, 'bytes=1000-');
  });
});

test('a blob that breaks six times is given up', async () => {
  const misbehave: Misbehaviour = (_, response) => truncate(response, blob.bytes, 0);
  await against({ misbehave }, async ({ repository, server }) => {
    assert.equal((await failureOf(bytesOf(repository.blob(blob.descriptor)))).code, 'registry-unreachable');
    assert.equal(server.seen.length, 6);
  });
});

test('a blob is sent with its length after a look, and its bytes arrive', async () => {
  const misbehave: Misbehaviour = (request, response) => {
    if (request.method === 'HEAD') answer(response, 404);
    else if (request.method === 'POST') answer(response, 202, { location: `${uploads}one?_state=a%2Bb%3D` });
    else answer(response, 201);
  };
  await against({ misbehave }, async ({ repository, server }) => {
    assert.equal(await repository.putBlob(blob.descriptor, () => inPieces(blob.bytes)), 'stored');
    const [look, post, put] = server.seen;
    assert.deepEqual([look?.method, look?.url, post?.method, post?.url], ['HEAD', blobPath, 'POST', uploads]);
    assert.equal(
      put?.url,
      `${uploads}one?_state=a%2Bb%3D&digest=${encodeURIComponent(blob.descriptor.digest)}`,
    );
    assert.equal(put?.headers['content-length'], '200000');
    assert.deepEqual(put?.body, blob.bytes);
  });
});

test('a blob that the registry has with another size is not taken for it', async () => {
  await against(
    { misbehave: (_, response) => response.writeHead(200, { 'content-length': '5' }).end() },
    async ({ repository }) => {
      const failure = await failureOf(repository.putBlob(blob.descriptor, () => inPieces(blob.bytes)));
      assert.equal(failure.code, 'content-mismatch');
    },
  );
});

test('a blob that lies on another host is there, and nobody goes to see it', async () => {
  await against(
    { misbehave: status(307, { location: 'https://storage.test/blob?signed=for-get' }) },
    async ({ repository, server }) => {
      assert.equal(await repository.hasBlob(blob.descriptor.digest), true);
      assert.equal(await repository.putBlob(blob.descriptor, () => inPieces(blob.bytes)), 'present');
      assert.equal(server.seen.length, 2);
    },
  );
});

test('an upload that breaks is begun anew, after a look whether it arrived', async () => {
  const methods: string[] = [];
  const misbehave: Misbehaviour = (request, response) => {
    methods.push(request.method);
    const arrived = methods.filter((method) => method === 'PUT').length > 0;
    if (request.method === 'HEAD')
      response.writeHead(arrived ? 200 : 404, arrived ? { 'content-length': '200000' } : {}).end();
    else if (request.method === 'POST') answer(response, 202, { location: `${uploads}one` });
    else reset(response);
  };
  await against({ misbehave }, async ({ repository }) => {
    assert.equal(await repository.putBlob(blob.descriptor, () => inPieces(blob.bytes)), 'present');
    assert.deepEqual(methods, ['HEAD', 'POST', 'PUT', 'HEAD']);
  });
});

test('an upload that the registry has forgotten is begun anew', async () => {
  let posts = 0;
  const misbehave: Misbehaviour = (request, response) => {
    if (request.method === 'POST') posts += 1;
    if (request.method === 'HEAD') answer(response, 404);
    else if (request.method === 'POST') answer(response, 202, { location: `${uploads}${posts}` });
    else if (posts === 1)
      answer(response, 404, {}, '{"errors":[{"code":"BLOB_UPLOAD_UNKNOWN","message":"gone"}]}');
    else answer(response, 201);
  };
  await against({ misbehave }, async ({ repository }) => {
    assert.equal(await repository.putBlob(blob.descriptor, () => inPieces(blob.bytes)), 'stored');
    assert.equal(posts, 2);
  });
});

test('an upload of which the registry reads nothing is given up, and begun anew', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const big = sampleBlob(Buffer.alloc(64 * 1024 * 1024));
  let puts = 0;
  let given = 0;
  const giving = async function* (): AsyncGenerator<Uint8Array> {
    for await (const piece of inPieces(big.bytes, 1024 * 1024)) {
      given += 1;
      yield piece;
    }
  };
  /** Lets the time for the next step pass once the network takes no more. */
  const letPass = async (): Promise<void> => {
    for (let before = 0; before < given;) {
      before = given;
      for (let turn = 0; turn < 50; turn += 1) await nextTurn();
    }
    t.mock.timers.tick(times.headersMs);
  };
  // Raw sockets: an HTTP server reads what it does not ask for.
  const server = createServer((socket) => {
    let heard = '';
    socket.on('error', () => undefined);
    socket.on('data', (piece) => {
      heard += piece.toString('latin1');
      if (heard.startsWith('PUT')) {
        puts += 1;
        socket.pause();
        void letPass();
      } else if (heard.endsWith('\r\n\r\n')) {
        const [code, length] = heard.startsWith('POST')
          ? ['202 Accepted', 0]
          : puts === 0
            ? ['404 Not Found', 0]
            : ['200 OK', big.descriptor.size];
        heard = '';
        socket.write(`HTTP/1.1 ${code}\r\ncontent-length: ${length}\r\nlocation: ${uploads}one\r\n\r\n`);
      }
    });
  }).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const address = server.address();
  const host = `localhost:${typeof address === 'object' ? address?.port : ''}`;
  const registries = new DistributionRegistries({
    credentials: noCredentials,
    clock: new FakeClock(),
    random: () => 0,
    times,
  });
  t.after(() => registries.close());
  const result = await registries.open(host, 'team/ci').putBlob(big.descriptor, giving);
  assert.equal(result, 'present', 'the second look finds what the first try sent');
  assert.equal(puts, 1);
});

for (const [why, location] of [
  ['another host', 'http://evil.test/v2/team/ci/blobs/uploads/one'],
  ['another port', 'http://localhost:1/v2/team/ci/blobs/uploads/one'],
  ['a metadata service', 'http://169.254.169.254/latest'],
  ['a login in it', 'http://user:secret@localhost/x'],
  ['no place at all', 'http://['],
  ['another protocol', 'file:///etc/passwd'],
] as const) {
  test(`an upload that is sent on to ${why} goes nowhere`, async () => {
    const misbehave: Misbehaviour = (request, response) =>
      request.method === 'HEAD' ? answer(response, 404) : answer(response, 202, { location });
    await against({ misbehave }, async ({ repository, server }) => {
      const failure = await failureOf(repository.putBlob(blob.descriptor, () => inPieces(blob.bytes)));
      assert.equal(failure.code, 'registry-untrusted');
      assert.doesNotMatch(failure.message, /secret/);
      assert.equal(server.seen.length, 2);
    });
  });
}

test('an upload without a place to go is refused', async () => {
  const misbehave: Misbehaviour = (request, response) =>
    answer(response, request.method === 'HEAD' ? 404 : 202);
  await against({ misbehave }, async ({ repository }) => {
    assert.equal(
      (await failureOf(repository.putBlob(blob.descriptor, () => inPieces(blob.bytes)))).code,
      'registry-refused',
    );
  });
});

for (const code of [301, 302, 307, 308]) {
  test(`a write that is redirected (${code}) is not sent again`, async () => {
    const misbehave: Misbehaviour = (request, response) =>
      request.method === 'HEAD'
        ? answer(response, 404)
        : answer(response, code, { location: 'https://evil.test/' });
    await against({ misbehave }, async ({ repository, server }) => {
      const failure = await failureOf(repository.putBlob(blob.descriptor, () => inPieces(blob.bytes)));
      assert.equal(failure.code, 'registry-untrusted');
      assert.equal(server.seen.length, 2);
    });
  });
}

test('a read that is redirected on the registry itself is followed', async () => {
  const misbehave: Misbehaviour = (request, response) =>
    request.url === blobPath
      ? answer(response, 307, { location: '/elsewhere' })
      : answer(response, 200, {}, blob.bytes);
  await against({ misbehave }, async ({ repository, server }) => {
    assert.deepEqual(await bytesOf(repository.blob(blob.descriptor)), blob.bytes);
    assert.equal(server.seen[1]?.url, '/elsewhere');
  });
});

test('a read that is redirected in a circle ends after five hops', async () => {
  await against({ misbehave: status(307, { location: blobPath }) }, async ({ repository, server }) => {
    assert.equal((await failureOf(bytesOf(repository.blob(blob.descriptor)))).code, 'registry-untrusted');
    assert.equal(server.seen.length, limits.redirectsMax + 1);
  });
});

for (const location of [
  'http://evil.test/x',
  'http://169.254.169.254/latest',
  'ftp://evil.test/',
  'http://localhost:1/',
]) {
  test(`a read that is redirected to ${location} is not followed`, async () => {
    await against({ misbehave: status(307, { location }) }, async ({ repository, server }) => {
      assert.equal((await failureOf(bytesOf(repository.blob(blob.descriptor)))).code, 'registry-untrusted');
      assert.equal(server.seen.length, 1);
    });
  });
}

for (const location of ['https://169.254.169.254/latest', 'https://10.0.0.1/x', 'https://[fd00::1]/x']) {
  test(`a read that is redirected to ${location} is not connected to`, async () => {
    await against({ misbehave: status(307, { location }) }, async ({ repository }) => {
      const failure = await failureOf(bytesOf(repository.blob(blob.descriptor)));
      assert.equal(failure.code, 'registry-untrusted');
      assert.match(failure.message, /inside of a network/);
    });
  });
}

test('a manifest whose storing came to no answer is not sent again when it stands there', async () => {
  const misbehave: Misbehaviour = (request, response) =>
    request.method === 'PUT'
      ? reset(response)
      : response.writeHead(200, { ...found, 'content-length': String(bytes.length) }).end();
  await against({ misbehave }, async ({ repository, server }) => {
    await repository.putManifest(image.manifest, 'stable');
    assert.deepEqual(
      server.seen.slice(0, 3).map(({ method, url }) => `${method} ${url}`),
      ['PUT /v2/team/ci/manifests/stable', `HEAD ${manifestPath}`, 'HEAD /v2/team/ci/manifests/stable'],
    );
    assert.equal(server.seen.filter(({ method }) => method === 'PUT').length, 1);
  });
});

test('a manifest whose storing came to no answer is sent again when the tag stands elsewhere', async () => {
  let puts = 0;
  const misbehave: Misbehaviour = (request, response) => {
    if (request.method === 'PUT') puts += 1;
    if (request.method === 'PUT') return puts === 1 ? reset(response) : answer(response, 201, found);
    const moved = request.url === manifestPath || puts === 2;
    const headers = {
      ...found,
      'content-length': '1',
      'docker-content-digest': moved ? digest : sampleImage().manifest.digest,
    };
    return response.writeHead(200, headers).end();
  };
  await against({ misbehave }, async ({ repository }) => {
    await repository.putManifest(image.manifest, 'stable');
    assert.equal(puts, 2);
  });
});

test('a manifest that is not there at once is looked for up to five times in ten seconds', async () => {
  const misbehave: Misbehaviour = (request, response, number) => {
    if (request.method === 'PUT') answer(response, 201, found);
    else response.writeHead(number < 4 ? 404 : 200, { ...found, 'content-length': '1' }).end();
  };
  await against({ misbehave }, async ({ repository, clock }) => {
    await repository.putManifest(image.manifest);
    assert.deepEqual(clock.slept, [2000, 2000]);
  });
});

test('a manifest that never appears is a failure', async () => {
  const misbehave: Misbehaviour = (request, response) =>
    request.method === 'PUT' ? answer(response, 201) : answer(response, 404);
  await against({ misbehave }, async ({ repository, server }) => {
    const failure = await failureOf(repository.putManifest(image.manifest, 'stable'));
    assert.equal(failure.code, 'registry-unavailable');
    assert.equal(server.seen.length, 1 + limits.readBackTriesMax);
  });
});

test('a registry that stores something else than was sent is found out', async () => {
  await against(
    { misbehave: status(201, { 'docker-content-digest': sampleImage().manifest.digest }) },
    async ({ repository }) => {
      assert.equal((await failureOf(repository.putManifest(image.manifest))).code, 'content-mismatch');
    },
  );
});

for (const [code, errorCode, expected] of [
  [400, 'MANIFEST_BLOB_UNKNOWN', 'blob-missing'],
  [404, 'MANIFEST_BLOB_UNKNOWN', 'blob-missing'],
  [400, 'MANIFEST_INVALID', 'registry-refused'],
  [400, 'DIGEST_INVALID', 'content-mismatch'],
  [413, 'SIZE_INVALID', 'content-mismatch'],
  [405, 'UNSUPPORTED', 'registry-refused'],
] as const) {
  test(`storing a manifest that is refused with ${code} ${errorCode} is ${expected}`, async () => {
    const body = JSON.stringify({ errors: [{ code: errorCode, message: 'no \u001b[31mred\u001b[0m' }] });
    await against(
      { misbehave: (_, response) => answer(response, code, {}, body) },
      async ({ repository, server }) => {
        const failure = await failureOf(repository.putManifest(image.manifest));
        assert.equal(failure.code, expected);
        assert.match(failure.message, new RegExp(errorCode));
        assert.ok(!failure.message.includes('\u001b'), 'no control sequence gets through');
        assert.equal(server.seen.length, 1);
      },
    );
  });
}

test('tags are read over all pages, which stay on the registry', async () => {
  const misbehave: Misbehaviour = (request, response) => {
    const next = { link: `</v2/team/ci/tags/list?last=b&n=2>; rel="next"` };
    const second = request.url.includes('last=b');
    answer(
      response,
      200,
      second ? {} : next,
      JSON.stringify({ name: 'team/ci', tags: second ? ['c'] : ['a', 'b'] }),
    );
  };
  await against({ misbehave }, async ({ repository, server }) => {
    assert.deepEqual(await repository.tags(), ['a', 'b', 'c']);
    assert.equal(server.seen.length, 2);
  });
});

test('a list of tags that goes on elsewhere is not followed', async () => {
  const misbehave: Misbehaviour = (_, response) =>
    answer(response, 200, { link: '<http://evil.test/x>; rel="next"' }, '{"tags":["a"]}');
  await against({ misbehave }, async ({ repository, server }) => {
    assert.equal((await failureOf(repository.tags())).code, 'registry-untrusted');
    assert.equal(server.seen.length, 1);
  });
});

test('a list of tags without end is given up', async () => {
  const misbehave: Misbehaviour = (_, response, number) =>
    answer(response, 200, { link: `</v2/team/ci/tags/list?after=${number}>; rel=next` }, '{"tags":["a"]}');
  await against({ misbehave }, async ({ repository, server }) => {
    assert.equal((await failureOf(repository.tags())).code, 'content-refused');
    assert.equal(server.seen.length, limits.listPagesMax);
  });
});

test('a list of tags that goes on where it has been is given up at once', async () => {
  const misbehave: Misbehaviour = (_, response) =>
    answer(response, 200, { link: '</v2/team/ci/tags/list?again>; rel=next' }, '{"tags":["a"]}');
  await against({ misbehave }, async ({ repository, server }) => {
    assert.equal((await failureOf(repository.tags())).code, 'content-refused');
    assert.equal(server.seen.length, 2);
  });
});

for (const body of [
  '',
  '[]',
  '{"tags":["../x"]}',
  '{"tags":[1]}',
  '{"tags":["a"],"tags":["b"]}',
  '<html>',
  '\u00ff',
]) {
  test(`a list of tags that is ${JSON.stringify(body)} is refused`, async () => {
    await against(
      { misbehave: (_, response) => answer(response, 200, {}, Buffer.from(body, 'latin1')) },
      async ({ repository }) => {
        assert.equal((await failureOf(repository.tags())).code, 'content-refused');
      },
    );
  });
}

test('a registry with the referrers API is asked by it, and no fallback tag is written', async () => {
  const artifact = sampleArtifact(descriptorOf(image.manifest)).manifest;
  const listed = { ...descriptorOf(artifact), artifactType: mediaTypes.verdict };
  const misbehave: Misbehaviour = (request, response) => {
    if (request.method === 'PUT') return answer(response, 201, { 'oci-subject': digest });
    if (request.url.includes('/referrers/')) {
      return answer(
        response,
        200,
        { 'content-type': mediaTypes.ociIndex },
        JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: [listed] }),
      );
    }
    const headers = {
      'content-type': artifact.mediaType,
      'docker-content-digest': artifact.digest,
      'content-length': '1',
    };
    return response.writeHead(200, headers).end();
  };
  await against({ misbehave }, async ({ repository, server }) => {
    await repository.putManifest(artifact);
    assert.deepEqual(await repository.referrers(digest), [listed]);
    assert.ok(server.seen.every(({ url }) => !url.includes('sha256-')));
  });
});

test('an entry in the fallback tag that another process took away is entered again, beside the other one', async () => {
  const subject = descriptorOf(image.manifest);
  const [ours, theirs] = [
    sampleArtifact(subject).manifest,
    sampleArtifact(subject, '2026-11-22T00:00:00Z').manifest,
  ];
  const fallback = `/v2/team/ci/manifests/${fallbackTag(subject.digest)}`;
  const written: string[][] = [];
  const stored = new Map<string, Manifest>([[ours.digest, ours]]);
  const misbehave: Misbehaviour = (request, response) => {
    if (request.method === 'PUT' && request.url === fallback) {
      const index = parseManifest(request.body, mediaTypes.ociIndex);
      assert.ok(index.kind === 'index');
      written.push(index.manifests.map((each) => each.digest));
      // Another process writes right after us, the first time.
      stored.set(fallback, written.length === 1 ? artifactIndex([descriptorOf(theirs)]) : index);
      stored.set(index.digest, index);
    }
    if (request.method === 'PUT') return answer(response, 201);
    const manifest = stored.get(request.url) ?? stored.get(request.url.split('/').at(-1) ?? '');
    if (manifest === undefined) return answer(response, 404);
    const headers = { 'content-type': manifest.mediaType, 'docker-content-digest': manifest.digest };
    if (request.method === 'GET') return answer(response, 200, headers, manifest.bytes);
    return response.writeHead(200, { ...headers, 'content-length': String(manifest.bytes.length) }).end();
  };
  await against({ misbehave }, async ({ repository }) => {
    await repository.putManifest(ours);
    assert.deepEqual(written, [[ours.digest], [theirs.digest, ours.digest]]);
  });
});

test('a failure of the source is the failure of the upload, as it is', async () => {
  const misbehave: Misbehaviour = (request, response) =>
    request.method === 'HEAD' ? answer(response, 404) : answer(response, 202, { location: `${uploads}one` });
  const failure = new Failure('registry-unavailable', 'the source is busy');
  async function* breaking(): AsyncGenerator<Uint8Array> {
    yield* inPieces(blob.bytes.subarray(0, 5000));
    throw failure;
  }
  await against({ misbehave }, async ({ repository, clock }) => {
    assert.equal(await failureOf(repository.putBlob(blob.descriptor, breaking)), failure);
    assert.deepEqual(clock.slept, [], 'the source has tried already');
  });
});

test('a page of HTML in place of the referrers API means the fallback tag', async () => {
  const misbehave: Misbehaviour = (request, response) =>
    request.url.includes('/referrers/')
      ? answer(response, 200, { 'content-type': 'text/html' }, '<html>')
      : answer(response, 404);
  await against({ misbehave }, async ({ repository }) => {
    assert.deepEqual(await repository.referrers(digest), []);
  });
});

test('an interruption ends a request that is under way', async () => {
  const controller = new AbortController();
  const misbehave: Misbehaviour = () => controller.abort(new Error('stop'));
  await against({ misbehave, signal: controller.signal }, async ({ repository }) => {
    assert.equal((await failureOf(repository.resolve('stable'))).code, 'interrupted');
  });
});

test('a repository that names one image is refused', () => {
  const registries = new DistributionRegistries({
    credentials: noCredentials,
    clock: new FakeClock(),
    random: Math.random,
  });
  for (const repository of ['team/ci:tag', `team/ci@${digest}`, 'Team/CI', '../x', 'a//b', '']) {
    assert.throws(
      () => registries.open('registry.test', repository),
      { code: 'reference-invalid' },
      repository,
    );
  }
});

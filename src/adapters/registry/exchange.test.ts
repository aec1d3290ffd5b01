import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { getEventListeners, once } from 'node:events';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { FakeClock } from '../../../test/support/fake-clock.ts';
import { streamOf } from '../../base/stream.ts';
import { Http, type HttpOptions, type HttpRequest } from './http.ts';

interface Peer {
  readonly http: Http;
  readonly request: (body?: HttpRequest['body']) => HttpRequest;
  readonly connections: () => number;
}

// Longer than any pause of a busy machine; where one has to pass, time is mocked, or the test has a shorter one.
const times = { connectMs: 20_000, headersMs: 20_000, idleMs: 20_000, transferGraceMs: 1000 };

/** A peer that does this with each connection. */
async function withPeer(
  does: (socket: Socket) => void,
  work: (peer: Peer) => Promise<void>,
  options: Partial<HttpOptions> & { readonly scheme?: 'http' | 'https' } = {},
): Promise<void> {
  let connections = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    does(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  const { scheme = 'http', ...more } = options;
  const url = new URL(`${scheme}://127.0.0.1:${address.port}/`);
  const http = new Http({ times, clock: new FakeClock(), ...more });
  try {
    await work({
      http,
      connections: () => connections,
      request: (body) => ({
        ...{ method: body === undefined ? 'GET' : 'PUT', url, headers: {}, body },
        ...{ to: 'registry', what: 'cannot' },
      }),
    });
  } finally {
    http.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

function answering(text: string): (socket: Socket) => void {
  return (socket) => socket.on('data', () => socket.write(text));
}

test('a connection is used again for the next request, also when nobody reads a body that is there', async () => {
  await withPeer(answering('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'), async (peer) => {
    for (let round = 0; round < 3; round += 1) {
      const sent = await peer.http.send(peer.request());
      assert.ok(sent.kind === 'answered');
      if (round === 0) sent.answer.discard();
      else assert.equal((await sent.answer.collect(10)).kind, 'bytes');
      // The connection is free once its answer has come to its end.
      await nextTurn();
    }
    assert.equal(peer.connections(), 1);
  });
});

test('a body that breaks in the same moment as its head comes is broken, and nobody waits for it', async () => {
  const text = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nnone\r\n';
  await withPeer(answering(text), async (peer) => {
    const sent = await peer.http.send(peer.request());
    assert.ok(sent.kind === 'answered');
    const body = await sent.answer.collect(10);
    assert.ok(body.kind === 'broken');
    assert.equal(body.failure.code, 'registry-refused');
  });
});

test('a body that stops midway is late, and its bytes before that are there', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  await withPeer(answering('HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nok'), async (peer) => {
    const sent = await peer.http.send(peer.request());
    assert.ok(sent.kind === 'answered');
    const first = await sent.answer.next();
    assert.ok(first.kind === 'bytes');
    assert.equal(Buffer.from(first.bytes).toString(), 'ok');
    const next = sent.answer.next();
    t.mock.timers.tick(times.idleMs);
    const end = await next;
    assert.ok(end.kind === 'broken');
    assert.deepEqual([end.failure.code, end.again], ['registry-timeout', true]);
  });
});

test('a peer that answers before it took the request is heard, and sent no more', async () => {
  const taken: number[] = [];
  const does = (socket: Socket): void => {
    socket.once('data', () => {
      socket.write('HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\n\r\nno');
      socket.on('data', (bytes) => taken.push(bytes.length));
    });
  };
  await withPeer(does, async (peer) => {
    let given = 0;
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      for (;;) {
        given += 1;
        yield Buffer.alloc(1000);
        await nextTurn();
      }
    };
    const sent = await peer.http.send(peer.request(endless()));
    assert.ok(sent.kind === 'answered');
    assert.equal(sent.answer.status, 413);
    assert.equal((await sent.answer.collect(10)).kind, 'bytes');
    const before = given;
    for (let turn = 0; turn < 50; turn += 1) await nextTurn();
    // What it was about to send when the answer came to its end.
    assert.ok(given <= before + 2, `${given - before} pieces more`);
  });
});

for (const body of [undefined, Buffer.from('bytes')]) {
  test(
    `a peer that takes the connection and never speaks TLS is late to connect, ${body === undefined ? 'when asked' : 'when sent something'}`,
    { timeout: 20_000 },
    async () => {
      const slow = { ...times, connectMs: 50, headersMs: 5000 };
      await withPeer(
        (socket) => socket.resume(),
        async (peer) => {
          const sent = await peer.http.send(peer.request(body));
          assert.ok(sent.kind === 'broken');
          assert.match(String(sent.failure.cause), /LATE_CONNECTION/);
          assert.equal(sent.again, true);
        },
        { scheme: 'https', times: slow },
      );
    },
  );
}

/** Calls `seen` with each piece of a request and all before it. */
function hearing(seen: (text: string, socket: Socket) => void): (socket: Socket) => void {
  return (socket) => {
    let text = '';
    socket.on('data', (bytes: Buffer) => seen((text += bytes.toString('latin1')), socket));
  };
}

const anHourMs = 3_600_000;

test('a peer is not late while our own source is waited for', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const heard = Promise.withResolvers<undefined>();
  const does = hearing((text, socket) => {
    if (text.includes('first')) heard.resolve(undefined);
    if (text.endsWith('0\r\n\r\n')) socket.write('HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n');
  });
  const pausing = async function* (): AsyncGenerator<Uint8Array> {
    t.mock.timers.tick(anHourMs);
    yield Buffer.from('first');
    await heard.promise;
    t.mock.timers.tick(anHourMs);
    yield Buffer.from('second');
  };
  await withPeer(does, async (peer) => {
    const sent = await peer.http.send(peer.request(pausing()));
    assert.ok(sent.kind === 'answered');
    assert.equal(sent.answer.status, 201);
    sent.answer.discard();
  });
});

test('a peer that has all of a body is late when it does not answer', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const does = hearing((text) => {
    if (text.endsWith('0\r\n\r\n')) t.mock.timers.tick(times.headersMs);
  });
  await withPeer(does, async (peer) => {
    const sent = await peer.http.send(peer.request(streamOf([Buffer.from('all')])));
    assert.ok(sent.kind === 'broken');
    assert.match(String(sent.failure.cause), /LATE_HEADERS/);
  });
});

test('a peer that closes while our own source is waited for may be asked again', async () => {
  const closed = Promise.withResolvers<undefined>();
  const does = hearing((text, socket) => {
    if (text.includes('first')) socket.end();
  });
  const waiting = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from('first');
    await closed.promise;
  };
  await withPeer(does, async (peer) => {
    const sent = await peer.http.send(peer.request(waiting()));
    closed.resolve(undefined);
    assert.ok(sent.kind === 'broken');
    assert.deepEqual([sent.failure.code, sent.again], ['registry-unreachable', true]);
  });
});

test('a signal is not listened to for requests that are over', async () => {
  const { signal } = new AbortController();
  const does = answering('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
  const ask = async (peer: Peer): Promise<void> => {
    for (let round = 0; round < 20; round += 1) {
      const sent = await peer.http.send(peer.request());
      assert.ok(sent.kind === 'answered');
      sent.answer.discard();
      await nextTurn();
    }
    assert.deepEqual(getEventListeners(signal, 'abort'), []);
  };
  await withPeer(does, ask, { signal });
});

test('why a body cannot be read is why its exchange ends', async () => {
  const broken = async function* (): AsyncGenerator<Uint8Array> {
    yield* streamOf([Buffer.from('some')]);
    throw new TypeError('the source is broken');
  };
  await withPeer(
    () => undefined,
    async (peer) => {
      await assert.rejects(peer.http.send(peer.request(broken())), /the source is broken/);
    },
  );
});

test('a body that is much larger than what may wait for its reader comes whole', async () => {
  const bytes = 8 * 1024 * 1024;
  const body = Buffer.alloc(bytes, 'x');
  const does = (socket: Socket): void => {
    socket.once('data', () => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${bytes}\r\n\r\n`);
      socket.write(body);
    });
  };
  await withPeer(does, async (peer) => {
    const sent = await peer.http.send(peer.request());
    assert.ok(sent.kind === 'answered');
    let size = 0;
    for (;;) {
      const piece = await sent.answer.next();
      if (piece.kind === 'end') break;
      assert.ok(piece.kind === 'bytes');
      size += piece.bytes.length;
    }
    assert.equal(size, bytes);
  });
});

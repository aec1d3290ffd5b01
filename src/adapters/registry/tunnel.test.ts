import assert from 'node:assert/strict';
import { getEventListeners, once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { FakeClock } from '../../../test/support/fake-clock.ts';
import { Http, type Sent } from './http.ts';

interface Asking {
  readonly http: Http;
  /** Of a registry that only the proxy could reach. */
  readonly ask: () => Promise<Sent>;
  readonly abort: AbortController;
}

/** A proxy that does this with each connection once it is asked for a tunnel. */
async function throughProxy(
  does: (socket: Socket) => void,
  work: (asking: Asking) => Promise<void>,
): Promise<void> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => does(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  const abort = new AbortController();
  const http = new Http({
    times: { connectMs: 60_000, headersMs: 60_000, idleMs: 60_000, transferGraceMs: 60_000 },
    clock: new FakeClock(),
    signal: abort.signal,
    proxies: { https: `http://127.0.0.1:${address.port}`, http: '', except: '' },
  });
  const url = new URL('https://registry.test/v2/');
  const ask = (): Promise<Sent> =>
    http.send({ method: 'GET', url, headers: {}, to: 'registry', what: 'cannot' });
  try {
    await work({ http, ask, abort });
  } finally {
    http.close();
    for (const socket of sockets) socket.destroy();
    server.close();
    const listeners = (): readonly unknown[] => getEventListeners(abort.signal, 'abort');
    // The last request ends a moment after its error.
    for (let turn = 0; turn < 1000 && listeners().length > 0; turn += 1) await nextTurn();
    assert.deepEqual(listeners(), []);
  }
}

function saying(status: number): (socket: Socket) => void {
  return (socket) => socket.write(`HTTP/1.1 ${status} So\r\n\r\n`);
}

const bounded = { timeout: 20_000 };

test('a proxy that does not answer is not waited for after an interruption', bounded, async () => {
  const closed = Promise.withResolvers<undefined>();
  const stop = new Error('stop');
  let end = (): void => undefined;
  const does = (socket: Socket): void => {
    socket.once('close', () => closed.resolve(undefined));
    end();
  };
  await throughProxy(does, async ({ ask, abort }) => {
    end = () => abort.abort(stop);
    await assert.rejects(ask(), (error) => error instanceof Error && error.cause === stop);
    await closed.promise;
  });
});

test('a proxy that does not answer is not waited for after the end', bounded, async () => {
  const closed = Promise.withResolvers<undefined>();
  let end = (): void => undefined;
  const does = (socket: Socket): void => {
    socket.once('close', () => closed.resolve(undefined));
    end();
  };
  await throughProxy(does, async ({ http, ask }) => {
    end = () => http.close();
    assert.equal((await ask()).kind, 'broken');
    await closed.promise;
  });
});

for (const status of [200, 201, 204]) {
  test(`a proxy that answers ${status} has made a tunnel, in which we speak TLS`, bounded, async () => {
    const spoken = Promise.withResolvers<Buffer>();
    const does = (socket: Socket): void => {
      socket.once('data', (bytes: Buffer) => {
        spoken.resolve(bytes);
        socket.destroy();
      });
      saying(status)(socket);
    };
    await throughProxy(does, async ({ ask }) => {
      assert.equal((await ask()).kind, 'broken');
      const clientHello = 0x16;
      assert.equal((await spoken.promise)[0], clientHello);
    });
  });
}

for (const [status, again] of [
  [502, true],
  [503, true],
  [504, true],
  [403, false],
  [407, false],
  [301, false],
] as const) {
  test(
    `a proxy that answers ${status} is ${again ? 'asked again' : 'not asked again'}`,
    bounded,
    async () => {
      await throughProxy(saying(status), async ({ ask }) => {
        const sent = await ask();
        assert.ok(sent.kind === 'broken');
        assert.deepEqual([sent.failure.code, sent.again], ['registry-unreachable', again]);
      });
    },
  );
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '../../../test/support/fake-clock.ts';
import { answer, startFaultServer, type FaultServer } from '../../../test/support/fault-server.ts';
import { Http, type HttpRequest } from './http.ts';

async function withServer(work: (server: FaultServer, http: Http) => Promise<void>): Promise<void> {
  const server = await startFaultServer((_, response) => answer(response, 200, { 'x-many': 'one' }, 'hello'));
  const http = new Http({
    times: { connectMs: 1000, headersMs: 1000, idleMs: 1000, transferGraceMs: 1000 },
    clock: new FakeClock(),
  });
  try {
    await work(server, http);
  } finally {
    http.close();
    await server.stop();
  }
}

function get(url: string, to: HttpRequest['to']): HttpRequest {
  return { method: 'GET', url: new URL(url), headers: {}, to, what: 'cannot read' };
}

test('an answer has its status, headers and body', async () => {
  await withServer(async (server, http) => {
    const sent = await http.send(get(`http://${server.host}/path?query`, 'registry'));
    assert.ok(sent.kind === 'answered');
    assert.deepEqual([sent.answer.status, sent.answer.header('x-many'), sent.answer.length], [200, 'one', 5]);
    const body = await sent.answer.collect(100);
    assert.ok(body.kind === 'bytes');
    assert.equal(body.bytes.toString(), 'hello');
    assert.equal(server.seen[0]?.url, '/path?query');
    assert.equal(
      server.seen[0]?.headers['accept-encoding'],
      undefined,
      'nothing may change the bytes on their way',
    );
  });
});

test('a body that is too large is not collected', async () => {
  await withServer(async (server, http) => {
    const sent = await http.send(get(`http://${server.host}/`, 'registry'));
    assert.ok(sent.kind === 'answered');
    assert.deepEqual(await sent.answer.collect(4), { kind: 'too-large' });
  });
});

test('a name or address inside of the network is not connected to when a registry sends us there', async () => {
  await withServer(async (server, http) => {
    const port = server.host.split(':')[1];
    for (const host of [
      'localhost',
      '127.0.0.1',
      '[::ffff:127.0.0.1]',
      '[::1]',
      '0.0.0.0',
      '0x7f.1',
      '2130706433',
    ]) {
      const sent = await http.send(get(`http://${host}:${port}/`, 'elsewhere'));
      assert.ok(sent.kind === 'broken', host);
      assert.equal(sent.failure.code, 'registry-untrusted', host);
      assert.equal(sent.again, false);
    }
    assert.equal(server.seen.length, 0);
  });
});

test('a registry that is itself on this machine may send us to this machine', async () => {
  await withServer(async (server, http) => {
    const own = await http.send(get(`http://${server.host}/`, 'registry'));
    assert.ok(own.kind === 'answered');
    own.answer.discard();
    const sent = await http.send(get(`http://${server.host}/`, 'elsewhere'));
    assert.ok(sent.kind === 'answered');
    sent.answer.discard();
    const metadata = await http.send(get('http://169.254.169.254/', 'elsewhere'));
    assert.ok(metadata.kind === 'broken');
    assert.equal(metadata.failure.code, 'registry-untrusted');
  });
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import {
  localhostCertificate,
  registryTestCertificate,
  testKey,
  trusting,
} from '../../../test/support/certificates.ts';
import { FakeClock } from '../../../test/support/fake-clock.ts';
import { answer, startFaultServer, type Misbehaviour } from '../../../test/support/fault-server.ts';
import { failureOf } from '../../../test/support/registry-under-test.ts';
import { sampleImage } from '../../../test/support/sample-images.ts';
import { isFailure } from '../../base/failure.ts';
import type { Repository } from '../../ports/repository.ts';
import { noCredentials } from '../credentials/none.ts';
import { DistributionRegistries } from './distribution.ts';
import { noProxies, proxyFor, type ProxyVariables } from './proxy.ts';

const both: ProxyVariables = { https: 'http://s.test:1', http: 'http://p.test:2', except: '' };

for (const [url, except, expected] of [
  ['https://r.test/v2/', '', 'http://s.test:1/'],
  ['http://r.test/v2/', '', 'http://p.test:2/'],
  ['https://localhost:5000/', '', undefined],
  ['https://127.0.0.1:5000/', '', undefined],
  ['https://[::1]:5000/', '', undefined],
  ['https://r.test/', '*', undefined],
  ['https://r.test/', 'a.test, R.test', undefined],
  ['https://x.r.test/', 'r.test', undefined],
  ['https://xr.test/', 'r.test', 'http://s.test:1/'],
  ['https://r.test/', '.r.test', 'http://s.test:1/'],
  ['https://x.r.test/', '.r.test', undefined],
  ['https://x.r.test/', '*.r.test', undefined],
  ['https://r.test/', 'r.test:443', undefined],
  ['http://r.test/', 'r.test:80', undefined],
  ['https://r.test:8443/', 'r.test:443', 'http://s.test:1/'],
  ['https://10.1.2.3/', '10.0.0.0/8', undefined],
  ['https://11.1.2.3/', '10.0.0.0/8', 'http://s.test:1/'],
  ['https://10.1.2.3/', '10.1.2.3', undefined],
  ['https://[fd00::7]/', 'fd00::/8', undefined],
  ['https://[fd00::7]:5000/', '[fd00::7]:5000', undefined],
  ['https://10.1.2.3/', '10.0.0.0/99', 'http://s.test:1/'],
  ['https://r.test/', ',, ,', 'http://s.test:1/'],
] as const) {
  test(`${url} with NO_PROXY=${JSON.stringify(except)} goes by ${expected ?? 'no proxy'}`, () => {
    assert.equal(proxyFor({ ...both, except }, new URL(url))?.href, expected);
  });
}

test('a proxy may be written without http://, and nothing else but http and https is one', () => {
  const at = (https: string): URL | undefined => proxyFor({ ...both, https }, new URL('https://r.test'));
  assert.equal(at('proxy.test:3128')?.href, 'http://proxy.test:3128/');
  assert.equal(at('https://ann:secret@proxy.test')?.host, 'proxy.test');
  assert.equal(at(''), undefined);
  for (const odd of ['socks5://proxy.test', 'http://', 'ht tp://x:secret@y', 'file:///etc/passwd']) {
    assert.throws(
      () => at(odd),
      (error) => isFailure(error, 'registry-unreachable') && !error.message.includes('secret'),
      odd,
    );
  }
});

interface Behind {
  readonly repository: Repository;
  /** `METHOD URL` of what the proxy was asked for. */
  readonly asked: readonly string[];
}

/** A registry that has no address here, behind an HTTP proxy that passes requests for it to `tunnel` or answers them. */
async function behindProxy(
  {
    misbehave,
    tunnel,
    proxy,
  }: { readonly misbehave: Misbehaviour; readonly tunnel?: number; readonly proxy?: Partial<ProxyVariables> },
  work: (behind: Behind) => Promise<void>,
): Promise<void> {
  const asked: string[] = [];
  const registry = await startFaultServer(misbehave);
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const { pathname } = new URL(request.url ?? '');
    void registry.answerTo(request, response, pathname);
  });
  server.on('connect', (request, socket) => {
    asked.push(`CONNECT ${request.url} ${request.headers['proxy-authorization'] ?? ''}`.trim());
    socket.on('error', () => undefined);
    if (tunnel === undefined) return socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n');
    const outgoing = connect(tunnel, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(outgoing).pipe(socket);
    });
    outgoing.on('error', () => socket.destroy());
    return undefined;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://ann:pr0xy-secret@127.0.0.1:${portOf(server.address())}`;
  const secure = misbehave === never;
  const registries = new DistributionRegistries({
    credentials: noCredentials,
    clock: new FakeClock(),
    random: () => 0,
    settings: secure ? {} : { insecure: ['registry.test'] },
    // No test here waits for one of them to pass: longer than any pause of a busy machine.
    times: { connectMs: 20_000, headersMs: 20_000, idleMs: 20_000, transferGraceMs: 1000 },
    proxies: { ...noProxies, http: url, https: url, ...proxy },
  });
  try {
    await work({ repository: registries.open('registry.test', 'team/ci'), asked });
  } finally {
    await registries.close();
    server.closeAllConnections();
    server.close();
    await registry.stop();
  }
}

const never: Misbehaviour = () => assert.fail('a tunnel is none of plain http');

function portOf(address: AddressInfo | string | null): number {
  assert.ok(address !== null && typeof address === 'object');
  return address.port;
}

const image = sampleImage();
const serve: Misbehaviour = (_, response) =>
  answer(response, 200, { 'content-type': image.manifest.mediaType }, image.manifest.bytes);

test('a registry over plain http is read through the proxy, which looks its name up', async () => {
  await behindProxy({ misbehave: serve }, async ({ repository, asked }) => {
    assert.equal((await repository.manifest(image.manifest.digest)).digest, image.manifest.digest);
    assert.deepEqual(asked, [`GET http://registry.test/v2/team/ci/manifests/${image.manifest.digest}`]);
  });
});

/** A host with https that the proxy leads to, and what came to it. */
async function behindTunnel(
  certificate: string,
  work: (behind: Behind & { readonly seen: readonly string[] }) => Promise<void>,
): Promise<void> {
  const seen: string[] = [];
  const server = createTlsServer({ key: testKey, cert: certificate }, (request, response) => {
    seen.push(`${request.method} ${request.url}`);
    answer(response, 200, { 'content-type': image.manifest.mediaType }, image.manifest.bytes);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await trusting(certificate, () =>
      behindProxy({ misbehave: never, tunnel: portOf(server.address()) }, (behind) =>
        work({ ...behind, seen }),
      ),
    );
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const connected = `CONNECT registry.test:443 Basic ${Buffer.from('ann:pr0xy-secret').toString('base64')}`;

test('https goes through a tunnel, which serves for more than one request', async () => {
  const { digest } = image.manifest;
  await behindTunnel(registryTestCertificate, async ({ repository, asked, seen }) => {
    for (let round = 0; round < 2; round += 1)
      assert.equal((await repository.manifest(digest)).digest, digest);
    const path = `GET /v2/team/ci/manifests/${digest}`;
    assert.deepEqual([asked, seen], [[connected], [path, path]]);
  });
});

test('a tunnel that ends at somebody else, however trusted, is none to the registry', async () => {
  await behindTunnel(localhostCertificate, async ({ repository, asked, seen }) => {
    const failure = await failureOf(repository.resolve('stable'));
    assert.equal(failure.code, 'registry-untrusted');
    assert.doesNotMatch(failure.message, /secret/);
    assert.deepEqual([asked, seen], [[connected], []]);
  });
});

test('a proxy that refuses is named, once, without its login', async () => {
  await behindProxy({ misbehave: never }, async ({ repository, asked }) => {
    const failure = await failureOf(repository.resolve('stable'));
    assert.equal(failure.code, 'registry-unreachable');
    assert.match(failure.message, /through the proxy 127\.0\.0\.1:\d+: the proxy refuses to connect/);
    assert.doesNotMatch(failure.message, /secret|ann@/);
    assert.equal(asked.length, 1);
  });
});

test('a proxy that wants another login is a failure', async () => {
  const misbehave: Misbehaviour = (_, response) => answer(response, 407);
  await behindProxy({ misbehave }, async ({ repository }) => {
    assert.equal((await failureOf(repository.resolve('stable'))).code, 'registry-unreachable');
  });
});

test('a proxy that is not there is named', async () => {
  const proxy = { http: 'http://127.0.0.1:1' };
  await behindProxy({ misbehave: serve, proxy }, async ({ repository, asked }) => {
    const failure = await failureOf(repository.resolve('stable'));
    assert.equal(failure.code, 'registry-unreachable');
    assert.match(failure.message, /through the proxy 127\.0\.0\.1:1/);
    assert.deepEqual(asked, []);
  });
});

for (const location of ['https://169.254.169.254/latest', 'https://10.0.0.1/x', 'https://localhost/x']) {
  test(`a read that is sent on to ${location} is not asked of the proxy`, async () => {
    const misbehave: Misbehaviour = (_, response) => answer(response, 307, { location });
    await behindProxy({ misbehave }, async ({ repository, asked }) => {
      const [layer] = image.layers;
      assert.ok(layer !== undefined);
      const failure = await failureOf(
        (async () => {
          for await (const piece of repository.blob(layer.descriptor)) assert.ok(piece);
        })(),
      );
      assert.equal(failure.code, 'registry-untrusted');
      assert.equal(asked.length, 1);
    });
  });
}

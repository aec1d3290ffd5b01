import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '../../../test/support/fake-clock.ts';
import { answer, startFaultServer } from '../../../test/support/fault-server.ts';
import { endpointOf } from './endpoint.ts';
import { Http } from './http.ts';
import { basicAuthorization, fetchToken, type TokenOrder } from './token.ts';

test('a token service inside of a network where the registry itself was not seen gets no login', async (t) => {
  const service = await startFaultServer((_, response) => answer(response, 200, {}, '{"token":"t"}'));
  t.after(() => service.stop());
  const http = new Http({
    times: { connectMs: 1000, headersMs: 1000, idleMs: 1000, transferGraceMs: 1000 },
    clock: new FakeClock(),
  });
  t.after(() => http.close());
  const order: TokenOrder = {
    endpoint: endpointOf(service.host),
    realm: `http://${service.host}/token`,
    service: undefined,
    scopes: [],
    login: { kind: 'basic', user: 'ann', password: 'secret' },
    what: 'cannot read',
  };
  const end = await fetchToken(order, http);
  assert.ok(end.kind === 'broken');
  assert.equal(end.failure.code, 'registry-untrusted');
  assert.equal(end.again, false);
  assert.equal(service.seen.length, 0);
});

test('a login becomes a header as RFC 7617 says', () => {
  assert.equal(
    basicAuthorization({ user: 'Aladdin', password: 'open sesame' }),
    'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==',
  );
});

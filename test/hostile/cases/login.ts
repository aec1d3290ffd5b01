import { answer, reset } from '../../support/fault-server.ts';
import { anything, endless, putBlob, type Attack, type HostileCase } from '../hostile-case.ts';

const challenged = (challenge: string | undefined): HostileCase['does'] => {
  return ({ response }) =>
    answer(response, 401, challenge === undefined ? {} : { 'www-authenticate': challenge });
};

/** Sends to its own token service, which then does something. */
const tokens = (does: (attack: Attack) => unknown): HostileCase['does'] => {
  return (attack) =>
    attack.request.url.startsWith('/token')
      ? does(attack)
      : answer(attack.response, 401, { 'www-authenticate': `Bearer realm="http://${attack.own}/token"` });
};

const denied = (name: string, does: HostileCase['does']): HostileCase => ({
  name,
  work: 'resolve',
  on: anything,
  does,
  code: 'registry-denied',
});

const token = (
  name: string,
  does: (attack: Attack) => unknown,
  code: HostileCase['code'] = 'registry-refused',
): HostileCase => ({
  name: `its token service ${name}`,
  work: 'resolve',
  on: anything,
  does: tokens(does),
  code,
});

const body = (text: string) => (attack: Attack) => answer(attack.response, 200, {}, text);

export const loginCases: readonly HostileCase[] = [
  denied('wants a login and never takes it', challenged('Basic realm="x"')),
  denied(
    'wants a token and never takes it',
    tokens(({ response, time }) => answer(response, 200, {}, `{"token":"t${time}"}`)),
  ),
  denied('wants a login and does not say which', challenged(undefined)),
  denied('wants a login of a kind that nobody knows', challenged('Sesame realm="x"')),
  denied('wants a Kerberos login', challenged('Negotiate')),
  denied('wants a login in a line of noise', challenged(',,,=;"\\"')),
  denied('wants a login in a line without end', challenged(`Digest ${'a=b,'.repeat(3000)}`)),
  {
    name: 'takes the login for reading and never for an upload',
    work: 'push',
    on: putBlob,
    does: challenged('Basic realm="x"'),
    code: 'registry-denied',
  },
  {
    name: 'names no place for its tokens',
    work: 'resolve',
    on: anything,
    does: challenged('Bearer service="x"'),
    code: 'registry-untrusted',
  },
  token('answers with a page', body('<html>')),
  token('answers with nothing', body('')),
  token('answers with an empty token', body('{"token":""}')),
  token('answers with a list', body('["token"]')),
  token('answers with a token that holds a line break', body('{"token":"a\\r\\nx-evil: 1"}')),
  token('answers with a token that holds a NUL', body('{"token":"a\\u0000"}')),
  token('answers with two tokens under one key', body('{"token":"a","token":"b"}')),
  token('answers with a token that is a number', body('{"token":1}')),
  token('answers with a life below zero', body('{"token":"a","expires_in":-1}')),
  token('never ends its answer', (attack) => endless(attack)),
  token('answers 404', ({ response }) => answer(response, 404)),
  token('answers 403', ({ response }) => answer(response, 403), 'registry-denied'),
  token(
    'answers 401 with another challenge',
    ({ response, own }) =>
      answer(response, 401, { 'www-authenticate': `Bearer realm="http://${own}/token2"` }),
    'registry-denied',
  ),
  token(
    'redirects',
    ({ response, canary }) => answer(response, 302, { location: `http://${canary}/` }),
    'registry-untrusted',
  ),
  token(
    'redirects to itself',
    ({ response }) => answer(response, 307, { location: '/token' }),
    'registry-untrusted',
  ),
  token('answers 500', ({ response }) => answer(response, 500), 'registry-unavailable'),
  token(
    'answers 429 for an hour',
    ({ response }) => answer(response, 429, { 'retry-after': '3600' }),
    'registry-rate-limited',
  ),
  token('resets the connection', ({ response }) => reset(response), 'registry-unreachable'),
  token('never answers', () => undefined, 'registry-timeout'),
];

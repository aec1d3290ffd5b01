import { answer } from '../../support/fault-server.ts';
import {
  getBlob,
  getManifest,
  listReferrers,
  listTags,
  patchBlob,
  putBlob,
  putManifest,
  startUpload,
  type Attack,
  type HostileCase,
} from '../hostile-case.ts';

/** Places that a registry on this machine, over plain http, must not send us to. */
const places: readonly (readonly [string, (attack: Attack) => string])[] = [
  ['another port', ({ canary }) => `http://${canary}/steal`],
  ['another port without a protocol', ({ canary }) => `//${canary}/steal`],
  ['another port behind a login', ({ canary, own }) => `http://${own}@${canary}/steal`],
  ['itself with a login', ({ own }) => `http://ann:x@${own}/v2/`],
  ['a host that begins as it does', ({ own }) => `http://${own.replace(':', '.evil.test:')}/`],
  ['the address behind its name', ({ own }) => `http://${own.replace('localhost', '127.0.0.1')}/`],
  ['this machine as a number', ({ canary }) => `http://2130706433:${canary.split(':')[1]}/`],
  ['a metadata service', () => 'http://169.254.169.254/latest/meta-data/'],
  ['a file', () => 'file:///etc/passwd'],
  ['a script', () => 'javascript:alert(1)'],
  ['data', () => 'data:application/json,{"token":"x"}'],
  ['FTP', ({ canary }) => `ftp://${canary}/`],
  ['no URL at all', () => 'http://[not-a-host/'],
];
/** These are https, so that a read may follow; where they lead is looked at when connecting. */
const inward: readonly string[] = [
  'https://10.0.0.1/x',
  'https://192.168.1.1/x',
  'https://169.254.169.254/x',
  'https://[fd00:ec2::254]/x',
  'https://[::ffff:10.0.0.1]/x',
  'https://100.100.100.200/x',
];

const on = (
  name: string,
  work: HostileCase['work'],
  requests: RegExp,
  does: HostileCase['does'],
): HostileCase => ({ name, work, on: requests, does, code: 'registry-untrusted' });

export const elsewhereCases: readonly HostileCase[] = [
  ...places.flatMap(([what, place]) => [
    on(`wants the login at ${what}`, 'resolve', /^HEAD /, (attack) =>
      answer(attack.response, 401, { 'www-authenticate': `Bearer realm="${place(attack)}",service="x"` }),
    ),
    on(`redirects blobs to ${what}`, 'pull', getBlob, (attack) =>
      answer(attack.response, 307, { location: place(attack) }),
    ),
    on(`wants uploads at ${what}`, 'push', startUpload, (attack) =>
      answer(attack.response, 202, { location: place(attack) }),
    ),
    on(`continues its list of tags at ${what}`, 'tags', listTags, (attack) =>
      answer(attack.response, 200, { link: `<${place(attack)}>; rel="next"` }, '{"tags":["a"]}'),
    ),
  ]),
  ...inward.map((place) =>
    on(`redirects manifests inward, to ${place}`, 'manifest', getManifest, ({ response }) =>
      answer(response, 302, { location: place }),
    ),
  ),
  ...inward.map((place) =>
    on(`wants the login inward, at ${place}`, 'resolve', /^HEAD /, ({ response }) =>
      answer(response, 401, { 'www-authenticate': `Bearer realm="${place}"` }),
    ),
  ),
  on('redirects in a circle', 'manifest', getManifest, ({ request, response }) =>
    answer(response, 302, { location: request.url }),
  ),
  on('redirects to nowhere', 'manifest', getManifest, ({ response }) => answer(response, 302)),
  on('redirects its list of referrers', 'referrers', listReferrers, ({ response, canary }) =>
    answer(response, 301, { location: `http://${canary}/` }),
  ),
  ...(
    [
      ['the start of an upload', startUpload, 'push'],
      ['an upload', putBlob, 'push'],
      ['a piece of an upload', patchBlob, 'push in pieces'],
      ['a manifest that comes', putManifest, 'push'],
      ['a deletion', /^DELETE /, 'delete'],
    ] as const
  ).map(([what, requests, work]) =>
    on(`redirects ${what}`, work, requests, ({ response, canary }) =>
      answer(response, 308, { location: `http://${canary}/steal` }),
    ),
  ),
  on('moves an upload to another port midway', 'push in pieces', patchBlob, ({ response, canary }) =>
    answer(response, 202, { location: `http://${canary}/steal`, range: '0-99' }),
  ),
];

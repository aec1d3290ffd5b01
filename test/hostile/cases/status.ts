import { answer } from '../../support/fault-server.ts';
import {
  anything,
  getBlob,
  headManifest,
  listTags,
  putBlob,
  putManifest,
  type HostileCase,
} from '../hostile-case.ts';

const status = (code: number, headers: Record<string, string> = {}): HostileCase['does'] => {
  return ({ response }) => answer(response, code, headers);
};

export const statusCases: readonly HostileCase[] = [
  ...[408, 499, 500, 502, 503, 504, 522].map((code): HostileCase => ({
    name: `answers ${code} to all`,
    work: 'pull',
    on: anything,
    does: status(code),
    code: 'registry-unavailable',
  })),
  ...[400, 402, 405, 409, 418, 451, 501, 505, 599].map((code): HostileCase => ({
    name: `answers ${code} to all`,
    work: 'resolve',
    on: anything,
    does: status(code),
    code: 'registry-refused',
  })),
  {
    name: 'answers 503 to each blob that comes',
    work: 'push',
    on: putBlob,
    does: status(503),
    code: 'registry-unavailable',
  },
  {
    name: 'answers 500 to each manifest that comes',
    work: 'push',
    on: putManifest,
    does: status(500),
    code: 'registry-unavailable',
  },
  {
    name: 'refuses each blob that comes as too large',
    work: 'push',
    on: putBlob,
    does: status(413),
    code: 'registry-refused',
  },
  {
    name: 'takes the end of an upload for its middle',
    work: 'push',
    on: putBlob,
    does: status(202),
    code: 'registry-refused',
  },
  {
    name: 'takes the end of pieces for their middle',
    work: 'push in pieces',
    on: putBlob,
    does: status(202),
    code: 'registry-refused',
  },
  { name: 'forbids all', work: 'pull', on: anything, does: status(403), code: 'registry-denied' },
  { name: 'forbids its blobs', work: 'pull', on: getBlob, does: status(403), code: 'registry-denied' },
  ...[
    ['an hour', '3600'],
    ['a thousand years', '31536000000'],
    ['longer than numbers go', '99999999999999999999'],
    ['until a day that is far', 'Fri, 31 Dec 2999 23:59:59 GMT'],
    ['no time', '0'],
    ['less than no time', '-5'],
    ['until a word', 'soon'],
    ['until a line of noise', '9'.repeat(5000)],
  ].map(([what = '', after = '']): HostileCase => ({
    name: `asks to wait ${what}, each time`,
    work: 'resolve',
    on: headManifest,
    does: status(429, { 'retry-after': after }),
    code: 'registry-rate-limited',
  })),
  {
    name: 'asks to wait without saying how long',
    work: 'tags',
    on: listTags,
    does: status(429),
    code: 'registry-rate-limited',
  },
  {
    name: 'asks to wait at each blob that comes',
    work: 'push',
    on: putBlob,
    does: status(429),
    code: 'registry-rate-limited',
  },
  {
    name: 'is away and names an hour',
    work: 'resolve',
    on: headManifest,
    does: status(503, { 'retry-after': '3600' }),
    code: 'registry-rate-limited',
  },
];

import { answer, reset, truncate } from '../../support/fault-server.ts';
import {
  anything,
  endless,
  getBlob,
  getManifest,
  headManifest,
  listReferrers,
  listTags,
  patchBlob,
  putBlob,
  putManifest,
  putTag,
  raw,
  startUpload,
  type Attack,
  type HostileCase,
  type Work,
} from '../hostile-case.ts';

/** Each kind of work with the request that it stands or falls with. */
const all: readonly (readonly [Work, RegExp])[] = [
  ['resolve', headManifest],
  ['manifest', getManifest],
  ['blob', getBlob],
  ['tags', listTags],
  ['referrers', listReferrers],
  ['pull', getBlob],
  ['push', startUpload],
  ['push', putBlob],
  ['push in pieces', patchBlob],
  ['push', putManifest],
  ['push', putTag],
  ['delete', /^DELETE /],
];
const reads = all.filter(([, on]) => [getManifest, getBlob, listTags, listReferrers].includes(on));

const onEach = (
  works: typeof all,
  what: string,
  does: HostileCase['does'],
  code: HostileCase['code'],
): readonly HostileCase[] =>
  works.map(([work, on]) => ({ name: `${what} on ${on.source.replaceAll('\\', '')}`, work, on, does, code }));

const half = ({ response }: Attack): void => {
  response.writeHead(200, { 'content-length': '2000', 'content-type': 'application/json' });
  response.write('{"');
};

export const transportCases: readonly HostileCase[] = [
  ...onEach(all, 'resets the connection', ({ response }) => reset(response), 'registry-unreachable'),
  ...onEach(all, 'never answers', () => undefined, 'registry-timeout'),
  ...onEach(reads, 'stops midway and keeps the connection open', half, 'registry-timeout'),
  ...onEach(
    reads,
    'closes the connection before the end',
    ({ response }) => truncate(response, Buffer.alloc(2000, ' '), 900),
    'registry-unreachable',
  ),
  ...onEach(
    reads.filter(([, on]) => on !== getBlob),
    'drips a byte at a time',
    (attack) => {
      half(attack);
      const timer = setInterval(() => attack.response.write(' '), 10);
      attack.response.on('close', () => clearInterval(timer));
    },
    'registry-timeout',
  ),
  {
    name: 'closes the connection without a word',
    work: 'resolve',
    on: anything,
    does: ({ response }) => response.socket?.end(),
    code: 'registry-unreachable',
  },
  ...(
    [
      ['speaks SSH', 'SSH-2.0-OpenSSH_9.2p1\r\n'],
      ['speaks noise', '\u0000\u0001\u0002\u0003\r\n\r\n'],
      ['gives a length below zero', 'HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n'],
      ['gives a length that is a word', 'HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n'],
      ['gives a chunk of no size', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\nabc\r\n'],
      ['gives a status that is none', 'HTTP/1.1 2000 Fine\r\n\r\n'],
      ['folds its headers', 'HTTP/1.1 200 OK\r\nx: a\r\n\u0000b\r\n\r\n'],
    ] as const
  ).map(([name, text]): HostileCase => ({
    name,
    work: 'manifest',
    on: anything,
    does: (attack) => raw(attack, text),
    code: 'registry-refused',
  })),
  ...(
    [
      ['gives two lengths', 'content-length: 3\r\ncontent-length: 5\r\n\r\nabcde'],
      [
        'gives a length and chunks',
        'content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
      ],
    ] as const
  ).map(([name, text]): HostileCase => ({
    name,
    work: 'manifest',
    on: anything,
    does: (attack) => raw(attack, `HTTP/1.1 200 OK\r\n${text}`),
    code: 'registry-refused',
  })),
  {
    name: 'sends headers without end',
    work: 'resolve',
    on: anything,
    does: (attack) => {
      raw(attack, 'HTTP/1.1 200 OK\r\n');
      for (let line = 0; line < 20_000; line += 1) raw(attack, `x-${line}: ${'y'.repeat(100)}\r\n`);
    },
    code: 'registry-refused',
    big: true,
  },
  {
    name: 'sends early hints without end',
    work: 'resolve',
    on: anything,
    does: (attack) => {
      const timer = setInterval(() => raw(attack, 'HTTP/1.1 103 Early Hints\r\nlink: <x>\r\n\r\n'), 10);
      attack.response.socket?.on('close', () => clearInterval(timer));
    },
    code: 'registry-timeout',
  },
  {
    name: 'switches to another protocol',
    work: 'resolve',
    on: anything,
    does: (attack) =>
      raw(attack, 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
    code: 'registry-unreachable',
  },
  ...(
    [
      ['manifest', getManifest, 200, 'content-refused'],
      ['tags', listTags, 200, 'content-refused'],
      ['referrers', listReferrers, 200, 'content-refused'],
      ['blob', getBlob, 200, 'content-mismatch'],
      ['pull', getBlob, 200, 'content-mismatch'],
      ['resolve', headManifest, 400, 'registry-refused'],
      ['push', startUpload, 400, 'registry-refused'],
    ] as const
  ).map(([work, on, status, code]): HostileCase => ({
    name: `never ends its ${status} on ${on.source.replaceAll('\\', '')}`,
    work,
    on,
    does: (attack) =>
      attack.request.method === 'HEAD' ? answer(attack.response, status) : endless(attack, status),
    code,
    big: true,
  })),
];

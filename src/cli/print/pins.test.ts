import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestNamed, mentionOf } from '../../../test/support/sample-mentions.ts';
import { Failure } from '../../base/failure.ts';
import type { FileOutcome } from '../../model/pin.ts';
import { changedFilesText } from './pins.ts';

const [from, to] = [digestNamed('old'), digestNamed('new')];
const long = 'registry.example.org/some/group/of/repositories/with/a/long/name:2026.11-bookworm';

const files: readonly FileOutcome[] = [
  {
    kind: 'planned',
    file: 'ci.yaml',
    pins: [
      { mention: mentionOf('127.0.0.1:5000/team/ci:latest', { start: 2 }), from: undefined, to },
      { mention: mentionOf(long, { start: 3 }), from, to },
    ],
  },
  {
    kind: 'planned',
    file: 'compose.yaml',
    pins: [
      {
        mention: mentionOf('127.0.0.1:5000/team/ci:latest', { file: 'compose.yaml', start: 4 }),
        from: undefined,
        to,
      },
    ],
  },
  {
    kind: 'failed',
    file: 'Dockerfile',
    pins: [{ mention: mentionOf(`node:22@${from}`, { file: 'Dockerfile', start: 5 }), from, to: undefined }],
    failure: new Failure('file-denied', 'access to Dockerfile is denied'),
  },
];

test('every name that changes stands there whole, once, above the places where it changes', () => {
  const paint = (_: unknown, text: string): string => text;
  const short = (digest: string): string => digest.slice(0, 19);
  assert.deepEqual(changedFilesText(files, { paint, columns: 80 }), [
    `127.0.0.1:5000/team/ci:latest  (no digest) → ${short(to)}`,
    '  ci.yaml:2:1',
    '  compose.yaml:4:1',
    long,
    `    ${short(from)} → ${short(to)}`,
    '  ci.yaml:3:1',
    'node:22  not changed: access to Dockerfile is denied',
    '  Dockerfile:5:1',
    '',
    '3 names would change in 2 files; 1 name in 1 file could not be changed.',
  ]);
});

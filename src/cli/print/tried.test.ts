import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertGolden } from '../../../test/support/golden.ts';
import { digestOf } from '../../model/digest.ts';
import type { TriedSuite } from '../../model/tried-suite.ts';
import { triedText } from './tried.ts';

const failed: TriedSuite = {
  schemaVersion: 1,
  kind: 'trial',
  image: 'ci',
  suite: 'unit',
  platform: 'linux/amd64',
  side: 'candidate',
  digest: digestOf('candidate'),
  engine: 'docker',
  imageId: digestOf('config'),
  command: ['sh', '-c', `pytest 'tests/test_tls.py::test_negotiates'`],
  whole: false,
  exit: 3,
  startedAt: '2026-03-14T09:26:53.000Z',
  durationMs: 2140,
  end: { kind: 'exited', status: 1 },
  tests: [
    {
      test: 'tests/test_tls.py › test_negotiates',
      status: 'failed',
      detail: 'def test_negotiates():\nE   ssl.SSLError: unsupported protocol\n',
    },
    { test: 'tests/test_tls.py › test_closes', status: 'missing' },
    { test: 'tests/test_tls.py › test_opens', status: 'passed' },
  ],
  output: { bytes: 91_000, head: 'collected 1 item\n', tail: '1 failed in 2.10s\n', omittedBytes: 90_000 },
};

test('a failed run reads as its golden: how it went, what failed, what it wrote, how to look around', () => {
  assertGolden('tried/failed.txt', triedText(failed, { colour: false, columns: 80 }));
});

test('what the run wrote takes over no terminal and no log', () => {
  const evil = 'a\u001b]0;owned\u0007\n::set-output name=x::y\n##[add-path]/evil\u202e';
  const text = triedText(
    {
      ...failed,
      suite: evil,
      command: ['sh', '-c', evil],
      tests: [{ test: evil, status: 'failed', detail: evil }],
      output: { bytes: 10, head: evil, tail: '', omittedBytes: 0 },
    },
    { colour: false, columns: 80 },
  );
  assert.doesNotMatch(text, /[\u001b\u0007\u202e]/);
  assert.doesNotMatch(text, /^\s*::|##\[/m);
});

test('a run without a failure says so in its first line', () => {
  const passed = { ...failed, exit: 0, tests: failed.tests.slice(2), whole: true } as const;
  assert.match(triedText(passed, { colour: false, columns: 80 }), /^✓ unit on ci .*\n {2}1 passed; /);
});

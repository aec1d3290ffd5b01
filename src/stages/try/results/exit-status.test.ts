import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TrialEnd } from '../../../model/trial.ts';
import { readExitStatus } from './exit-status.ts';

test('status 0 is one test that passed, any other one that failed', () => {
  assert.deepEqual(readExitStatus({ kind: 'exited', status: 0 }), {
    observations: [{ id: 'exit status', parts: { name: 'exit status' }, status: 'passed' }],
    report: { kind: 'complete' },
  });
  for (const status of [1, 2, 126, 127, 128, 193, 255]) {
    const { observations, report } = readExitStatus({ kind: 'exited', status });
    assert.equal(observations[0]?.status, 'failed');
    assert.equal(observations[0].signature, `status ${status}`);
    assert.equal(report.kind, 'complete');
  }
});

test('what ended from outside is no result', () => {
  const ends: readonly TrialEnd[] = [
    { kind: 'exited', status: 137 },
    { kind: 'exited', status: 139 },
    { kind: 'timed-out', afterMs: 5 },
    { kind: 'out-of-memory', bytesMax: 5 },
    { kind: 'out-of-disk', bytesMax: 5 },
    { kind: 'not-started', message: 'x' },
    { kind: 'engine-error', message: 'x' },
  ];
  for (const end of ends) {
    const { observations, report } = readExitStatus(end);
    assert.deepEqual(observations, []);
    assert.equal(report.kind === 'broken' && report.code, 'ended-early');
  }
});

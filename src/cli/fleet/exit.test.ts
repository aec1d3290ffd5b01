import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure, type FailureCode } from '../../base/failure.ts';
import type { FleetRow } from '../../flows/fleet.ts';
import { fleetExit } from './exit.ts';

const failed = (...codes: readonly FailureCode[]): readonly FleetRow[] =>
  codes.map((code) => ({
    repo: code,
    state: 'failed',
    code,
    why: '',
    retryable: new Failure(code, '').retryable,
  }));

test('to try again is said only where that may help, and otherwise the gravest of what does not pass', () => {
  const clean: FleetRow = { repo: 'a', state: 'clean', counts: {}, lines: [] };
  const exit = (...rows: readonly FleetRow[]): number => fleetExit({ rows: [clean, ...rows] });
  assert.equal(exit(), 0);
  assert.equal(exit(...failed('registry-unreachable', 'remote-unreachable')), 5);
  assert.equal(exit(...failed('registry-unreachable', 'usage')), 2);
  assert.equal(exit(...failed('config-invalid', 'registry-denied', 'registry-unreachable')), 6);
  assert.equal(exit(...failed('program-missing')), 5);
  assert.equal(exit({ ...clean, state: 'findings' }, ...failed('registry-denied')), 3);
});

test('what no repository has was misspelt; where one has it, the others need nothing', () => {
  const row = (repo: string, outcome: 'absent' | 'opened'): FleetRow => ({
    ...{ repo, state: 'clean', counts: {}, lines: [] },
    change: { outcome },
  });
  assert.equal(fleetExit({ rows: [row('a', 'absent'), row('b', 'absent')] }), 2);
  assert.equal(fleetExit({ rows: [row('a', 'absent'), row('b', 'opened')] }), 0);
});

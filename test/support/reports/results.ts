import assert from 'node:assert/strict';
import { asTestId, type Observation, type ObservedStatus } from '../../../src/model/observation.ts';
import type { ReportState } from '../../../src/model/trial.ts';
import type { Results } from '../../../src/stages/try/results/read.ts';

/** What tests ask of results. */
export function statuses({ observations }: Results): Readonly<Record<string, ObservedStatus>> {
  return Object.fromEntries(observations.map(({ id, status }) => [id, status]));
}

export function tally({
  observations,
}: Results): Readonly<Record<Exclude<ObservedStatus, 'precluded'>, number>> {
  const count = (status: ObservedStatus): number =>
    observations.filter((each) => each.status === status).length;
  return {
    passed: count('passed'),
    failed: count('failed'),
    skipped: count('skipped'),
    errored: count('errored'),
  };
}

export function only({ observations }: Results): Observation {
  assert.equal(observations.length, 1);
  const [first] = observations;
  assert.ok(first !== undefined);
  return first;
}

export function find({ observations }: Results, id: string): Observation {
  const found = observations.find((each) => each.id === asTestId(id));
  assert.ok(found !== undefined, id);
  return found;
}

export function broken({ report }: Results): Extract<ReportState, { kind: 'broken' }> {
  assert.ok(report.kind === 'broken', 'the report is complete');
  return report;
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulateNights, type NightPlan } from '../support/bisect-nights.ts';

const seed = 20_261_121;
const nights = 20_000;
const suites: readonly Pick<NightPlan, 'tests' | 'fails'>[] = [
  { tests: 1, fails: 0.05 },
  { tests: 10, fails: 0.05 },
  { tests: 5, fails: 0.2 },
];

for (const suite of suites) {
  const name = `${suite.tests} tests that fail ${100 * suite.fails} %`;

  test(`${name}, identical images: of ${nights} nights, at most 5 in 1,000 convict somebody`, async (t) => {
    const plan = { ...suite, moves: 32, gate: 'judge', culprit: undefined } as const;
    const found = await simulateNights(plan, nights, seed);
    t.diagnostic(JSON.stringify(found));
    assert.ok(found.searched > 0, 'some searches began');
    assert.ok(found.wronged <= (5 / 1_000) * nights, `${found.wronged} nights`);
  });

  test(`${name}, one image that always fails: it is found, and no other one`, async (t) => {
    const plan = { ...suite, moves: 32, gate: 'judge', culprit: 'm20' } as const;
    const found = await simulateNights(plan, nights / 10, seed);
    t.diagnostic(JSON.stringify(found));
    assert.ok(found.caught >= (995 / 1_000) * (nights / 10), `${found.caught} nights`);
    assert.ok(found.wronged <= (5 / 1_000) * (nights / 10), `${found.wronged} nights`);
  });
}

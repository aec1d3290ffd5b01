import assert from 'node:assert/strict';
import { test } from 'node:test';
import { promotionSteps } from './order.ts';

const steps = promotionSteps(['a', 'b']);
const shown = steps.map((step) => ('target' in step ? `${step.kind} ${step.target}` : step.kind));
const at = (step: string): number => shown.indexOf(step);
const lastAt = (kind: string): number => shown.findLastIndex((step) => step.startsWith(kind));

test('the protocol, in its one order', () => {
  assert.deepEqual(shown, [
    'check-tag a',
    'check-tag b',
    'record-intent',
    'stage-image a',
    'stage-image b',
    'read-back-image a',
    'read-back-image b',
    'attach-evidence a',
    'attach-evidence b',
    'check-tag a',
    'check-tag b',
    'move-tag a',
    'move-tag b',
    'read-back-tag a',
    'read-back-tag b',
    'record-done',
  ]);
});

test('intent stands before the first effect, and the last look at every tag before the first one moves', () => {
  assert.ok(at('record-intent') < at('stage-image a'));
  assert.ok(lastAt('check-tag') < at('move-tag a'));
  assert.ok(lastAt('attach-evidence') < at('move-tag a'));
  assert.ok(lastAt('read-back-image') < at('move-tag a'));
  assert.ok(lastAt('read-back-tag') < at('record-done'));
});

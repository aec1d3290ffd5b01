import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleUnit } from '../../../test/support/sample-unit.ts';
import type { Trial } from '../../model/trial.ts';
import { logMention } from './log-mention.ts';

function trials(log: string): readonly Trial[] {
  return sampleUnit({
    image: 'ci',
    suite: 'unit',
    verdict: { kind: 'promote', sentence: 'x', mover: 'nobody', next: 'y' },
    tests: [],
    trials: [{ step: 'screen', side: 'baseline', atSeconds: 0, seconds: 1, log }],
  }).evidence.trials;
}

test('the lines around the last place that names the test', () => {
  const log = ['1', '2 test_tls', '3', '4', '5', '6 test_tls PASSED', '7', '8', '9'].join('\n');
  assert.equal(logMention(trials(log), 'baseline', 'test_tls'), '4\n5\n6 test_tls PASSED\n7\n8');
});

test('a name at the beginning, at the end, and on the only line', () => {
  assert.equal(logMention(trials('test_tls\n2\n3\n4'), 'baseline', 'test_tls'), 'test_tls\n2\n3');
  assert.equal(logMention(trials('1\n2\n3\ntest_tls'), 'baseline', 'test_tls'), '2\n3\ntest_tls');
  assert.equal(logMention(trials('test_tls'), 'baseline', 'test_tls'), 'test_tls');
});

test('a log that does not name the test, a side that did not run, and a name that means nothing', () => {
  assert.equal(logMention(trials('nothing'), 'baseline', 'test_tls'), undefined);
  assert.equal(logMention(trials('test_tls'), 'candidate', 'test_tls'), undefined);
  assert.equal(logMention(trials('a is a'), 'baseline', 'a'), undefined);
});

test('a line of a megabyte is cut around the name', () => {
  const mention = logMention(
    trials(`${'x'.repeat(500_000)} test_tls ${'y'.repeat(500_000)}`),
    'baseline',
    'test_tls',
  );
  assert.ok(mention !== undefined && mention.length <= 1_500 && mention.includes('test_tls'));
});

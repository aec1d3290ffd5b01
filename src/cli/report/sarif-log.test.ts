import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as z from 'zod';
import type { PlacedFinding } from './placed-finding.ts';
import { reportLimits } from './report-limits.ts';
import { renderSarifLog } from './sarif-log.ts';

const log = z.object({
  runs: z.tuple([
    z.object({
      tool: z.object({ driver: z.object({ rules: z.array(z.object({ id: z.string() })) }) }),
      invocations: z.tuple([
        z.object({
          toolExecutionNotifications: z.array(z.object({ message: z.object({ text: z.string() }) })),
        }),
      ]),
      results: z.array(z.record(z.string(), z.unknown())),
    }),
  ]),
});

function run(findings: readonly PlacedFinding[]) {
  const text = renderSarifLog({
    madeBy: 'lockkeeper 1.2.3',
    startedAt: '2026-03-14T09:26:53.000Z',
    exit: 3,
    outcome: 'findings',
    findings,
    ruleText: (rule) => ({ title: rule, text: `${rule}.`, help: 'Run lockkeeper pin.' }),
    elsewhere: 'lockkeeper.yaml',
  });
  return log.parse(JSON.parse(text)).runs[0];
}

const stale: PlacedFinding = {
  rule: 'stale',
  severity: 'warning',
  title: 'Stale pin',
  message: 'alpine:3.20 moved on',
  place: { file: 'a b/c#1.yml', line: 12, column: 16, endLine: 12, endColumn: 30 },
  identity: ['a b/c#1.yml', 'alpine'],
};

test('a finding keeps its place to the column, and the name of its file is a relative reference', () => {
  const { results, tool } = run([{ ...stale, rule: 'dead', severity: 'error' }, stale]);
  assert.deepEqual(
    tool.driver.rules.map(({ id }) => id),
    ['dead', 'stale'],
  );
  const [, { partialFingerprints: prints, ...result } = {}] = results;
  assert.deepEqual(result, {
    ruleId: 'stale',
    ruleIndex: 1,
    level: 'warning',
    message: { text: 'Stale pin\nalpine:3.20 moved on' },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: 'a%20b/c%231.yml' },
          region: { startLine: 12, startColumn: 16, endLine: 12, endColumn: 30 },
        },
      },
    ],
  });
  assert.match(JSON.stringify(prints), /^\{"primaryLocationLineHash":"[0-9a-f]{64}"\}$/);
});

test('a finding that moved to another line is the same finding; another identity or rule is another', () => {
  const print = (finding: PlacedFinding): unknown => run([finding]).results[0]?.['partialFingerprints'];
  assert.deepEqual(print({ ...stale, place: { file: 'a b/c#1.yml', line: 40 } }), print(stale));
  assert.notDeepEqual(print({ ...stale, identity: ['a b/c#1.yml', 'debian'] }), print(stale));
  assert.notDeepEqual(print({ ...stale, rule: 'drifted' }), print(stale));
});

test('foreign text is no link and no placeholder, and hides nothing', () => {
  const [result] = run([{ ...stale, title: '[x](https://evil.test/) {0}', message: 'a\u202eb' }]).results;
  assert.deepEqual(result?.['message'], { text: '[x] (https://evil.test/) {{0}}\n' + String.raw`a\u202eb` });
});

test('what a dashboard would not take is left out and counted', () => {
  const { results, invocations } = run(
    Array.from({ length: reportLimits.sarifResultsMax + 2 }, (_, at) => ({
      ...stale,
      identity: [String(at)],
    })),
  );
  assert.equal(results.length, reportLimits.sarifResultsMax);
  assert.match(invocations[0].toolExecutionNotifications[0]?.message.text ?? '', /^2 results left out/);
});

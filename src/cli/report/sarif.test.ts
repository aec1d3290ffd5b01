import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as z from 'zod';
import { assertGolden } from '../../../test/support/golden.ts';
import { sampleReports, type SampleName } from '../../../test/support/sample-report.ts';
import { reportDocument } from './document.ts';
import { weightOf } from './kinds.ts';
import { renderSarif } from './sarif.ts';

// What the SARIF 2.1.0 schema (OASIS, errata 01) says of the properties that we write; it lets no other name pass either.
const text = z.strictObject({ text: z.string().min(1) });
const sarif = z.strictObject({
  $schema: z.url(),
  version: z.literal('2.1.0'),
  runs: z
    .array(
      z.strictObject({
        tool: z.strictObject({
          driver: z.strictObject({
            name: z.string(),
            semanticVersion: z.string(),
            informationUri: z.url(),
            rules: z.array(
              z.strictObject({ id: z.string(), shortDescription: text, fullDescription: text, help: text }),
            ),
          }),
        }),
        invocations: z.array(
          z.strictObject({
            executionSuccessful: z.boolean(),
            exitCode: z.int(),
            exitCodeDescription: z.string(),
            startTimeUtc: z.iso.datetime(),
            toolExecutionNotifications: z.array(z.strictObject({ level: z.string(), message: text })),
          }),
        ),
        columnKind: z.enum(['utf16CodeUnits', 'unicodeCodePoints']),
        results: z.array(
          z.strictObject({
            ruleId: z.string(),
            ruleIndex: z.int().min(0),
            level: z.enum(['none', 'note', 'warning', 'error']),
            baselineState: z.enum(['new', 'unchanged', 'updated', 'absent']),
            message: text,
            locations: z
              .array(
                z.strictObject({
                  physicalLocation: z.strictObject({
                    artifactLocation: z.strictObject({ uri: z.string().regex(/^[\w%./@+-]+$/) }),
                    region: z.strictObject({ startLine: z.int().min(1) }),
                  }),
                }),
              )
              .length(1),
            partialFingerprints: z.record(z.string(), z.string()),
          }),
        ),
      }),
    )
    .length(1),
});

function read(name: SampleName) {
  const [run] = sarif.parse(JSON.parse(renderSarif(reportDocument(sampleReports[name]())))).runs;
  assert.ok(run);
  return run;
}

for (const name of ['promoted', 'rejected', 'regressed', 'held', 'results', 'hostile'] as const) {
  test(`the SARIF of a report that is ${name} is valid, and each result has its rule and its own fingerprint`, () => {
    const { results, tool } = read(name);
    for (const { ruleId, ruleIndex } of results) assert.equal(tool.driver.rules[ruleIndex]?.id, ruleId);
    const prints = results.map(({ partialFingerprints }) => JSON.stringify(partialFingerprints));
    assert.equal(new Set(prints).size, prints.length);
  });
}

test('only what is new and blocks is a result, and a hold is never a clean scan', () => {
  assert.deepEqual(read('promoted').results, []);
  for (const name of ['rejected', 'regressed', 'held'] as const) {
    const document = reportDocument(sampleReports[name]());
    const blocking = document.suites.flatMap(({ findings, rule }) =>
      findings.filter(({ kind }) => weightOf(kind, rule) !== 'shown'),
    );
    const [verdict, ...findings] = read(name).results;
    assert.deepEqual([verdict?.ruleId, verdict?.level], ['verdict', 'error']);
    assert.equal(findings.length, blocking.length);
  }
});

test('the SARIF of a hold reads as its golden', () => {
  assertGolden('report/held.sarif.json', renderSarif(reportDocument(sampleReports.held())));
});

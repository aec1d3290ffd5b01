import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as z from 'zod';
import { makeEvidence, makeTrial, storedPair, type Results } from '../../test/support/judge-evidence.ts';
import { judgeRecord } from '../stages/judge/judge-record.ts';
import { digestOf } from './digest.ts';
import type { Evidence } from './evidence.ts';
import type { GateRecord } from './gate-record.ts';
import { imageComparison } from './image-comparison.ts';
import { imageComparisonSchema } from './image-comparison-schema.ts';
import { digestSet, formatStatement, type Resource, type Statement } from './statement.ts';
import { testResult } from './test-result.ts';
import { verificationSummary } from './verification-summary.ts';

// The published shapes, written down by hand: in-toto/attestation spec/v1 and spec/predicates/test-result.md (0.1.0), and
// slsa.dev/spec/v1.1/verification_summary. Both ask readers to ignore unknown fields; these let none pass.
const digests = z.record(
  z.string().regex(/^(?:sha256|sha512|gitCommit)$/),
  z.string().regex(/^[0-9a-f]{40,}$/),
);
const resource = z
  .strictObject({
    name: z.string().optional(),
    uri: z.url().optional(),
    digest: digests.optional(),
    mediaType: z.string().optional(),
    annotations: z.record(z.string(), z.unknown()).optional(),
  })
  .refine(({ uri, digest }) => uri !== undefined || digest !== undefined);
const statement = <Predicate extends z.ZodType>(type: string, predicate: Predicate) =>
  z.strictObject({
    _type: z.literal('https://in-toto.io/Statement/v1'),
    subject: z.array(resource.refine(({ digest }) => digest !== undefined)).length(1),
    predicateType: z.literal(type),
    predicate,
  });
const testResultSchema = statement(
  'https://in-toto.io/attestation/test-result/v0.1',
  z.strictObject({
    result: z.enum(['PASSED', 'WARNED', 'FAILED']),
    configuration: z.array(resource),
    passedTests: z.array(z.string()),
    warnedTests: z.array(z.string()),
    failedTests: z.array(z.string()),
  }),
);
const summarySchema = statement(
  'https://slsa.dev/verification_summary/v1',
  z.strictObject({
    verifier: z.strictObject({ id: z.url(), version: z.record(z.string(), z.string()) }),
    timeVerified: z.iso.datetime(),
    resourceUri: z.url(),
    policy: resource.refine(({ uri }) => uri !== undefined),
    inputAttestations: z.array(resource.refine(({ digest }) => digest !== undefined)).min(1),
    verificationResult: z.enum(['PASSED', 'FAILED']),
    verifiedLevels: z.array(z.string().regex(/^(?!SLSA_)[A-Z_]+$/)).length(1),
    slsaVersion: z.string().regex(/^\d+\.\d+$/),
  }),
);

const stored: Resource = { name: 'evidence.jsonl', digest: digestSet(digestOf('stored')) };

function readAs<Schema extends z.ZodType>(schema: Schema, made: Statement | undefined): z.infer<Schema> {
  assert.ok(made);
  return schema.parse(JSON.parse(Buffer.from(formatStatement(made)).toString()));
}

function candidateResult(evidence: Evidence): z.infer<typeof testResultSchema>['predicate'] {
  return readAs(testResultSchema, testResult({ evidence, side: 'candidate', stored })).predicate;
}

test('each side has a test result of its own about its own image', () => {
  const evidence = storedPair({ a: 'passed', b: 'failed' }, { a: 'passed', c: 'skipped' });
  const baseline = readAs(testResultSchema, testResult({ evidence, side: 'baseline', stored }));
  const candidate = readAs(testResultSchema, testResult({ evidence, side: 'candidate', stored }));
  assert.deepEqual(baseline.subject[0]?.digest, digestSet(digestOf('baseline')));
  assert.deepEqual(candidate.subject[0]?.digest, digestSet(digestOf('candidate')));
  assert.deepEqual([baseline.predicate.result, candidate.predicate.result], ['FAILED', 'PASSED']);
  assert.deepEqual(baseline.predicate.failedTests, ['b']);
  assert.deepEqual(candidate.predicate.passedTests, ['a'], 'what is skipped did not pass');
  const absolute = storedPair({}, { a: 'passed' }, { hasBaseline: false });
  assert.equal(testResult({ evidence: absolute, side: 'baseline', stored }), undefined);
});

test('a test that both passed and failed is warned of', () => {
  const begun = makeEvidence();
  const run = (round: number, results: Results) =>
    makeTrial({ step: 'screen', side: 'candidate', round, only: undefined }, begun, { results });
  const evidence = {
    ...begun,
    trials: [
      run(1, { a: 'passed', b: 'failed', c: 'errored' }),
      run(2, { a: 'passed', b: 'passed', c: 'failed' }),
    ],
  };
  const { passedTests, warnedTests, failedTests } = candidateResult(evidence);
  assert.deepEqual([passedTests, warnedTests, failedTests], [['a'], ['b'], ['c']]);
});

test('a run that ended badly is no pass, whatever its tests said', () => {
  const begun = storedPair({ a: 'passed' }, { a: 'passed' });
  const ended = (status: number, kind: 'complete' | 'broken'): Evidence => ({
    ...begun,
    trials: begun.trials.map((trial) => ({
      ...trial,
      end: { kind: 'exited', status },
      report: kind === 'complete' ? { kind } : { kind, code: 'truncated', why: 'cut' },
    })),
  });
  assert.equal(candidateResult(ended(0, 'complete')).result, 'PASSED');
  assert.equal(candidateResult(ended(1, 'complete')).result, 'FAILED');
  assert.equal(candidateResult(ended(0, 'broken')).result, 'FAILED');
  assert.equal(candidateResult({ ...begun, trials: [] }).result, 'FAILED', 'nothing ran');
});

function gateOf(evidence: Evidence): {
  readonly record: GateRecord;
  readonly setVerdict: ReturnType<typeof judgeRecord>;
} {
  const { candidate, baseline, platform, image } = evidence;
  const record: GateRecord = {
    createdAt: '2026-11-21T00:00:00.000Z',
    durationMs: 1,
    madeBy: 'lockkeeper test',
    engine: 'docker',
    notices: [],
    policy: digestOf('policy'),
    set: 'set-1',
    source: evidence.source,
    members: [
      {
        image,
        baselineReference: 'r.test/app:stable',
        baseline,
        candidate,
        baselinePlatforms: baseline === undefined ? [] : [{ platform, manifest: baseline }],
        candidatePlatforms: [{ platform, manifest: candidate }],
      },
    ],
  };
  return { record, setVerdict: judgeRecord(record, [evidence]) };
}

test('the comparison follows the schema that is published, with every finding that is not the same', () => {
  const evidence = storedPair(
    { a: 'passed', b: 'passed', c: 'failed: old' },
    { a: 'passed', c: 'failed: new' },
    { source: { commit: 'c'.repeat(40), tree: digestOf('tree'), dirty: true } },
  );
  const { record, setVerdict } = gateOf(evidence);
  const verdict = setVerdict.members[0]?.suites[0];
  assert.ok(verdict);
  const document = { schemaVersion: 1, record, setVerdict } as const;
  const made = imageComparison({ document, evidence, verdict, record: stored, stored });
  const predicate = imageComparisonSchema.parse(
    readAs(statement('https://lockkeeper.dev/attestation/image-comparison/v1', z.unknown()), made).predicate,
  );
  assert.deepEqual(
    predicate.findings.map(({ test: name, kind }) => [name, kind]),
    [
      ['b', 'lost-coverage'],
      ['c', 'changed-failure'],
    ],
  );
  assert.equal(predicate.counts.same, 1);
  assert.equal(predicate.verdict.kind, 'reject: regression');
  assert.deepEqual(predicate.source, [
    { name: 'source commit', digest: { gitCommit: 'c'.repeat(40) }, annotations: { dirty: true } },
    { name: 'source files', digest: digestSet(digestOf('tree')) },
  ]);
  assert.deepEqual(
    predicate.runs.map(({ side, log }) => [side, log.digest]),
    (['baseline', 'candidate'] as const).map((side) => [side, digestSet(digestOf(''))]),
  );
});

for (const [results, expected, level] of [
  [{ a: 'passed' }, 'PASSED', 'LOCKKEEPER_AT_LEAST_AS_GOOD'],
  [{}, 'FAILED', 'FAILED'],
] as const) {
  test(`the summary says ${expected} where the verdict does, under the policy's digest`, () => {
    const { record, setVerdict } = gateOf(storedPair({ a: 'passed' }, results));
    const [member] = record.members;
    assert.ok(member);
    const made = verificationSummary({ record, member, setVerdict, inputs: [stored] });
    const { predicate, subject } = readAs(summarySchema, made);
    assert.equal(predicate.verificationResult, expected);
    assert.deepEqual(predicate.verifiedLevels, [level]);
    assert.deepEqual(predicate.policy.digest, digestSet(record.policy));
    assert.deepEqual(subject[0]?.digest, digestSet(member.candidate));
    assert.equal(predicate.resourceUri, 'oci://r.test/app:stable');
  });
}

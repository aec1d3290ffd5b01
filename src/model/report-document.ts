import * as z from 'zod';
import { Failure } from '../base/failure.ts';
import { parseJsonStrictly } from '../base/strict-json.ts';
import { changeClasses } from './change.ts';
import { packageChange, sourceChange } from './change-document.ts';
import { findingKinds } from './finding.ts';
import { verdictKinds } from './verdict.ts';

/**
 * The public form of a judgement: what `gate --json`, `judge --json` and `--report FILE.json` write, and what all
 * other reports show. Every finding that is not `same` is in it; tests that are the same are counted.
 */

const digest = z
  .string()
  .regex(/^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/)
  .describe('Content digest, algorithm:hex.');
const instant = z.string().max(40).describe('ISO 8601, UTC.');
const durationMs = z.number().nonnegative().describe('Milliseconds.');
const count = z.int().nonnegative();
const side = z.enum(['baseline', 'candidate']);
const status = z.enum(['passed', 'failed', 'skipped', 'missing', 'errored']);

const verdict = z.strictObject({
  kind: z.enum(verdictKinds),
  sentence: z.string().describe('Why, in one sentence.'),
  mover: z
    .enum(['nobody', 'image author', 'test author', 'maintainer', 'operator'])
    .describe('Whose move it is.'),
  next: z.string().describe('The command, or the step, that changes it.'),
});

const source = z.strictObject({
  commit: z.string().optional().describe('Commit that was checked out.'),
  tree: digest.optional().describe('Digest over all files that were copied into the trials.'),
  dirty: z.boolean().describe('The files differed from the commit.'),
});

const testName = {
  test: z.string().describe('Unique within the suite: file, class and name joined by " › ".'),
  file: z.string().optional(),
  class: z.string().optional(),
  name: z.string(),
};

const finding = z.strictObject({
  ...testName,
  kind: z.enum(findingKinds),
  baseline: status.optional().describe('Absent where there is no baseline.'),
  candidate: status,
  because: z.string().describe('One sentence: why this kind, with the numbers that decided.'),
  baselineDetail: z.string().optional().describe('What the failure says. Foreign text.'),
  candidateDetail: z.string().optional().describe('What the failure says. Foreign text.'),
  baselineLog: z
    .string()
    .optional()
    .describe('Where the run’s output names the test, if it says nothing itself. Foreign text.'),
  candidateLog: z
    .string()
    .optional()
    .describe('Where the run’s output names the test, if it says nothing itself. Foreign text.'),
  confirmed: z
    .strictObject({
      baselinePassed: count,
      baselineFailed: count,
      candidatePassed: count,
      candidateFailed: count,
      p: z.number().describe('One-sided Fisher.'),
    })
    .optional()
    .describe('Passes and failures in the confirming runs.'),
  leads: z
    .array(
      z.strictObject({
        what: z.string().describe('A package, or the path of a file. Foreign text.'),
        change: z.string().describe('What happened to it. Foreign text.'),
        because: z.string().describe('What of it stands where. Foreign text.'),
      }),
    )
    .optional()
    .describe('What changed and is nearest to what the test says: a hint where to look, and no proof.'),
  waived: z
    .strictObject({
      author: z.string(),
      reason: z.string(),
      until: z.string().describe('`until DAY` or `for DIGEST`.'),
    })
    .optional()
    .describe('It would block, and a person said that it does not count.'),
});

const error = z
  .strictObject({ ...testName, side, detail: z.string().optional() })
  .describe(
    'A place where the harness broke, not a test: a file that cannot be collected, a set-up that fails.',
  );

const trialEnd = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('exited'), status: z.int() }),
  z.strictObject({ kind: z.literal('not-started'), message: z.string() }),
  z.strictObject({ kind: z.literal('timed-out'), afterMs: durationMs }),
  z.strictObject({ kind: z.literal('out-of-memory'), bytesMax: count }),
  z.strictObject({ kind: z.literal('out-of-disk'), bytesMax: count }),
  z.strictObject({ kind: z.literal('engine-error'), message: z.string() }),
]);

const trial = z.strictObject({
  step: z.enum(['preflight', 'sentinel', 'screen', 'errors', 'confirm']),
  side,
  round: count.describe('Counts from 1 within the step; both sides of a pair have the same round.'),
  only: count.optional().describe('How many tests were asked for; absent: the whole suite.'),
  startedAt: instant,
  durationMs,
  end: trialEnd,
  reused: z
    .boolean()
    .optional()
    .describe('It was not run for this gate, but taken from what an earlier one left.'),
  broken: z.string().optional().describe('Why the report cannot be trusted to be all of it.'),
  counts: z.strictObject({ passed: count, failed: count, skipped: count, errored: count, precluded: count }),
  output: z.strictObject({
    bytes: count,
    excerpt: z.string().describe('The end of what the run wrote. Foreign text.'),
  }),
});

const change = z.strictObject({
  class: z.enum(changeClasses),
  settings: z.array(z.strictObject({ setting: z.string(), from: z.string(), to: z.string() })),
  layers: z.strictObject({ kept: count, added: count, removed: count }),
  source: sourceChange.optional(),
  packages: z
    .array(packageChange)
    .optional()
    .describe('Packages that came, went or moved, within a limit; absent where no layer was read.'),
  packagesLeftOut: count.optional(),
  files: z
    .strictObject({
      differ: count.describe('Files that differ otherwise than by known noise.'),
      noise: count.describe('Files that differ as builds of the same sources do.'),
    })
    .optional()
    .describe('Absent where no layer was read.'),
});

const suite = z.strictObject({
  image: z.string(),
  suite: z.string(),
  platform: z.string(),
  verdict,
  suiteDigest: digest,
  baseline: digest.optional().describe('Absent: there is no baseline yet, the gate is absolute.'),
  candidate: digest,
  source,
  environment: z.strictObject({
    engine: z.string(),
    engineVersion: z.string(),
    kernel: z.string(),
    cpus: z.number(),
    memoryBytes: z.number(),
    network: z.enum(['none', 'default']),
  }),
  rule: z.strictObject({
    screenRuns: count,
    confirmRuns: count,
    exonerateRuns: count,
    errorRuns: count,
    alpha: z.number(),
    massShare: z.number(),
    lostCoverage: z.enum(['block', 'allow']),
    heldShare: z.number(),
  }),
  oneBit: z.boolean().describe('The suite tells only whether all of it passed.'),
  change: change.optional(),
  observed: z.strictObject({ baseline: count, candidate: count }),
  counts: z.record(z.enum(findingKinds), count),
  findings: z
    .array(finding)
    .describe('Every finding that is not the same on both sides, those that matter most first.'),
  findingsLeftOut: count.describe('Findings beyond the limit of a report; all of them are in the evidence.'),
  errors: z.array(error),
  trials: z.array(trial).describe('In the order in which they were run.'),
});

const member = z.strictObject({
  image: z.string(),
  baselineReference: z.string().describe('The name that is asked to move.'),
  baseline: digest.optional().describe('Where it stood; absent: it did not exist.'),
  candidate: digest,
  verdict,
});

const origin = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('bundle'),
    path: z.string().describe('Folder of the bundle, as it was named.'),
    source,
    engine: z.string(),
  }),
  z.strictObject({ kind: z.literal('results'), baseline: z.string(), candidate: z.string() }),
]);

export const reportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal('verdict'),
  madeBy: z.string(),
  createdAt: instant,
  durationMs,
  exit: z.int().describe('Exit status of the command.'),
  verdict,
  origin,
  members: z.array(member),
  suites: z.array(suite),
  kept: z
    .array(
      z.strictObject({
        image: z.string(),
        name: z.string(),
        mediaType: z.string(),
        predicateType: z.string().optional(),
        digest,
        size: count.describe('Bytes.'),
      }),
    )
    .optional()
    .describe(
      'Only of `verdict show`: the files that are stored with the candidates; the verdict follows from them.',
    ),
  notices: z
    .array(z.string())
    .describe(
      'What people should know beside the verdict: waivers that are expired or unused, holds, records that cannot be read.',
    ),
});

export type ReportDocument = z.infer<typeof reportSchema>;
export type ReportSuite = ReportDocument['suites'][number];
export type ReportFinding = ReportSuite['findings'][number];
export type ReportError = ReportSuite['errors'][number];
export type ReportTrial = ReportSuite['trials'][number];

/** @throws Failure `path-refused` */
export function parseReport(bytes: Uint8Array, path: string): ReportDocument {
  const refuse = (why: string): Failure =>
    new Failure('path-refused', `${path} is not a report: ${why}`, { where: { file: path } });
  const parsed = reportSchema.safeParse(parseJsonStrictly(bytes, refuse));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw refuse(`${issue?.path.join('.') || 'document'}: ${issue?.message ?? 'does not fit'}`);
}

/** The schema for those who read reports with other programs (JSON Schema 2020-12). */
export function reportJsonSchema(): Readonly<Record<string, unknown>> {
  return {
    ...z.toJSONSchema(reportSchema),
    title: 'Lockkeeper report',
    description: 'What gate --json, judge --json and --report FILE.json write.',
  };
}

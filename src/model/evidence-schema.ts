import * as z from 'zod';
import { limits } from '../base/limits.ts';
import { digestSchema } from './descriptor.ts';
import { waiverSchema } from './waiver-schema.ts';

/** The lines of stored evidence (evidence-document.ts). What is refused here never reaches the judge. */

const count = z.int().nonnegative();
const name = z.string().min(1).max(200);
const instant = z.string().max(40);
// What was cut to a limit and marked as cut is a little longer than the limit.
const detail = z.string().max(limits.failureDetailCharsMax + 100);

/** The first line: all but the trials. */
export const aboutSchema = z.strictObject({
  schemaVersion: z.literal(1),
  image: name,
  suite: name,
  platform: z.string().max(100),
  suiteDigest: digestSchema,
  baseline: digestSchema.optional(),
  candidate: digestSchema,
  source: z.strictObject({
    commit: z.string().max(64).optional(),
    tree: digestSchema.optional(),
    dirty: z.boolean(),
  }),
  environment: z.strictObject({
    engine: z.string().max(200),
    engineVersion: z.string().max(200),
    kernel: z.string().max(500),
    cpus: z.number().nonnegative(),
    memoryBytes: z.number().nonnegative(),
    network: z.enum(['none', 'default']),
  }),
  rule: z.strictObject({
    screenRuns: count.max(limits.screenRunsMax),
    confirmRuns: count.max(limits.confirmRunsMax),
    exonerateRuns: count.max(limits.confirmRunsMax),
    errorRuns: count.max(limits.errorRerunsMax),
    alpha: z.number().min(0).max(1),
    massShare: z.number().min(0).max(1),
    heldShare: z.number().min(0).max(1),
    lostCoverage: z.enum(['block', 'allow']),
  }),
  oneBit: z.boolean(),
  mustPass: z.array(z.string()),
  preflight: z.boolean(),
  sentinel: z.boolean(),
  known: z.strictObject({
    flaky: z.array(z.string()),
    last: z.strictObject({ at: instant, ran: count }).optional(),
  }),
  waivers: z.array(waiverSchema),
  trials: count.max(limits.trialsMax),
});

/** How a container ended. */
export const endSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('exited'), status: z.int() }),
  z.strictObject({ kind: z.literal('not-started'), message: z.string() }),
  z.strictObject({ kind: z.literal('timed-out'), afterMs: z.number().nonnegative() }),
  z.strictObject({ kind: z.literal('out-of-memory'), bytesMax: count }),
  z.strictObject({ kind: z.literal('out-of-disk'), bytesMax: count }),
  z.strictObject({ kind: z.literal('engine-error'), message: z.string() }),
]);

const reportSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('complete') }),
  z.strictObject({
    kind: z.literal('broken'),
    code: z.enum([
      'missing',
      'malformed',
      'truncated',
      'too-large',
      'refused',
      'bailed-out',
      'suite-error',
      'ended-early',
    ]),
    why: z.string(),
  }),
]);

/** A trial's line: all but its observations, which follow. */
export const trialSchema = z.strictObject({
  step: z.enum(['preflight', 'sentinel', 'screen', 'errors', 'confirm']),
  side: z.enum(['baseline', 'candidate']),
  round: z.int().positive(),
  only: z.array(z.string()).max(limits.observationsMax).optional(),
  image: digestSchema,
  startedAt: instant,
  durationMs: z.number().nonnegative(),
  end: endSchema,
  report: reportSchema,
  output: z.strictObject({ bytes: count, head: z.string(), tail: z.string(), omittedBytes: count }),
  reports: z
    .array(z.strictObject({ path: z.string(), digest: digestSchema, size: count }))
    .max(limits.reportFilesMax),
  reused: z.exactOptional(z.boolean()),
  observations: count.max(limits.observationsMax),
});

export const observationSchema = z.strictObject({
  id: z.string(),
  parts: z.strictObject({
    file: z.exactOptional(z.string()),
    class: z.exactOptional(z.string()),
    name: z.string(),
  }),
  status: z.enum(['passed', 'failed', 'skipped', 'errored', 'precluded']),
  signature: z.exactOptional(z.string()),
  detail: z.exactOptional(detail),
  flaked: z.exactOptional(z.boolean()),
  seconds: z.exactOptional(z.number()),
});

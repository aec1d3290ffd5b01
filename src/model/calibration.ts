import * as z from 'zod';

/**
 * What runs of the image in use against itself show: which tests of a suite differ from run to run, and how often a
 * gate would therefore stop an image that is as good as the old one. What `calibrate --json` writes.
 */

const count = z.int().nonnegative();
const share = z.number().min(0).max(1);

const unsteadyTest = z.strictObject({
  test: z.string().describe('Unique within the suite: file, class and name joined by " › ". Foreign text.'),
  passed: count,
  failed: count,
  errored: count,
  skipped: count,
  missing: count.describe('Whole runs that did not hold it, or stopped before it.'),
  contradicted: count.describe('Pairs of runs that differ in it.'),
});

const blocked = z.strictObject({ held: share, rejected: share });

const forecast = z.strictObject({
  screen: z.int().positive().describe('Runs of the whole suite a side: `gate.screen`.'),
  runs: z.number().nonnegative().describe('Runs of the suite a gate, both sides and reruns together.'),
  alone: blocked.describe('Of identical images, where no gate remembers anything.'),
  withLedger: blocked.describe('The same, where the ledger knows what this calibration found.'),
  caught: share.describe(
    'Of candidates in which a test that always passed fails every other time: held or rejected, with the ledger.',
  ),
});

const unit = z.strictObject({
  image: z.string(),
  suite: z.string(),
  platform: z.string(),
  reference: z.string().describe('The name whose image was run.'),
  digest: z.string().describe('The image of this platform that the name stood for.'),
  rounds: count.describe('Pairs of whole runs that were compared.'),
  runs: z.strictObject({
    whole: count,
    broken: count.describe('Runs that came to no end, or left no whole report, by their own fault.'),
    engine: count.describe('Runs that the engine broke; they count for nothing.'),
  }),
  medianMs: z.number().nonnegative().describe('Of the whole runs.'),
  steady: count.describe('Tests that pass in every run.'),
  alike: count.describe('Tests that do the same in every run, and do not pass.'),
  unsteady: z.array(unsteadyTest).describe('Those that fail most often first.'),
  unseen: share.describe('A test that fails more often than this would have been seen to, 19 times in 20.'),
  draws: count.describe('Gates that were simulated for each figure.'),
  forecasts: z.array(forecast),
  proposal: z.strictObject({ screen: z.int().positive(), because: z.string() }).optional(),
});

export const calibrationSchema = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal('calibration'),
  madeBy: z.string(),
  createdAt: z.string().describe('ISO 8601, UTC.'),
  durationMs: z.number().nonnegative(),
  engine: z.string(),
  ledger: z.string().optional().describe('Where the contradictions were written to; absent: nowhere.'),
  exit: z.int().describe('Exit status of the command.'),
  units: z.array(unit),
  notices: z.array(z.string()),
});

export type Calibration = z.infer<typeof calibrationSchema>;
export type CalibratedUnit = Calibration['units'][number];
export type UnsteadyTest = z.infer<typeof unsteadyTest>;
export type Forecast = z.infer<typeof forecast>;

/** The schema for those who read calibrations with other programs (JSON Schema 2020-12). */
export function calibrationJsonSchema(): Readonly<Record<string, unknown>> {
  return {
    ...z.toJSONSchema(calibrationSchema),
    title: 'Lockkeeper calibration',
    description: 'What calibrate --json writes.',
  };
}

import * as z from 'zod';
import { gateAnswers } from './bisection.ts';

/**
 * What `bisect --json` writes, and what `bisect --out` keeps so that an interrupted run goes on: which moves there were,
 * each gate with its answer, and what they amount to.
 */

const name = z.string().describe('Name of a move, as in `moves`. Foreign text.');
const names = z.array(name);
const answer = z.enum(gateAnswers);

const place = z.strictObject({ file: z.string(), line: z.int().positive() });

const move = z.strictObject({
  name,
  from: z.string().optional().describe('The image name before; of pins only.'),
  to: z.string().optional().describe('The image name afterwards; of pins only.'),
  places: z.array(place).optional().describe('Where the pin stands in the commit of `--to`.'),
});

const run = z.strictObject({
  side: z.enum(['base', 'moved']).describe('With no move made, or with those of the gate.'),
  end: z.enum(['exited', 'signalled', 'timed-out']),
  status: z.int().optional().describe('Exit status, where it exited.'),
  signal: z.string().optional().describe('What ended it, where a signal did.'),
  durationMs: z.number().nonnegative(),
});

const gate = z.strictObject({
  number: z.int().positive(),
  moved: names.describe('These moves were made, and no others.'),
  answer,
  why: z.string().describe('One sentence. May quote the command: foreign text.'),
  durationMs: z.number().nonnegative(),
  runs: z.array(run),
  log: z.string().optional().describe('What the command wrote: a file within the folder of `--out`.'),
});

const culprit = z.strictObject({
  kind: z
    .enum(['proven', 'in company'])
    .describe(
      '`proven`: bad by themselves, and good as soon as one of them is missing. `in company`: bad beside other moves; which few of them it takes was not found.',
    ),
  moves: names,
  leftOut: names.describe('Those that have to stay behind.'),
  badWith: names.describe('A set that was gated bad.'),
  goodWithout: names.describe('The same without one of `leftOut`: gated good.'),
});

const subject = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('pins'),
    from: z.string().describe('Commit whose pins are the base.'),
    to: z.string().describe('Commit whose files and pins are tried.'),
    folder: z.string().describe('Where the command runs, relative to the root; empty: there.'),
  }),
  z.strictObject({ kind: z.literal('bundle'), set: z.string().describe('Digests of its images, as one.') }),
  z.strictObject({ kind: z.literal('moves') }),
]);

const end = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('complete') }),
  z.strictObject({ kind: z.literal('base'), answer }).describe('The base is not good by itself.'),
  z.strictObject({ kind: z.literal('open') }).describe('Interrupted, or out of time; run it again.'),
  z.strictObject({ kind: z.literal('budget') }).describe('As many gates were run as were allowed.'),
  z.strictObject({ kind: z.literal('indecisive') }).describe('Gates cannot decide, whatever moves.'),
]);

export const bisectionSchema = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal('bisection'),
  madeBy: z.string(),
  createdAt: z.string().describe('ISO 8601, UTC.'),
  key: z
    .string()
    .describe(
      'Digest over subject, moves, rule, and what suites judge by: only a run with the same key goes on.',
    ),
  subject,
  rule: z.strictObject({
    command: z
      .string()
      .optional()
      .describe('What was run as the gate; absent: the suites of lockkeeper.yaml.'),
    repeat: z.int().positive().describe('1: one run decides. More: confirmed by so many pairs at most.'),
    timeoutMs: z.number().positive().optional().describe('Of one run of the command.'),
  }),
  end,
  moves: z.array(move),
  apart: z
    .array(z.strictObject({ image: z.string(), place, why: z.enum(['added', 'removed', 'written anew']) }))
    .describe('Image names that cannot be moved one by one; they stay as they are in the commit of `--to`.'),
  culprits: z.array(culprit),
  good: names.describe('The largest set of moves that one gate found good as a whole.'),
  undecided: z.array(z.strictObject({ move: name, why: z.enum(['unsure', 'unconfirmed', 'not reached']) })),
  mended: z
    .array(z.strictObject({ bad: names, good: names }))
    .describe('A bad set within a good one: a move mends what another breaks, or answers are random.'),
  gates: z.array(gate),
  notices: z.array(z.string()),
  exit: z.int().describe('Exit status of the command.'),
});

export type BisectionDocument = z.infer<typeof bisectionSchema>;
export type GateOfBisection = BisectionDocument['gates'][number];
export type RunOfGate = GateOfBisection['runs'][number];
export type BisectedMove = BisectionDocument['moves'][number];

/** The schema for those who read bisections with other programs (JSON Schema 2020-12). */
export function bisectionJsonSchema(): Readonly<Record<string, unknown>> {
  return {
    ...z.toJSONSchema(bisectionSchema),
    title: 'Lockkeeper bisection',
    description: 'What bisect --json writes, and bisect --out keeps.',
  };
}

import * as z from 'zod';
import { strictJsonOf } from '../base/strict-json.ts';

/** What was asked of each repository, or done there. */
const fleetQuestions = ['scan', 'check', 'status', 'parity', 'update', 'pin', 'hold', 'rollback'] as const;

export type FleetQuestion = (typeof fleetQuestions)[number];

const reasonSchema = z.strictObject({
  code: z.string().describe('As docs/reference/failures.md has it.'),
  why: z.string(),
  retryable: z.boolean().describe('Another run may succeed without anybody changing anything.'),
});

/** Why something could not be looked at. */
export type FleetReason = Readonly<z.infer<typeof reasonSchema>>;

/** What became of a change. */
const changeOutcomes = [
  'opened',
  'updated',
  'unchanged',
  'pushed',
  'branch',
  'planned',
  'nothing',
  'absent',
  'removed',
  'declined',
  'left',
  'refused',
  'unsure',
] as const;

const changeSchema = z.strictObject({
  outcome: z
    .enum(changeOutcomes)
    .describe(
      '`opened`, `updated`, `unchanged`: the pull request; `pushed`: a branch at a remote that is no forge; `branch`: one in this clone, which has no remote; `planned`: by --dry-run; `nothing`: it is so already; `absent`: the repository has nothing that it is about; `removed`: there was nothing to propose any more; `declined`: people closed it; `left`: people work on the branch; `refused`: it cannot be made as a whole; `unsure`: a registry did not answer.',
    ),
  url: z.string().optional().describe('Of the pull request.'),
  branch: z.string().optional(),
});

const answerSchema = z.strictObject({
  repo: z.string().describe('Its name in fleet.yaml.'),
  state: z
    .enum(['clean', 'findings'])
    .describe(
      '`findings`: something counts, as the command for one repository has it, or a file could not be read.',
    ),
  counts: z.record(z.string(), z.int().nonnegative()).describe('What was found, by its kind.'),
  lines: z.array(z.string()).describe('The first findings, one line each. Foreign text.'),
  change: changeSchema.optional().describe('Of commands that propose something.'),
  patch: z.string().optional().describe('With --dry-run: what would change, for `git apply`. Foreign text.'),
  unseen: reasonSchema
    .optional()
    .describe('Why a part of it could not be looked at; a second run with the same journal asks it again.'),
});

/** What came of one repository that could be looked at. */
export interface FleetAnswer {
  readonly repo: string;
  readonly state: 'clean' | 'findings';
  readonly counts: Readonly<Record<string, number>>;
  readonly lines: readonly string[];
  /** Undefined: nothing was proposed. */
  readonly change?: Readonly<z.infer<typeof changeSchema>> | undefined;
  /** What a dry run would change. */
  readonly patch?: string | undefined;
  /** Undefined: all of it was looked at. */
  readonly unseen?: FleetReason | undefined;
}

const failureSchema = z.strictObject({
  repo: z.string(),
  state: z.literal('failed'),
  ...reasonSchema.shape,
});

/** A repository that could not be looked at; a second run with the same journal asks it again. */
export type FleetFailure = Readonly<z.infer<typeof failureSchema>>;

export const fleetDocumentSchema = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal('fleet'),
  madeBy: z.string(),
  question: z.enum(fleetQuestions),
  repos: z
    .array(z.discriminatedUnion('state', [answerSchema, failureSchema]))
    .describe('In the order of fleet.yaml.'),
  earlier: z.int().nonnegative().describe('How many answers are of an earlier run, by the journal.'),
});

export type FleetDocument = z.infer<typeof fleetDocumentSchema>;

/** The document's schema for those who read it with other programs (JSON Schema 2020-12). */
export function fleetDocumentJsonSchema(): Readonly<Record<string, unknown>> {
  return {
    ...z.toJSONSchema(fleetDocumentSchema),
    title: 'Lockkeeper fleet',
    description: 'What the commands `lockkeeper fleet` write with --json.',
  };
}

/** One line of a journal. */
export function formatAnswer(answer: FleetAnswer): string {
  return JSON.stringify(answer);
}

/** Undefined: the line is none of ours; its repository is asked again. */
export function parseAnswer(line: string): FleetAnswer | undefined {
  return answerSchema.safeParse(strictJsonOf(Buffer.from(line))).data;
}

/** One line for a person: `web: 2 errors, 1 warning`. */
export function formatFleetRow(row: FleetAnswer | FleetFailure): string {
  if (row.state === 'failed') return `${row.repo}: ${row.why}`;
  if (row.change !== undefined)
    return [`${row.repo}: ${row.change.outcome}`, row.change.url ?? row.change.branch ?? '']
      .join(' ')
      .trimEnd();
  const counts = Object.entries(row.counts).map(([kind, count]) => `${count} ${kind}`);
  return `${row.repo}: ${counts.join(', ')}`;
}

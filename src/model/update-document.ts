import * as z from 'zod';
import { changeClasses } from './change.ts';
import { verdictSchema } from './verdict-document.ts';

/** What `update --json` writes: what was planned, tried and decided, and what became of the branch. */

const digest = z.string().describe('Content digest, algorithm:hex.');
const count = z.int().nonnegative();

const place = z.strictObject({ file: z.string(), line: count, column: count });

const verdict = z.discriminatedUnion('kind', [
  z
    .strictObject({ kind: z.literal('unguarded') })
    .describe('No image of lockkeeper.yaml has this name as its baseline: the forge’s checks judge.'),
  z
    .strictObject({ kind: z.literal('on the branch'), image: z.string() })
    .describe(
      'It is on the branch upon the same base, and was not tried in this run; no ledger remembers a verdict.',
    ),
  z.strictObject({
    kind: z.literal('judged'),
    image: z.string(),
    platform: z.string(),
    verdict: verdictSchema,
    document: digest,
  }),
  z.strictObject({ kind: z.literal('untried'), image: z.string(), code: z.string(), message: z.string() }),
]);

const change = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('compared'),
    class: z.enum(changeClasses),
    packages: z.array(
      z.strictObject({
        kind: z.enum(['added', 'removed', 'up', 'down', 'changed']),
        ecosystem: z.string(),
        name: z.string().describe('Foreign text.'),
        from: z.string().optional(),
        to: z.string().optional(),
      }),
    ),
  }),
  z.strictObject({ kind: z.literal('not compared'), why: z.string() }),
]);

const move = z.strictObject({
  name: z.string().describe('With the tag that is followed.'),
  from: digest,
  to: digest,
  dead: z.boolean().describe('The registry does not hold the old image any more.'),
  backwards: z.boolean().describe('The tag stood at the new digest before it stood at the old one.'),
  places: z.array(place),
  change,
  verdicts: z.array(verdict),
});

const state = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('goes in') }),
  z.strictObject({
    kind: z.literal('held back'),
    why: z.string(),
    until: z.string(),
    evidence: z.string().optional(),
  }),
  z
    .strictObject({ kind: z.literal('left out'), why: z.string() })
    .describe('People declined it, or a search is not sure of it.'),
  z.strictObject({ kind: z.literal('waits'), why: z.string() }),
  z.strictObject({ kind: z.literal('not written'), why: z.string() }),
]);

export const updateDocumentSchema = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal('update'),
  madeBy: z.string(),
  createdAt: z.string().describe('ISO 8601, UTC.'),
  base: z.strictObject({ branch: z.string().optional(), commit: z.string().optional() }),
  dead: z
    .array(z.strictObject({ file: z.string(), message: z.string(), mended: z.boolean() }))
    .describe('Pins whose image has gone: what uses them fails now.'),
  units: z
    .array(z.strictObject({ key: digest, state, moves: z.array(move) }))
    .describe('Moves that go together or not at all.'),
  outside: z
    .array(z.strictObject({ text: z.string(), url: z.string().optional() }))
    .describe('What checks and outer loops say of the branch. Foreign text.'),
  held: z
    .array(z.strictObject({ name: z.string(), why: z.string() }))
    .describe('Names that stay back by a hold that was there before, or below a ceiling of the platform.'),
  unanswered: z.array(z.strictObject({ file: z.string(), message: z.string() })),
  notices: z.array(z.string()),
  files: z.array(z.string()).describe('Files that the update changes, from the root of the repository.'),
  branch: z
    .strictObject({
      state: z.enum(['planned', 'put', 'stands', 'nothing', 'removed', 'left', 'unsure', 'busy']),
      name: z.string().optional(),
      commit: z.string().optional(),
    })
    .describe('What became of the branch; planned: nothing was to be written.'),
  pullRequest: z.string().optional().describe('Its URL.'),
  exit: z.int().describe('Exit status of the command.'),
});

export type UpdateDocument = z.infer<typeof updateDocumentSchema>;

/** The schema for those who read it with other programs (JSON Schema 2020-12). */
export function updateJsonSchema(): Readonly<Record<string, unknown>> {
  return {
    ...z.toJSONSchema(updateDocumentSchema),
    title: 'Lockkeeper update',
    description: 'What update --json writes.',
  };
}

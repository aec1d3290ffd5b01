import type { RollbackOrder } from '../flows/rollback.ts';
import { parseDigest } from '../model/digest.ts';
import type { CommandInput, Context, OptionDefinition } from './command.ts';
import { authorOf, authorOption } from './print/exception.ts';

/** What a rollback can be told. */
export const rollbackOptions: readonly OptionDefinition[] = [
  {
    long: '--to',
    value: 'DIGEST',
    description: 'Go back to this digest instead of asking git. IMAGE has to be one image then.',
  },
  { long: '--reason', value: 'TEXT', description: 'Why; the two digests by default.' },
  {
    long: '--until',
    value: 'DAY',
    description: 'The last day of the hold, in UTC, such as 2026-12-31; until it is released by default.',
  },
  {
    long: '--evidence',
    value: 'LINK',
    description: 'Where the reason is proved: a link, or the digest of a verdict.',
  },
  authorOption,
];

export type RollbackWishes = Omit<RollbackOrder, 'cwd' | 'config' | 'dryRun' | 'from'>;

/** @throws Failure `usage`, `digest-invalid` */
export async function rollbackWishes(input: CommandInput, context: Context): Promise<RollbackWishes> {
  const to = input.value('--to');
  return {
    image: input.arguments[0] ?? '',
    to: to === undefined ? undefined : parseDigest(to),
    author: await authorOf(input, context),
    reason: input.value('--reason'),
    until: input.value('--until'),
    evidence: input.value('--evidence'),
  };
}

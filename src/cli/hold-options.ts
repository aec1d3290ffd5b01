import type { Clock } from '../base/clock.ts';
import { Failure } from '../base/failure.ts';
import { requireAhead } from '../flows/hold-file.ts';
import { parseDigest } from '../model/digest.ts';
import type { Hold } from '../model/hold.ts';
import type { CommandInput, Context, OptionDefinition } from './command.ts';
import { authorOf, authorOption } from './print/exception.ts';

const untilOption: OptionDefinition = {
  long: '--until',
  value: 'DAY',
  description: 'The last day on which it holds, in UTC, such as 2026-12-31.',
};

const evidenceOption: OptionDefinition = {
  long: '--evidence',
  value: 'LINK',
  description: 'Where the reason is proved: a link, or the digest of a verdict.',
};

/** What a hold is made of. */
export const holdOptions: readonly OptionDefinition[] = [
  { long: '--reason', value: 'TEXT', description: 'Why it does not move.', required: true },
  untilOption,
  {
    long: '--digest',
    value: 'DIGEST',
    description: 'What is held back: when the name stands for another digest, the hold is over.',
  },
  evidenceOption,
  authorOption,
];

/** @throws Failure `usage` where it would have no end, or has passed, or nobody says it */
export async function holdOf(input: CommandInput, context: Context, clock: Clock): Promise<Hold> {
  const [image = ''] = input.arguments;
  const [until, digest] = [input.value('--until'), input.value('--digest')];
  if (until === undefined && digest === undefined) {
    throw new Failure('usage', 'a hold without an end is forgotten', {
      hint: 'Give --until DAY, or --digest DIGEST for the one digest that is not wanted.',
    });
  }
  requireAhead(until, clock.now().toISOString());
  return {
    image,
    author: await authorOf(input, context),
    reason: input.value('--reason') ?? '',
    until,
    digest: digest === undefined ? undefined : parseDigest(digest),
    keep: undefined,
    evidence: input.value('--evidence'),
  };
}

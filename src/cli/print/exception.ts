import { exitStatus, Failure, type ExitStatus } from '../../base/failure.ts';
import { safeLine } from '../../base/text.ts';
import { addException, type ExceptionOrder } from '../../flows/add-exception.ts';
import { local } from '../../wire/local.ts';
import type { CommandInput, Context, OptionDefinition } from '../command.ts';

/** Who stands behind a waiver or a hold. */
export const authorOption: OptionDefinition = {
  long: '--author',
  value: 'NAME',
  description: 'Who says so; whom git knows by default.',
};

/** @throws Failure `usage` where nobody says it */
export async function authorOf(input: CommandInput, { env, cwd }: Context): Promise<string> {
  const author = input.value('--author') ?? (await (await local(env).worktrees.open(cwd)).author());
  if (author !== undefined) return author;
  throw new Failure('usage', 'somebody has to say so, and git does not know who you are', {
    hint: 'Give --author NAME, or set it with `git config user.name "Your Name"`.',
  });
}

interface Exception {
  readonly list: ExceptionOrder['list'];
  readonly fields: (author: string) => ExceptionOrder['fields'];
}

/** Adds a waiver or a hold to lockkeeper.yaml, and shows the new lines. */
export async function writeException(
  input: CommandInput,
  context: Context,
  { list, fields }: Exception,
): Promise<ExitStatus> {
  const { configFiles } = local(context.env);
  const author = await authorOf(input, context);
  const dryRun = input.flag('--dry-run');
  const place = { cwd: context.cwd, file: input.value('--config') };
  const { file, lines } = await addException(configFiles, { place, list, fields: fields(author), dryRun });
  if (context.json) {
    context.stdout.write(`${JSON.stringify({ dryRun, file, lines }, undefined, 2)}\n`);
    return exitStatus.yes;
  }
  const said = `${dryRun ? 'would be added' : 'added'} to ${safeLine(file)}:`;
  context.stdout.write(`${[said, ...lines.map((line) => `  ${safeLine(line)}`)].join('\n')}\n`);
  return exitStatus.yes;
}

import { exitStatus, type ExitStatus } from '../../base/failure.ts';
import { rollback } from '../../flows/rollback.ts';
import { holdTools } from '../../wire/holding.ts';
import { configOption, type CommandDefinition } from '../command.ts';
import { painter } from '../print/paint.ts';
import { rollbackDocument, rollbackText } from '../print/rollback.ts';
import { rollbackOptions, rollbackWishes } from '../rollback-options.ts';

export const rollbackCommand: CommandDefinition = {
  name: 'rollback',
  summary: 'Put the earlier digest of an image back, and hold it there',
  description:
    'Reads in git what the pins of an image said before they last moved, writes that digest at every place of the repository that names the image, and adds a hold that keeps it: no update brings the newer one back before `release`, or before the day of --until. Run again, it changes nothing. Nothing is committed. lockkeeper.yaml is not needed; where there is none, one is written.',
  arguments: [
    {
      name: 'IMAGE',
      description: 'The image, as lockkeeper.yaml calls it, or as the files of the repository write it.',
      required: true,
    },
  ],
  options: [
    ...rollbackOptions,
    { long: '--dry-run', description: 'Say what would change; write nothing.' },
    configOption,
  ],
  examples: [
    {
      command: 'lockkeeper rollback node:22 --dry-run',
      meaning: 'Say which digest would come back, and where.',
    },
    {
      command: 'lockkeeper rollback node:22 --to sha256:… --reason "the proxy is broken" --until 2026-12-31',
      meaning: 'Go back to one digest, and stay there this year.',
    },
  ],
  exits: [
    '0  the earlier digest is back, or was already',
    '2  nothing has such a name, or the registry does not hold the earlier image any more',
    '3  git does not tell an earlier digest',
    '5  a file changed meanwhile: run it again',
    '6  a file cannot be written',
  ],
  run: async (input, context) => {
    const dryRun = input.flag('--dry-run');
    const outcome = await rollback(
      {
        cwd: context.cwd,
        config: input.value('--config'),
        ...(await rollbackWishes(input, context)),
        dryRun,
      },
      holdTools(context.env, context.signal),
    );
    const printing = { paint: painter(context.stdout.colour), columns: context.stdout.columns };
    context.stdout.write(
      context.json
        ? `${JSON.stringify(rollbackDocument(outcome, dryRun), undefined, 2)}\n`
        : rollbackText(outcome, dryRun, printing),
    );
    return outcome.files.reduce<ExitStatus>(
      (worst, file) => (file.kind === 'failed' && file.failure.exit > worst ? file.failure.exit : worst),
      exitStatus.yes,
    );
  },
};

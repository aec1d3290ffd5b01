import { exitStatus, type ExitStatus } from '../../base/failure.ts';
import { status, type StatusOutcome } from '../../flows/status.ts';
import { holdTools } from '../../wire/holding.ts';
import type { CommandDefinition } from '../command.ts';
import { painter } from '../print/paint.ts';
import { watchProgress } from '../print/progress.ts';
import { statusDocument, statusText } from '../print/status.ts';
import { programAndVersion } from '../version.ts';
import { folderArgument, pinsOptions, pinsOrder } from './pin-options.ts';

export const statusCommand: CommandDefinition = {
  name: 'status',
  summary: 'Show each image: digest, age, what waits, whose move it is',
  description:
    'Finds the image names of a folder as `scan` does, asks the registries what they stand for, and reads in git since when each digest is in use. Holds whose day has passed come first. With --json it prints one document (docs/reference/status.schema.json). Nothing is written. Logs in with your Docker config; lockkeeper.yaml is not needed.',
  arguments: [folderArgument],
  options: [
    {
      long: '--offline',
      description: 'Ask no registry: what waits is not known then.',
    },
    ...pinsOptions,
  ],
  examples: [
    { command: 'lockkeeper status', meaning: 'Show how it stands with every image of this repository.' },
    { command: 'lockkeeper status --offline --only node', meaning: 'Show one image, by its files alone.' },
  ],
  exits: [
    '0  nothing waits for a person',
    '3  somebody has to act: a pin is dead, drifted or missing, a name is gone, or a hold has expired',
    '5  a registry gave no answer, and nothing else waits for a person',
    '6  a registry denies access, and nothing else waits for a person',
  ],
  run: async (input, context) => {
    const order = { ...pinsOrder(input, context.cwd), offline: input.flag('--offline') };
    const progress = watchProgress(context);
    const { signal } = context;
    const outcome = await progress.during(() =>
      status(order, holdTools(context.env, signal), { observe: progress.observe, signal }),
    );
    context.stdout.write(
      context.json
        ? `${JSON.stringify(statusDocument(outcome, programAndVersion()), undefined, 2)}\n`
        : statusText(outcome, { paint: painter(context.stdout.colour), columns: context.stdout.columns }),
    );
    return exitOf(outcome);
  },
};

function exitOf({ images, holds }: StatusOutcome): ExitStatus {
  const isExpired = holds.some(({ state }) => state === 'expired');
  if (isExpired || images.some(({ mover, failure }) => mover === 'maintainer' && failure === undefined))
    return exitStatus.no;
  return images.reduce<ExitStatus>(
    (worst, { failure }) => (failure !== undefined && failure.exit > worst ? failure.exit : worst),
    exitStatus.yes,
  );
}

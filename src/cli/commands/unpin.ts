import { exitStatus, type ExitStatus } from '../../base/failure.ts';
import { unpin } from '../../flows/unpin.ts';
import { pinTools } from '../../wire/pinning.ts';
import { configOption, type CommandDefinition } from '../command.ts';
import { painter } from '../print/paint.ts';
import { unpinDocument, unpinText } from '../print/pins.ts';
import { folderArgument, onlyOption, pinsOrder } from './pin-options.ts';

export const unpinCommand: CommandDefinition = {
  name: 'unpin',
  summary: 'Take the digests from image names, and leave their tags',
  description:
    'The way back from `pin`: `node:22@sha256:…` becomes `node:22`. Where only a comment tells the tag, as ratchet and frizbee write it, it goes into the name. A name that has nothing but its digest stays, and is listed. No registry is asked.',
  arguments: [folderArgument],
  options: [
    { long: '--dry-run', description: 'Say what would change; write nothing.' },
    onlyOption,
    configOption,
  ],
  examples: [
    { command: 'lockkeeper unpin --dry-run', meaning: 'Say which names would lose their digest.' },
    { command: 'lockkeeper unpin --only node', meaning: 'Let one image follow its tag again.' },
  ],
  exits: [
    '0  the digests are gone',
    '5  a file changed meanwhile: run it again',
    '6  a file cannot be written',
  ],
  run: async (input, context) => {
    const order = { ...pinsOrder(input, context.cwd), dryRun: input.flag('--dry-run') };
    const outcome = await unpin(order, pinTools(context.env, context.signal));
    context.stdout.write(
      context.json
        ? `${JSON.stringify(unpinDocument(outcome), undefined, 2)}\n`
        : unpinText(outcome, { paint: painter(context.stdout.colour), columns: context.stdout.columns }),
    );
    return outcome.files.reduce<ExitStatus>(
      (worst, file) => (file.kind === 'failed' && file.failure.exit > worst ? file.failure.exit : worst),
      exitStatus.yes,
    );
  },
};

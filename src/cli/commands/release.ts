import { exitStatus, Failure } from '../../base/failure.ts';
import { changeHolds, isWrittenFor, openHolds } from '../../flows/hold-file.ts';
import { isHeld, type Hold } from '../../model/hold.ts';
import { local } from '../../wire/local.ts';
import { configOption, type CommandDefinition } from '../command.ts';
import { holdChangeText } from '../print/hold-change.ts';

export const releaseCommand: CommandDefinition = {
  name: 'release',
  summary: 'Take the holds on an image away, so that it moves again',
  description:
    'Takes out every hold that is written for IMAGE, those of `rollback` and of `update` too, and leaves the rest of the file as it is. No pin is changed: the next `update` or `pin --update` moves it.',
  arguments: [{ name: 'IMAGE', description: 'The image, as the hold names it.', required: false }],
  options: [
    { long: '--expired', description: 'Take out all holds whose day has passed.' },
    { long: '--dry-run', description: 'Say what would be taken out; write nothing.' },
    configOption,
  ],
  examples: [
    { command: 'lockkeeper release python:3', meaning: 'Let `python:3` move again.' },
    { command: 'lockkeeper release --expired', meaning: 'Take out what has ended.' },
  ],
  exits: ['0  it is released', '2  nothing holds such an image, or lockkeeper.yaml is wrong'],
  run: async (input, context) => {
    const [image] = input.arguments;
    const isExpired = input.flag('--expired');
    if ((image === undefined) !== isExpired) {
      throw new Failure('usage', 'it has to be told which holds are meant', {
        hint: 'Give the IMAGE of a hold, or --expired for those whose day has passed.',
      });
    }
    const { configFiles, trees, clock } = local(context.env);
    const dryRun = input.flag('--dry-run');
    const holds = await openHolds(
      { cwd: context.cwd, config: input.value('--config') },
      { configFiles, trees },
    );
    const now = clock.now().toISOString();
    const isReleased = (hold: Hold): boolean =>
      image === undefined ? !isHeld(hold, now) : isWrittenFor(hold, image);
    const change = await changeHolds(holds, { isReleased, added: [] }, { configFiles, dryRun });
    if (image !== undefined && change.released.length === 0) {
      const names = (holds.known?.holds ?? []).map((hold) => hold.image);
      throw new Failure('name-unknown', `nothing holds ${JSON.stringify(image)}`, {
        hint: names.length === 0 ? 'There is no hold at all.' : `Held: ${[...new Set(names)].join(', ')}.`,
      });
    }
    const lines = change.released.length === 0 ? ['No hold has expired.'] : holdChangeText(change, dryRun);
    context.stdout.write(
      context.json
        ? `${JSON.stringify({ dryRun, file: change.file, released: change.released }, undefined, 2)}\n`
        : `${lines.join('\n')}\n`,
    );
    return exitStatus.yes;
  },
};

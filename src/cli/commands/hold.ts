import { exitStatus } from '../../base/failure.ts';
import { changeHolds, openHolds } from '../../flows/hold-file.ts';
import { local } from '../../wire/local.ts';
import { configOption, type CommandDefinition } from '../command.ts';
import { holdOf, holdOptions } from '../hold-options.ts';
import { holdChangeText } from '../print/hold-change.ts';

export const holdCommand: CommandDefinition = {
  name: 'hold',
  summary: 'Say that an image does not move, until when, and why',
  description:
    'Adds a hold to lockkeeper.yaml and leaves the rest of the file as it is, comments and all; where there is none, it writes one at the root of the repository. A held image is not pinned anew, wherever its name stands. It is judged as ever and not promoted, nor is anything of its set. `status` and `check` tell when its day has passed; `release` takes it out.',
  arguments: [
    {
      name: 'IMAGE',
      description:
        'The image, as lockkeeper.yaml calls it, or as the files of the repository write it; a glob over such names too.',
      required: true,
    },
  ],
  options: [
    ...holdOptions,
    { long: '--dry-run', description: 'Show what would be written; write nothing.' },
    configOption,
  ],
  examples: [
    {
      command: 'lockkeeper hold ci --until 2026-12-31 --reason "release week"',
      meaning: 'Nothing moves `ci` this year.',
    },
    {
      command: 'lockkeeper hold python:3 --digest sha256:… --reason "gyp needs distutils" --dry-run',
      meaning: 'Show the hold that lets the next digest of `python:3` in.',
    },
  ],
  exits: ['0  it is written', '2  lockkeeper.yaml is wrong, or nothing has such a name'],
  run: async (input, context) => {
    const { configFiles, trees, clock } = local(context.env);
    const hold = await holdOf(input, context, clock);
    const dryRun = input.flag('--dry-run');
    const holds = await openHolds(
      { cwd: context.cwd, config: input.value('--config') },
      { configFiles, trees },
    );
    const edit = { isReleased: () => false, added: [hold] };
    const change = await changeHolds(holds, edit, { configFiles, dryRun });
    context.stdout.write(
      context.json
        ? `${JSON.stringify({ dryRun, file: change.file, lines: change.added }, undefined, 2)}\n`
        : `${holdChangeText(change, dryRun).join('\n')}\n`,
    );
    return exitStatus.yes;
  },
};

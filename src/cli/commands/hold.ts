import { exitStatus, Failure } from '../../base/failure.ts';
import { changeHolds, openHolds } from '../../flows/hold-file.ts';
import { parseDigest } from '../../model/digest.ts';
import { isHeld } from '../../model/hold.ts';
import { local } from '../../wire/local.ts';
import { configOption, type CommandDefinition, type OptionDefinition } from '../command.ts';
import { authorOf, authorOption } from '../print/exception.ts';
import { holdChangeText } from '../print/hold-change.ts';

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

export const holdCommand: CommandDefinition = {
  name: 'hold',
  summary: 'Say that an image does not move: until a day, or until its name stands for another digest',
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
    { long: '--reason', value: 'TEXT', description: 'Why it does not move.', required: true },
    untilOption,
    {
      long: '--digest',
      value: 'DIGEST',
      description: 'What is held back: when the name stands for another digest, the hold is over.',
    },
    evidenceOption,
    authorOption,
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
    const [image = ''] = input.arguments;
    const [until, digest] = [input.value('--until'), input.value('--digest')];
    if (until === undefined && digest === undefined) {
      throw new Failure('usage', 'a hold without an end is forgotten', {
        hint: 'Give --until DAY, or --digest DIGEST for the one digest that is not wanted.',
      });
    }
    const { configFiles, trees, clock } = local(context.env);
    if (until !== undefined && !isHeld({ until }, clock.now().toISOString())) {
      throw new Failure('usage', `${until} has passed: nothing would be held`, {
        hint: 'Give --until a day that is still to come, in UTC.',
      });
    }
    const hold = {
      image,
      author: await authorOf(input, context),
      reason: input.value('--reason') ?? '',
      until,
      digest: digest === undefined ? undefined : parseDigest(digest),
      keep: undefined,
      evidence: input.value('--evidence'),
    };
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

import { configOption, type CommandDefinition } from '../command.ts';
import { authorOption, writeException } from '../print/exception.ts';

export const holdCommand: CommandDefinition = {
  name: 'hold',
  summary: 'Say that an image does not move before a day',
  description:
    'Adds a hold to lockkeeper.yaml and leaves the rest of the file as it is, comments and all. A held image is judged as ever and not promoted, nor is anything of its set.',
  arguments: [{ name: 'IMAGE', description: 'The image, as lockkeeper.yaml calls it.', required: true }],
  options: [
    { long: '--reason', value: 'TEXT', description: 'Why it does not move.', required: true },
    {
      long: '--until',
      value: 'DAY',
      description: 'The last day on which it holds, in UTC, such as 2026-12-31.',
      required: true,
    },
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
      command: 'lockkeeper hold ci --until 2026-12-31 --reason "release week" --dry-run',
      meaning: 'Show what would be written.',
    },
  ],
  exits: ['0  it is written', '2  lockkeeper.yaml is wrong, or does not know the image'],
  run: (input, context) => {
    const [image] = input.arguments;
    return writeException(input, context, {
      list: 'holds',
      fields: (author) => [
        ['image', image],
        ['author', author],
        ['reason', input.value('--reason')],
        ['until', input.value('--until')],
      ],
    });
  },
};

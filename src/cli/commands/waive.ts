import { Failure } from '../../base/failure.ts';
import { isDay } from '../../model/config-exceptions.ts';
import { configOption, type CommandDefinition } from '../command.ts';
import { authorOption, writeException } from '../print/exception.ts';

export const waiveCommand: CommandDefinition = {
  name: 'waive',
  summary: 'Say that a finding does not count, until when, and why',
  description:
    'Adds a waiver to lockkeeper.yaml and leaves the rest of the file as it is, comments and all. A waiver is part of the policy: the gate has to be run again with it. None can excuse a test that must pass, a sentinel, or a suite that is lost.',
  arguments: [{ name: 'TEST', description: 'Glob over test names, as reports write them.', required: true }],
  options: [
    {
      long: '--image',
      value: 'IMAGE',
      description: 'The image that it is for, as lockkeeper.yaml calls it.',
      required: true,
    },
    {
      long: '--suite',
      value: 'SUITE',
      description: 'The suite that it is for; all of the image by default.',
    },
    { long: '--reason', value: 'TEXT', description: 'Why it does not count.', required: true },
    {
      long: '--until',
      value: 'DAY',
      description: 'The last day on which it holds, in UTC, such as 2026-12-31.',
    },
    {
      long: '--candidate',
      value: 'DIGEST',
      description: 'The one candidate that it is for, instead of --until.',
    },
    authorOption,
    { long: '--dry-run', description: 'Show what would be written; write nothing.' },
    configOption,
  ],
  examples: [
    {
      command: `lockkeeper waive "test_proxy*" --image ci --until 2026-12-31 --reason "the proxy is being replaced"`,
      meaning: 'Tests of the proxy do not count before the year ends.',
    },
    {
      command: `lockkeeper waive test_tz --image ci --candidate sha256:… --reason "the new zone data is right" --dry-run`,
      meaning: 'Show the waiver of one finding of one candidate.',
    },
  ],
  exits: ['0  it is written', '2  lockkeeper.yaml is wrong, or does not know what was named'],
  run: (input, context) => {
    const [test] = input.arguments;
    const until = input.value('--until');
    if (until !== undefined && !isDay(until))
      throw new Failure('usage', `--until takes a day such as 2026-12-31, not ${JSON.stringify(until)}`);
    return writeException(input, context, {
      list: 'waivers',
      fields: (author) => [
        ['test', test],
        ['image', input.value('--image')],
        ['suite', input.value('--suite')],
        ['author', author],
        ['reason', input.value('--reason')],
        ['until', until],
        ['candidate', input.value('--candidate')],
      ],
    });
  },
};

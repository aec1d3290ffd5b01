import os from 'node:os';
import path from 'node:path';
import { parsePlatform } from '../../model/platform.ts';
import { updating } from '../../wire/updating.ts';
import type { CommandDefinition } from '../command.ts';
import { askUpdate } from '../fleet/ask-update.ts';
import { fleetChangeOptions, requireNoJournal } from '../fleet/change.ts';
import { runFleet } from '../fleet/run.ts';
import { programAndVersion } from '../version.ts';
import { compareOption, reachOf } from './update-options.ts';

export const fleetUpdateCommand: CommandDefinition = {
  name: 'fleet update',
  summary: 'Move the stale digests of many repositories by pull requests',
  description:
    'Takes in each repository of fleet.yaml the step that `update` takes in one, by that repository’s own lockkeeper.yaml where it has one, and shows one table. Where suites guard an image their trials run here, one at a time. Programs that a lockkeeper.yaml names as outer loops are not started, files and folders that it names outside of its repository are refused, and suites of a repository that is fetched have no network unless fleet.yaml gives it. A repository that is named by its URL gets its branch and its pull request there, whatever its lockkeeper.yaml says. With a journal, a second run takes the step only where the first one failed or was not done.',
  arguments: [],
  options: [
    compareOption,
    {
      long: '--ledger',
      value: 'DIR',
      description:
        'Keep verdicts, and when each digest was first seen, below this folder, in one of its own for each repository, in place of the ledger that its lockkeeper.yaml names. Repositories that are fetched have no other.',
    },
    ...fleetChangeOptions,
  ],
  examples: [
    { command: 'lockkeeper fleet update', meaning: 'The night of all repositories of fleet.yaml.' },
    {
      command: 'lockkeeper fleet update --dry-run --compare none',
      meaning: 'Say what would move where, with the patch of each repository.',
    },
  ],
  exits: [
    '0  what is good is on the branch of each repository, or there is nothing to do',
    '2  a repository is not there, or its lockkeeper.yaml is missing or wrong; the others are done',
    '3  a person has to look at one: a pin is dead, an image was rejected or is not proven, or people work on the branch',
    '5  a repository, forge, registry or engine does not answer: the others are done, run it again',
    '6  a repository, forge or registry refuses; the others are done',
  ],
  run: async (input, context) => {
    const dryRun = input.flag('--dry-run');
    requireNoJournal(dryRun, input);
    const { tools, scratch } = await updating(context.env, context.signal);
    const reach = reachOf(input);
    const named = input.value('--ledger');
    const ledger = named === undefined ? undefined : path.resolve(context.cwd, named);
    const order = {
      ...{ config: undefined, only: [], ledger, dryRun, reach, scratch },
      host: parsePlatform(`linux/${os.arch() === 'x64' ? 'amd64' : os.arch()}`),
      madeBy: programAndVersion(),
    };
    const watching = { observe: () => undefined, signal: context.signal };
    const ask = askUpdate({ order, tools, context, watching });
    const { configFiles } = tools;
    return runFleet({ question: 'update', details: [reach], ask, configFiles }, input, context);
  },
};

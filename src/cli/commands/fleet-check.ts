import { askCheck } from '../../flows/fleet-questions.ts';
import { pinTools } from '../../wire/pinning.ts';
import type { CommandDefinition } from '../command.ts';
import { fleetExits, fleetOptions, runFleet } from '../fleet/run.ts';
import { onlyOption } from './pin-options.ts';

export const fleetCheckCommand: CommandDefinition = {
  name: 'fleet check',
  summary: 'Say what is wrong with the image names of many repositories',
  description:
    'Does in each repository of fleet.yaml what `check` does in one, by that repository’s own lockkeeper.yaml where it has one, and shows one table with the first findings of each. Nothing is written. Logs in with your Docker config.',
  arguments: [],
  options: [
    onlyOption,
    { long: '--offline', description: 'Ask no registry: tell only what the files tell.' },
    ...fleetOptions,
  ],
  examples: [
    {
      command: 'lockkeeper fleet check --offline',
      meaning: 'Without any registry: what is unpinned or drifted, and where.',
    },
    {
      command: 'lockkeeper fleet check --only "node:*" --json',
      meaning: 'One image in all repositories, for another program.',
    },
  ],
  exits: fleetExits,
  run: (input, context) => {
    const tools = pinTools(context.env, context.signal);
    const { configFiles } = tools;
    const [only, offline] = [input.values('--only'), input.flag('--offline')];
    const ask = askCheck({ only, offline }, tools, { observe: () => undefined, signal: context.signal });
    const details = [...(offline ? ['--offline'] : []), ...only];
    return runFleet({ question: 'check', details, ask, configFiles }, input, context);
  },
};

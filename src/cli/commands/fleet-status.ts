import { askStatus } from '../../flows/fleet-questions.ts';
import { holdTools } from '../../wire/holding.ts';
import type { CommandDefinition } from '../command.ts';
import { fleetExits, fleetOptions, runFleet } from '../fleet/run.ts';
import { onlyOption } from './pin-options.ts';

export const fleetStatusCommand: CommandDefinition = {
  name: 'fleet status',
  summary: 'Show how it stands with the images of many repositories',
  description:
    'Does in each repository of fleet.yaml what `status` does in one, and shows one table: how many images are current, stale, held, dead and so on, and what waits for a person. A repository that is fetched comes without its history, so that ages of its pins are not known. Nothing is written. Logs in with your Docker config.',
  arguments: [],
  options: [
    onlyOption,
    { long: '--offline', description: 'Ask no registry: what waits is not known then.' },
    ...fleetOptions,
  ],
  examples: [
    { command: 'lockkeeper fleet status', meaning: 'How all of them stand, and whose move it is.' },
    {
      command: 'lockkeeper fleet status --only "python:*" --json',
      meaning: 'One image in all repositories, for another program.',
    },
  ],
  exits: fleetExits,
  run: (input, context) => {
    const tools = holdTools(context.env, context.signal);
    const { configFiles } = tools;
    const [only, offline] = [input.values('--only'), input.flag('--offline')];
    const watching = { observe: () => undefined, signal: context.signal };
    const ask = askStatus({ only, offline }, tools, watching);
    const details = [...(offline ? ['--offline'] : []), ...only];
    return runFleet({ question: 'status', details, ask, configFiles }, input, context);
  },
};

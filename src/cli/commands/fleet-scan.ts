import { askScan } from '../../flows/fleet-questions.ts';
import { pinTools } from '../../wire/pinning.ts';
import type { CommandDefinition } from '../command.ts';
import { fleetExits, fleetOptions, runFleet } from '../fleet/run.ts';

export const fleetScanCommand: CommandDefinition = {
  name: 'fleet scan',
  summary: 'Count the image names of many repositories',
  description:
    'Scans each repository of fleet.yaml, folders and git URLs, and shows one table: image names, how many of them are pinned to a digest, and files that could not be read. A git URL is fetched without its history into a temporary folder and taken away again. A repository that is gone, denied or too large stops no other.',
  arguments: [],
  options: fleetOptions,
  examples: [
    { command: 'lockkeeper fleet scan', meaning: 'All repositories of fleet.yaml in this folder.' },
    {
      command: 'lockkeeper fleet scan --fleet ../fleet.yaml --journal night.journal',
      meaning: 'Keep what was answered: the same command, run again, goes on.',
    },
  ],
  exits: fleetExits,
  run: (input, context) => {
    const tools = pinTools(context.env, context.signal);
    const { configFiles } = tools;
    return runFleet({ question: 'scan', details: [], ask: askScan(tools), configFiles }, input, context);
  },
};

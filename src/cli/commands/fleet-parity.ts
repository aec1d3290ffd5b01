import { askParity } from '../../flows/fleet-questions.ts';
import { parsePlatform } from '../../model/platform.ts';
import { parityTools } from '../../wire/parity.ts';
import type { CommandDefinition } from '../command.ts';
import { fleetExits, fleetOptions, runFleet } from '../fleet/run.ts';
import { imageArgument } from '../image-argument.ts';
import { builderOption, processorOption, profileOption } from '../parity/options.ts';

export const fleetParityCommand: CommandDefinition = {
  name: 'fleet parity',
  summary: 'Say of many repositories whether a platform takes their pins',
  description:
    'Does in each repository of fleet.yaml what `parity check` does in one, by labels, tables and data, and shows one table. With --builder all are asked about that builder, which is looked at once; without it each is asked about the platform of its own lockkeeper.yaml. Nothing is run and nothing is written.',
  arguments: [],
  options: [profileOption, builderOption, processorOption, ...fleetOptions],
  examples: [
    {
      command: 'lockkeeper fleet parity --builder heroku/builder:24',
      meaning: 'Which repositories would this builder not build as they ask?',
    },
    {
      command: 'lockkeeper fleet parity --journal night.journal',
      meaning: 'Each on its own platform, and go on where an earlier run ended.',
    },
  ],
  exits: fleetExits,
  run: async (input, context) => {
    const wired = parityTools(context.env, context.signal);
    const builder = input.value('--builder');
    const profile = input.value('--profile');
    const written = input.value('--platform') ?? 'linux/amd64';
    const platform = parsePlatform(written);
    const against =
      builder === undefined
        ? undefined
        : ({ kind: 'builder', source: imageArgument(builder, context) } as const);
    const tools = { ...wired.for({ companions: {} }), configFiles: wired.configFiles };
    const ask = askParity({ against, profile, platform }, tools, {
      observe: () => undefined,
      signal: context.signal,
    });
    const details = [builder ?? '', profile ?? '', written];
    return runFleet({ question: 'parity', details, ask, configFiles: wired.configFiles }, input, context);
  },
};

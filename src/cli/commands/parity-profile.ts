import { exitStatus, type ExitStatus } from '../../base/failure.ts';
import { choosePlatform } from '../../flows/parity-check.ts';
import { parityProfile } from '../../flows/parity-profile.ts';
import { parsePlatform } from '../../model/platform.ts';
import { parityTools } from '../../wire/parity.ts';
import { configOption, type CommandDefinition } from '../command.ts';
import { projectConfig } from '../image-argument.ts';
import { processorOption } from '../parity/options.ts';
import { profileDocument, profileText } from '../parity/profile-text.ts';
import { painter } from '../print/paint.ts';
import { watchProgress } from '../print/progress.ts';
import { programAndVersion } from '../version.ts';

export const parityProfileCommand: CommandDefinition = {
  name: 'parity profile',
  summary: 'Say what a platform builds with today, by digest',
  description:
    'Looks up every channel of a platform of lockkeeper.yaml: the builder and the run image by digest, the buildpacks and their order from the builder’s labels, and what the platform injects. It tells what a person should know: two channels that are one builder, a channel past its date, CI that builds with another channel than the one that deploys, and buildpacks that upstream has newer, with how long. No layer is fetched; nothing is run or written. Logs in with your Docker config.',
  arguments: [
    {
      name: 'NAME',
      description: 'The platform, by its name in lockkeeper.yaml; the only one where none is named.',
      required: false,
    },
  ],
  options: [processorOption, configOption],
  examples: [
    { command: 'lockkeeper parity profile', meaning: 'What does our platform build with today?' },
    {
      command: 'lockkeeper parity profile toolforge --json',
      meaning: 'The same for a script: digests, buildpacks, order and findings of one platform.',
    },
  ],
  exits: [
    '0  every channel could be looked up',
    '5  a registry or a document on the web does not answer',
    '6  a builder may not be read, or cannot be believed',
  ],
  run: async (input, context) => {
    const platform = parsePlatform(input.value('--platform') ?? 'linux/amd64');
    const wired = parityTools(context.env, context.signal);
    const config = await projectConfig(wired, input, context);
    const source = choosePlatform(config?.platforms ?? [], input.arguments[0], {
      alone: 'Describe',
      one: 'NAME',
    });
    const progress = watchProgress(context);
    const { profile, findings } = await progress.during(() =>
      parityProfile(source, platform, wired.for({ companions: config?.companions ?? {} }), {
        observe: progress.observe,
        signal: context.signal,
      }),
    );
    context.stdout.write(
      context.json
        ? `${JSON.stringify(profileDocument(profile, findings, programAndVersion()), undefined, 2)}\n`
        : profileText(profile, findings, {
            paint: painter(context.stdout.colour),
            columns: context.stdout.columns,
          }),
    );
    return profile.failed.reduce<ExitStatus>(
      (worst, { failure }) => (failure.exit > worst ? failure.exit : worst),
      exitStatus.yes,
    );
  },
};

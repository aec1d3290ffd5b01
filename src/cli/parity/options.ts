import { choosePlatform } from '../../flows/parity-check.ts';
import type { CheckedAgainst } from '../../flows/platform-judge.ts';
import type { Config } from '../../model/definition.ts';
import { parsePlatform } from '../../model/platform.ts';
import { configOption, type CommandInput, type Context, type OptionDefinition } from '../command.ts';
import { imageArgument } from '../image-argument.ts';

export const profileOption: OptionDefinition = {
  long: '--profile',
  value: 'NAME',
  description: 'The platform of lockkeeper.yaml that is meant; needed where it has several.',
};

export const builderOption: OptionDefinition = {
  long: '--builder',
  value: 'IMAGE',
  description:
    'Ask about this builder alone, whatever lockkeeper.yaml says: an image name, or oci:DIR[:NAME] for a layout.',
};

export const processorOption: OptionDefinition = {
  long: '--platform',
  value: 'PLATFORM',
  description: 'The processor that the platform builds on; linux/amd64 by default.',
};

export const parityOptions: readonly OptionDefinition[] = [
  profileOption,
  builderOption,
  processorOption,
  configOption,
];

/** What the person asks about. @throws Failure `usage`, `name-unknown`, `reference-invalid`, `platform-invalid` */
export function askedAgainst(
  input: CommandInput,
  config: Config | undefined,
  context: Context,
): Pick<CheckedAgainst, 'against' | 'platform'> {
  const platform = parsePlatform(input.value('--platform') ?? 'linux/amd64');
  const builder = input.value('--builder');
  return {
    platform,
    against:
      builder === undefined
        ? choosePlatform(config?.platforms ?? [], input.value('--profile'))
        : { kind: 'builder', source: imageArgument(builder, context) },
  };
}

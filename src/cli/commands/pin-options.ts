import path from 'node:path';
import type { PinsOrder } from '../../flows/pins.ts';
import {
  configOption,
  type ArgumentDefinition,
  type CommandInput,
  type OptionDefinition,
} from '../command.ts';

/** What all commands take that look at the pins of a folder. */

export const folderArgument: ArgumentDefinition = {
  name: 'DIR',
  description: 'The folder to look at; the current one where none is named.',
  required: false,
};

export const onlyOption: OptionDefinition = {
  long: '--only',
  value: 'GLOB',
  description:
    'Only names that match: in full or as Docker Hub’s are shortened, with their tag or without it, such as node or ghcr.io/our-team/**.',
  repeatable: true,
};

const ledgerOption: OptionDefinition = {
  long: '--ledger',
  value: 'DIR',
  description: 'Folder that keeps what was first seen when, in place of the one that lockkeeper.yaml names.',
};

export const pinsOptions: readonly OptionDefinition[] = [onlyOption, ledgerOption, configOption];

export function pinsOrder(input: CommandInput, cwd: string): PinsOrder {
  const absolute = (file: string | undefined): string | undefined =>
    file === undefined ? undefined : path.resolve(cwd, file);
  return {
    directory: path.resolve(cwd, input.arguments[0] ?? '.'),
    config: absolute(input.value('--config')),
    only: input.values('--only'),
    ledger: absolute(input.value('--ledger')),
  };
}

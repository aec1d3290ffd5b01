import type { UpdateOrder } from '../../flows/update/update.ts';
import type { CommandInput, OptionDefinition } from '../command.ts';

const reaches = ['layers', 'config', 'none'] as const;

/** How far an update compares what it moves. */
export const compareOption: OptionDefinition = {
  long: '--compare',
  value: 'REACH',
  description:
    'How far the images are compared for the report: their layers, their configs alone, or not at all.',
  choices: reaches,
};

export function reachOf(input: CommandInput): UpdateOrder['reach'] {
  return reaches.find((each) => each === input.value('--compare')) ?? 'layers';
}

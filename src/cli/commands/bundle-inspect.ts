import path from 'node:path';
import { exitStatus } from '../../base/failure.ts';
import { inspectBundle } from '../../flows/bundle-inspect.ts';
import { layoutTools } from '../../wire/layouts.ts';
import type { CommandDefinition } from '../command.ts';
import { inspectedText } from '../print/bundle.ts';

export const bundleInspectCommand: CommandDefinition = {
  name: 'bundle inspect',
  summary: 'Show what is in a bundle, and what was concluded on it',
  description:
    'Reads a bundle, in a folder or an archive, and shows its images with their platforms and sizes, what was left out and where it can be had, its evidence and verdicts, and the commit that it was made from. Asks no registry, verifies only what it reads, and runs nothing.',
  arguments: [{ name: 'BUNDLE', description: 'Folder or archive of the bundle.', required: true }],
  options: [],
  examples: [
    { command: 'lockkeeper bundle inspect bundle', meaning: 'Show what is in bundle/.' },
    { command: 'lockkeeper bundle inspect ci.tar --json', meaning: 'The same of an archive, for programs.' },
  ],
  exits: [
    '0  shown',
    '2  there is no bundle at this place',
    '6  the bundle contradicts itself or the format',
  ],
  run: async (input, context) => {
    const place = input.arguments[0] ?? '';
    const inspected = await inspectBundle(path.resolve(context.cwd, place), layoutTools().layouts);
    context.stdout.write(
      context.json
        ? `${JSON.stringify(inspected, undefined, 2)}\n`
        : inspectedText(inspected, place, context.stdout.columns),
    );
    return exitStatus.yes;
  },
};

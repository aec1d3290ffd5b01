import path from 'node:path';
import { exitStatus } from '../../base/failure.ts';
import { completeBundle } from '../../flows/bundle-complete.ts';
import { connected } from '../../wire/connected.ts';
import type { CommandDefinition } from '../command.ts';
import { showBundle } from '../print/bundle.ts';
import { watchProgress } from '../print/progress.ts';

export const bundleCompleteCommand: CommandDefinition = {
  name: 'bundle complete',
  summary: 'Fetch what was left out of a bundle, by digest',
  description:
    'Fetches the layers that a bundle lists as left out: first from the layouts and bundles that --from names, then from the registries that the document names, with the logins of your Docker config. Every byte is verified. What is there is not fetched again, so a run that was killed is gone on with. The images stay what they are.',
  arguments: [{ name: 'DIR', description: 'Folder of the bundle.', required: true }],
  options: [
    {
      long: '--from',
      value: 'PLACE',
      description: 'A layout, bundle or archive that may hold them, such as a restored cache.',
      repeatable: true,
    },
  ],
  examples: [
    {
      command: 'lockkeeper bundle complete bundle',
      meaning: 'Fetch from the registries that bundle/ names.',
    },
    {
      command: 'lockkeeper bundle complete bundle --from base-layers',
      meaning: 'Look into a restored cache first.',
    },
  ],
  exits: [
    '0  nothing is missing any more',
    '2  the bundle is an archive, which is not written to',
    '5  a registry does not answer: run it again',
    '6  a layer is nowhere, a registry refuses access, or content is not what it says',
  ],
  run: async (input, context) => {
    const tools = await connected(context.env, context.signal);
    const place = input.arguments[0] ?? '';
    const progress = watchProgress(context);
    const bundle = await progress.during(() =>
      completeBundle(
        {
          bundle: path.resolve(context.cwd, place),
          from: input.values('--from').map((each) => path.resolve(context.cwd, each)),
        },
        tools,
        { observe: progress.observe, signal: context.signal },
      ),
    );
    await showBundle({ bundle, place, layouts: tools.layouts }, context);
    return exitStatus.yes;
  },
};

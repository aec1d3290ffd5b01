import path from 'node:path';
import { exitStatus } from '../../base/failure.ts';
import { formatTable } from '../../base/table.ts';
import { safeLine } from '../../base/text.ts';
import { resolveBaselines } from '../../flows/resolve-baselines.ts';
import { loadConfig } from '../../flows/load-config.ts';
import { shortDigest } from '../../model/digest.ts';
import { connected } from '../../wire/connected.ts';
import { configOption, type CommandDefinition } from '../command.ts';
import { watchProgress } from '../print/progress.ts';

export const resolveCommand: CommandDefinition = {
  name: 'resolve',
  summary: 'Put private baselines into a bundle, for a gate without login',
  description:
    'Looks up, with the logins of your Docker config, what the names of a bundle’s images stand for now, and copies those images into the bundle. A gate on this bundle then asks no registry. Only needed where the baseline cannot be pulled without a login. Nothing of the candidate is run.',
  arguments: [{ name: 'DIR', description: 'Folder of the bundle.', required: true }],
  options: [configOption],
  examples: [
    {
      command: 'lockkeeper resolve bundle',
      meaning: 'Put the baselines of all images of bundle/ beside them.',
    },
    { command: 'lockkeeper resolve bundle --json', meaning: 'The same, and print the bundle’s document.' },
  ],
  exits: [
    '0  the baselines are in the bundle',
    '5  a registry does not answer',
    '6  a registry refuses the login',
  ],
  run: async (input, context) => {
    const wired = await connected(context.env, context.signal);
    const config = await loadConfig(wired.configFiles, { cwd: context.cwd, file: input.value('--config') });
    const tools = wired.for(config);
    const bundle = path.resolve(context.cwd, input.arguments[0] ?? '');
    const progress = watchProgress(context);
    const resolved = await progress.during(() =>
      resolveBaselines({ config, bundle }, tools, { observe: progress.observe, signal: context.signal }),
    );
    if (context.json) {
      context.stdout.write(`${JSON.stringify(resolved, undefined, 2)}\n`);
      return exitStatus.yes;
    }
    const rows = resolved.baselines.map(({ image, reference, digest }) => [
      image,
      safeLine(reference),
      digest === undefined ? '(does not exist)' : shortDigest(digest),
    ]);
    const lines = formatTable(
      [{}, { shrinks: 'middle' }, {}],
      [['image', 'name', 'baseline'], ...rows],
      context.stdout.columns,
    );
    context.stdout.write(`${lines.join('\n')}\n`);
    return exitStatus.yes;
  },
};

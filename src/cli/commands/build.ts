import path from 'node:path';
import { exitStatus } from '../../base/failure.ts';
import { formatTable } from '../../base/table.ts';
import { plural } from '../../base/text.ts';
import type { CandidateOrigin } from '../../model/candidate.ts';
import type { Bundle } from '../../model/bundle.ts';
import { shortDigest } from '../../model/digest.ts';
import { buildBundle } from '../../flows/build.ts';
import { documentsOf } from '../../wire/documents.ts';
import { hermetic } from '../../wire/hermetic.ts';
import { scratchLayouts } from '../../wire/scratch.ts';
import { configOption, type CommandDefinition } from '../command.ts';
import { loadConfig } from '../../flows/load-config.ts';
import { watchProgress } from '../print/progress.ts';

export const buildCommand: CommandDefinition = {
  name: 'build',
  summary: 'Build candidates into a bundle: no credential, no push',
  description:
    'Builds the images of lockkeeper.yaml, or fetches those that somebody else builds, and puts them into a bundle: an OCI layout with a lockkeeper.json that says what they were made of. Nothing is pushed, and no login can be reached, so it runs on a stranger’s branch as it runs on your own.',
  arguments: [
    {
      name: 'IMAGE',
      description: 'Images of lockkeeper.yaml; all of them where none is named.',
      required: false,
      variadic: true,
    },
  ],
  options: [
    {
      long: '--out',
      value: 'DIR',
      description: 'Folder of the bundle; made where it does not exist.',
      required: true,
    },
    configOption,
  ],
  examples: [
    {
      command: 'lockkeeper build --out bundle',
      meaning: 'Build everything in lockkeeper.yaml into bundle/.',
    },
    {
      command: 'lockkeeper build --out bundle ci --verbose',
      meaning: 'Build the image `ci` alone, and show what the builder says.',
    },
  ],
  exits: [
    '0  the bundle is complete',
    '3  an image does not build',
    '5  no engine, or a registry does not answer',
  ],
  run: async (input, context) => {
    const wired = await hermetic(context.env, context.signal);
    const config = await loadConfig(wired.configFiles, { cwd: context.cwd, file: input.value('--config') });
    const tools = {
      ...wired.for(config),
      scratch: scratchLayouts(context.env),
      documents: documentsOf(context.env, context.signal),
    };
    const out = path.resolve(context.cwd, input.value('--out') ?? '');
    const progress = watchProgress(context);
    const bundle = await progress.during(() =>
      buildBundle({ config, images: input.arguments, out }, tools, {
        observe: progress.observe,
        signal: context.signal,
      }),
    );
    context.stdout.write(
      context.json
        ? `${JSON.stringify(bundle, undefined, 2)}\n`
        : bundleText(bundle, input.value('--out') ?? '', context.stdout.columns),
    );
    return exitStatus.yes;
  },
};

function madeBy(origin: CandidateOrigin): string {
  switch (origin.kind) {
    case 'built':
      return origin.builtBy;
    case 'ready':
      return origin.reference;
    case 'platform':
      return `${origin.platform}/${origin.channel}, ${origin.buildpacks.join(' ')}`;
  }
}

function bundleText(bundle: Bundle, out: string, columns: number): string {
  const rows = bundle.members.flatMap(({ image, platforms, origin }) =>
    platforms.map(({ platform, manifest }) => [image, platform, shortDigest(manifest), madeBy(origin)]),
  );
  const { commit, dirty } = bundle.source;
  const from =
    commit === undefined ? 'no commit' : `${commit.slice(0, 12)}${dirty ? ' with local changes' : ''}`;
  return [
    `${plural(bundle.members.length, 'candidate')} in ${out}, from ${from}`,
    '',
    ...formatTable(
      [{}, {}, {}, { shrinks: true }],
      [['image', 'platform', 'digest', 'made by'], ...rows],
      columns,
    ),
    '',
    `next: lockkeeper gate --bundle ${out}`,
    '',
  ].join('\n');
}

import path from 'node:path';
import { exitStatus } from '../../base/failure.ts';
import { formatPlatform, parsePlatform } from '../../model/platform.ts';
import { mergeBundles } from '../../flows/bundle-merge.ts';
import { hermetic } from '../../wire/hermetic.ts';
import { sourceDate } from '../../wire/environment.ts';
import type { CommandDefinition } from '../command.ts';
import { showBundle } from '../print/bundle.ts';
import { watchProgress } from '../print/progress.ts';
import { outOption } from '../out-option.ts';

export const bundleMergeCommand: CommandDefinition = {
  name: 'bundle merge',
  summary: 'Put bundles of several machines together',
  description:
    'Makes one bundle of several. An image that each of them holds for another platform becomes one index; its manifests stay byte for byte. It refuses when an image is missing for a platform that another one is there for, when an image is there twice for one platform with different digests, and when the bundles were made from different commits. Evidence travels along; a verdict on the new indexes comes from a new gate. Asks no registry.',
  arguments: [
    { name: 'BUNDLE', description: 'Folders or archives of bundles.', required: true, variadic: true },
  ],
  options: [
    outOption,
    {
      long: '--platform',
      value: 'PLATFORM',
      description:
        'Every image has to be there for this platform; without it, for each that any image is there for.',
      repeatable: true,
    },
    {
      long: '--any-commit',
      description: 'Let the bundles be of different commits; the result belongs to none.',
    },
  ],
  examples: [
    {
      command: 'lockkeeper bundle merge amd64 arm64 --out bundle',
      meaning: 'Make indexes over two processors.',
    },
    {
      command:
        'lockkeeper bundle merge amd64.tar arm64.tar --platform linux/amd64 --platform linux/arm64 --out all.tar',
      meaning: 'The same of archives, and refuse when either platform is missing.',
    },
  ],
  exits: ['0  the bundle is there', '3  the bundles do not fit together', '6  a bundle contradicts itself'],
  run: async (input, context) => {
    const tools = await hermetic(context.env, context.signal);
    const out = input.value('--out') ?? '';
    const progress = watchProgress(context);
    const bundle = await progress.during(() =>
      mergeBundles(
        {
          bundles: input.arguments.map((each) => path.resolve(context.cwd, each)),
          out: path.resolve(context.cwd, out),
          platforms: input.values('--platform').map((each) => formatPlatform(parsePlatform(each))),
          anyCommit: input.flag('--any-commit'),
          createdAt: sourceDate(context.env),
        },
        tools,
        { observe: progress.observe, signal: context.signal },
      ),
    );
    await showBundle({ bundle, place: out, layouts: tools.layouts }, context);
    return exitStatus.yes;
  },
};

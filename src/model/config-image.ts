import * as z from 'zod';
import {
  givenName,
  hostPath,
  imageName,
  movableName,
  names,
  plainText,
  platform,
  variables,
} from './config-fields.ts';

const build = z.strictObject(
  {
    dockerfile: hostPath.default('Dockerfile').meta({
      description: 'The Dockerfile, relative to lockkeeper.yaml.',
      examples: ['docker/ci.Dockerfile'],
    }),
    context: hostPath.default('.').meta({
      description: 'The folder that the build may copy from, relative to lockkeeper.yaml.',
      examples: ['.'],
    }),
    args: variables()
      .default({})
      .meta({
        description: 'Build arguments. A value is taken as it is written: `3.10` stays `3.10`.',
        examples: [{ PYTHON: '3.12' }],
      }),
    target: plainText('the name of a stage')
      .optional()
      .meta({
        description: 'The stage to build; the last one by default.',
        examples: ['test'],
      }),
    platforms: z
      .array(platform, { error: 'a list of platforms such as [linux/amd64]' })
      .default([])
      .meta({
        description: 'Platforms to build and to judge, each by itself; the engine’s own by default.',
        examples: [['linux/amd64', 'linux/arm64']],
      }),
  },
  { error: 'a group of keys that say how the image is built' },
);

const platformBuild = z.strictObject(
  {
    name: givenName.meta({
      description: 'A platform of this file.',
      examples: ['toolforge'],
    }),
    channel: givenName.optional().meta({
      description: 'The channel to build with; the one that deploys by default.',
      examples: ['stable'],
    }),
    source: hostPath.default('.').meta({
      description: 'The folder of the application, relative to lockkeeper.yaml.',
      examples: ['service'],
    }),
    network: z
      .enum(['none', 'default'])
      .default('none')
      .meta({
        description:
          '`none`: the build has no network. `default`: the engine’s own, which buildpacks need that download what they install.',
        examples: ['default'],
      }),
  },
  { error: 'a group of keys: name, and channel, source and network where they are wanted' },
);

export const imageSchema = z.strictObject(
  {
    baseline: movableName.meta({
      description: 'The name that is in use now. A gate looks it up once; without a tag it is `latest`.',
      examples: ['registry.example.org/team/ci:latest'],
    }),
    build: build.optional().meta({
      description: 'How the candidate is built. One of `build`, `image`, `pinned` and `platform` is needed.',
      examples: [{ dockerfile: 'docker/ci.Dockerfile', context: '.' }],
    }),
    image: imageName.optional().meta({
      description:
        'The candidate, where somebody else builds it. One of `build`, `image`, `pinned` and `platform` is needed.',
      examples: ['registry.example.org/team/ci:nightly'],
    }),
    pinned: z
      .literal(true, { error: 'true' })
      .optional()
      .meta({
        description:
          'Files of the repository pin the baseline’s name to a digest: `update` judges what it stands for now against what is pinned. One of `build`, `image`, `pinned` and `platform` is needed.',
        examples: [true],
      }),
    platform: platformBuild.optional().meta({
      description:
        'The platform whose own builder makes the candidate of a source folder. One of `build`, `image`, `pinned` and `platform` is needed.',
      examples: [{ name: 'toolforge', network: 'default' }],
    }),
    suites: names('a list of names of suites, such as [unit]')
      .optional()
      .meta({
        description: 'The suites that guard this image; all of them by default.',
        examples: [['unit']],
      }),
    promote: z
      .array(movableName, { error: 'a list of image names' })
      .min(1, { error: 'a list of image names, at least one' })
      .optional()
      .meta({
        description:
          'The names that `lockkeeper promote` moves to the candidate; the baseline’s own by default.',
        examples: [['registry.example.org/team/ci:latest']],
      }),
  },
  { error: 'a group of keys that describe an image' },
);

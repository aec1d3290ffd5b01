import * as z from 'zod';
import { parseDuration } from '../base/units.ts';
import { day } from './config-exceptions.ts';
import {
  count,
  givenName,
  hostPath,
  imageName,
  plainText,
  reading,
  size,
  text,
  variables,
} from './config-fields.ts';
import { parseDigest } from './digest.ts';

/** What lockkeeper.yaml says of deployment platforms. */

// Platforms have two or three channels; more than this nobody oversees.
const channelsMax = 50;
const injectedMax = 50;
const platformsMax = 50;

/** A document of the platform's own people: beside this file, or on the web. */
const documentPlace = text('a path, or a URL that begins with https://').check((context) => {
  const written = context.value;
  const refuse = (message: string): void => {
    context.issues.push({ code: 'custom', input: written, message });
  };
  if (written.startsWith('https://')) {
    if (!URL.canParse(written)) refuse('it is no URL');
    else if (new URL(written).username !== '' || new URL(written).password !== '')
      refuse('it holds a login, which would stand in every log; offer the file without one');
  } else if (/^[a-z][a-z0-9+.-]*:\/\//i.test(written)) refuse('only URLs that begin with https:// are read');
  else if (/^~|\\/.test(written)) refuse('a path is written with /, and ~ is known to a shell only');
});

const digest = text('a digest such as sha256:…').transform(reading(parseDigest));
const exampleDigest = `sha256:${'0123456789abcdef'.repeat(4)}`;
const exampleDocument =
  'https://gitlab.example.org/platform/deploy/-/raw/8c2d9b3f0e1a4d5c6b7a8f9e0d1c2b3a4f5e6d7c/values.yaml';

const ruleError = 'a group of keys: file, at, and digest where it is wanted';

/** A place in a document. Keys that hold dots are not needed by anybody so far. */
const ruleSchema = z.strictObject(
  {
    file: documentPlace.meta({
      description: 'The YAML or JSON document: a path from here, or an https URL.',
      examples: [exampleDocument, 'deploy/values.yaml'],
    }),
    at: text('keys with dots between them, such as config.builder')
      .regex(/^[^.\s]+(?:\.[^.\s]+)*$/, { error: 'keys with dots between them, such as config.builder' })
      .meta({
        description: 'Where it stands in the document: keys and indexes with dots between them.',
        examples: ['config.builder'],
      }),
    digest: digest.optional().meta({
      description: 'What the document has to be; without it, what it is on the day.',
      examples: [exampleDigest],
    }),
  },
  { error: ruleError },
);

const imageError = 'an image name, or a group of the keys file and at that says where it is written';
const image = z.union([imageName, ruleSchema], { error: imageError });
const dayError = 'a day such as 2026-12-31, or a group of the keys file and at that says where it is written';

const injectedSchema = z.strictObject(
  {
    id: text('the id of a buildpack, such as heroku/procfile').meta({
      description: 'The id of the buildpack.',
      examples: ['fagiani/apt'],
    }),
    version: plainText('a version such as 0.2.5')
      .optional()
      .meta({ description: 'Its version, where several are there.', examples: ['0.2.5'] }),
    optional: z
      .boolean({ error: 'true or false' })
      .default(true)
      .meta({
        description: 'Whether the group goes on when the buildpack does not detect anything.',
        examples: [true],
      }),
    image: imageName.optional().meta({
      description: 'The image that holds it. Without this and `folder` it is in the builder already.',
      examples: ['registry.example.org/buildpacks/apt:0.2.5'],
    }),
    folder: hostPath.optional().meta({
      description: 'The folder that holds its buildpack.toml, relative to this file.',
      examples: ['buildpacks/apt'],
    }),
  },
  { error: 'a group of keys: id, and where it is from' },
);

const injected = (description: string): z.ZodDefault<z.ZodArray<typeof injectedSchema>> =>
  z
    .array(injectedSchema, { error: 'a list of buildpacks' })
    .max(injectedMax, { error: `a list of at most ${injectedMax}` })
    .default([])
    .meta({ description, examples: [[{ id: 'fagiani/apt', version: '0.2.5' }]] });

const buildTime = text('a duration with units, such as 20m').transform(reading(parseDuration));

const limitsSchema = z.strictObject(
  {
    memory: size.optional().meta({ description: 'Memory of a build.', examples: ['4g'] }),
    cpus: count(1, 1024)
      .optional()
      .meta({ description: 'Processors of a build.', examples: [2] }),
    disk: size.optional().meta({ description: 'What a build may write.', examples: ['8g'] }),
    time: buildTime.optional().meta({ description: 'How long a build may take.', examples: ['30m'] }),
  },
  { error: 'a group of keys: memory, cpus, disk, time' },
);

const channelSchema = z.strictObject(
  {
    builder: image.meta({
      description: 'The builder image, or where the platform writes its name.',
      examples: ['registry.example.org/platform/builder:24', { file: exampleDocument, at: 'config.builder' }],
    }),
    'run-image': image.optional().meta({
      description: 'The image that what is built runs on; the one that the builder names by default.',
      examples: ['registry.example.org/platform/run:24'],
    }),
    'valid-until': z
      .union([day, ruleSchema], { error: dayError })
      .optional()
      .meta({
        description: 'The last day on which the platform offers the channel.',
        examples: ['2026-12-31', { file: exampleDocument, at: 'config.deprecatedValidUntil' }],
      }),
    upstream: image.optional().meta({
      description: 'The builder that this one follows, to tell how far it is behind.',
      examples: ['heroku/builder:24'],
    }),
    before: injected('Buildpacks that the platform puts in front of each group of the builder’s order.'),
    after: injected('Buildpacks that the platform puts behind each group of the builder’s order.'),
    env: variables()
      .default({})
      .meta({ description: 'What the platform sets for builds.', examples: [{ BP_ENV: 'production' }] }),
    'platform-api': plainText('a version such as 0.12')
      .regex(/^[0-9]+\.[0-9]+$/, { error: 'a version such as 0.12' })
      .optional()
      .meta({
        description: 'The Platform API that the platform speaks; the newest of the builder by default.',
        examples: ['0.12'],
      }),
    limits: limitsSchema
      .prefault({})
      .meta({ description: 'What a build may use on the platform.', examples: [{ memory: '4g' }] }),
  },
  { error: 'a group of keys that say what the platform builds with' },
);

const platformSchema = z.strictObject(
  {
    from: documentPlace.optional().meta({
      description:
        'Another lockkeeper.yaml that says what this platform is, under the same name. Either this or `channels` is needed.',
      examples: [
        'https://git.example.org/platform/raw/8c2d9b3f0e1a4d5c6b7a8f9e0d1c2b3a4f5e6d7c/lockkeeper.yaml',
      ],
    }),
    digest: digest.optional().meta({
      description: 'What that file has to be; needed for a URL that holds no commit.',
      examples: [exampleDigest],
    }),
    channels: z
      .record(givenName, channelSchema, { error: 'a group of channels by name' })
      .refine((channels) => Object.keys(channels).length <= channelsMax, {
        error: `at most ${channelsMax} channels`,
      })
      .optional()
      .meta({
        description:
          'The builders that the platform offers, by their names. Either this or `from` is needed.',
        examples: [{ stable: { builder: 'registry.example.org/platform/builder:24' } }],
      }),
    deploys: z
      .array(givenName, { error: 'a list of names of channels' })
      .min(1, { error: 'a list of names of channels, at least one' })
      .optional()
      .meta({
        description: 'The channels that deploy. Needed where there are several.',
        examples: [['stable']],
      }),
    ci: givenName.optional().meta({
      description: 'The channel that CI of this repository builds with.',
      examples: ['stable'],
    }),
  },
  { error: 'a group of keys that describe a platform' },
);

export const platformsSchema = z
  .record(givenName, platformSchema, { error: 'a group of platforms by name' })
  .refine((platforms) => Object.keys(platforms).length <= platformsMax, {
    error: `at most ${platformsMax} platforms`,
  });

export type PlatformDocument = z.output<typeof platformSchema>;
export type ChannelDocument = z.output<typeof channelSchema>;
export type InjectedDocument = z.output<typeof injectedSchema>;
export type RuleDocument = z.output<typeof ruleSchema>;

import * as z from 'zod';
import { holdsSchema, waiversSchema } from './config-exceptions.ts';
import { diffSchema } from './config-diff.ts';
import { givenName } from './config-fields.ts';
import { gateSchema } from './config-gate.ts';
import { imageSchema } from './config-image.ts';
import { registryHost, registrySchema } from './config-registry.ts';
import { pinsSchema } from './config-pins.ts';
import { platformsSchema } from './config-platform.ts';
import { scanSchema } from './config-scan.ts';
import { suiteSchema } from './config-suite.ts';
import { updateSchema } from './config-update.ts';

/**
 * lockkeeper.yaml. The reference page, the JSON Schema and every message about a wrong file are made from this:
 * `description` is one sentence or two, `examples` are values, `error` ends the sentence "it must be …".
 */
export const configSchema = z
  .strictObject(
    {
      version: z.literal(1, { error: 'the number 1, the version of this format' }).meta({
        description: 'The version of this format.',
        examples: [1],
      }),
      images: z
        .record(givenName, imageSchema, { error: 'a group of images by name' })
        .default({})
        .meta({
          description: 'The images that are gated, by the names that you call them.',
          examples: [
            {
              ci: {
                baseline: 'registry.example.org/team/ci:latest',
                build: { dockerfile: 'docker/ci.Dockerfile' },
              },
            },
          ],
        }),
      suites: z
        .record(givenName, suiteSchema, { error: 'a group of suites by name' })
        .default({})
        .meta({
          description: 'The tests that tell whether an image is good, by the names that you call them.',
          examples: [
            {
              unit: {
                command: 'pytest -q --junitxml=out/junit.xml',
                results: { format: 'junit', files: 'out/*.xml' },
              },
            },
          ],
        }),
      registries: z
        .record(registryHost, registrySchema, { error: 'a group of registries by host' })
        .default({})
        .meta({
          description: 'What we must know of registries that their names do not tell.',
          examples: [{ 'registry.gitlab.example.org': { companions: ['gitlab.example.org'] } }],
        }),
      gate: gateSchema.prefault({}).meta({
        description: 'How candidates are judged, and what a trial may use of the machine.',
        examples: [{ screen: 3 }],
      }),
      waivers: waiversSchema,
      holds: holdsSchema,
      diff: diffSchema.prefault({}).meta({
        description: 'How images are compared.',
        examples: [
          { noise: { stamp: { files: ['etc/build-time'], because: 'It holds the time of the build.' } } },
        ],
      }),
      scan: scanSchema.prefault({}).meta({
        description: 'What `scan` looks for beside the spellings that it knows.',
        examples: [{ patterns: [{ files: 'deploy/**/*.conf', line: 'ci_image {image};' }] }],
      }),
      pins: pinsSchema.prefault({}).meta({
        description: 'Which image names of the repository are pinned to digests, and when those may move.',
        examples: [{ cooldown: '3d', leave: ['localhost/**'] }],
      }),
      platforms: platformsSchema.default({}).meta({
        description:
          'What the platforms build with that deploy this repository, by the names that you call them.',
        examples: [
          { cloud: { channels: { stable: { builder: 'registry.example.org/platform/builder:24' } } } },
        ],
      }),
      update: updateSchema.prefault({}).meta({
        description: 'Where pins are updated, and which CI has to say yes.',
        examples: [{ branch: 'lockkeeper/update', labels: ['dependencies'] }],
      }),
    },
    { error: 'a group of keys' },
  )
  .meta({ title: 'lockkeeper.yaml', description: 'Which images are gated, and by which tests.' });

/** lockkeeper.yaml as its schema leaves it: each value by itself is right, references between them are not checked yet. */
export type ConfigDocument = z.output<typeof configSchema>;
export type ImageDocument = z.output<typeof imageSchema>;
export type WaiverDocument = ConfigDocument['waivers'][number];
export type SuiteDocument = z.output<typeof suiteSchema>;

/** Where a plain scalar is taken as it is written, whatever YAML would make of it; `*` is any key or index. */
export const plainTextPlaces: readonly string[] = [
  'images.*.build.args.*',
  'images.*.build.target',
  'images.*.suites.*',
  'suites.*.command',
  'suites.*.command.*',
  'suites.*.sentinel',
  'suites.*.sentinel.*',
  'suites.*.rerun.command',
  'suites.*.rerun.command.*',
  'suites.*.env.*',
  'suites.*.user',
  'suites.*.must-pass.*',
  'waivers.*.test',
  'waivers.*.until',
  'holds.*.until',
  'holds.*.evidence',
  'pins.images.*.follow',
  'platforms.*.channels.*.valid-until',
  'platforms.*.channels.*.platform-api',
  'platforms.*.channels.*.env.*',
  'platforms.*.channels.*.before.*.version',
  'platforms.*.channels.*.after.*.version',
  'update.labels.*',
  'update.freeze',
  'update.outer-loops.*.github.inputs.*',
  'update.outer-loops.*.gitlab.variables.*',
  'update.outer-loops.*.azure.parameters.*',
  'update.outer-loops.*.command.start.*',
  'update.outer-loops.*.command.state.*',
];

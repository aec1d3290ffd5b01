import * as z from 'zod';
import { durationPattern, parseDuration } from '../base/units.ts';
import { platform, reading, text } from './config-fields.ts';
import { defaultSeverities, type PinFindingKind, type PinPolicy } from './pin-policy.ts';
import { isTag } from './reference.ts';

/** What lockkeeper.yaml says of pins. */

// Every name is held against every rule; more nobody oversees.
const rulesMax = 200;

const yearMs = 366 * 24 * 3600 * 1000;

const cooldown = text('a duration with units, such as 3d or 72h')
  .meta({ pattern: durationPattern })
  .transform(reading(parseDuration))
  .refine((ms) => ms <= yearMs, { error: 'at most a year, 366d' });

export const nameGlob = text('a glob over image names, such as ghcr.io/our-team/**');
const platforms = z.array(platform, { error: 'a list of platforms, such as [linux/amd64]' });

const ruleSchema = z.strictObject(
  {
    name: nameGlob.meta({
      description:
        'Glob over the names that the rule is for, in full or as Docker Hub’s are shortened, with their tag or without it.',
      examples: ['node', 'ghcr.io/our-team/*'],
    }),
    follow: text('a tag such as 22-bookworm')
      .refine(isTag, { error: 'a tag such as 22-bookworm' })
      .optional()
      .meta({
        description: 'The tag to follow, in place of the one that is written.',
        examples: ['22-bookworm'],
      }),
    cooldown: cooldown.optional().meta({
      description: 'Takes the place of `pins.cooldown` for these names.',
      examples: ['7d'],
    }),
    platforms: platforms.optional().meta({
      description: 'Takes the place of `pins.platforms` for these names.',
      examples: [['linux/amd64']],
    }),
  },
  { error: 'a group of keys: name, and what holds for it' },
);

const severity = z.enum(['error', 'warning', 'off'], { error: 'error, warning or off' });

const severityOf = (kind: PinFindingKind, description: string): z.ZodDefault<typeof severity> =>
  severity.default(defaultSeverities[kind]).meta({ description, examples: [defaultSeverities[kind]] });

const findingsSchema = z.strictObject(
  {
    dead: severityOf('dead', 'The registry does not hold a pinned image any more: what uses it fails now.'),
    absent: severityOf('absent', 'The name does not exist.'),
    'not-allowed': severityOf('not-allowed', 'The name is not among those of `pins.allowed`.'),
    'hold-expired': severityOf('hold-expired', 'The day of a hold has passed, and nobody took it out.'),
    drifted: severityOf('drifted', 'One name is pinned to several digests.'),
    unpinned: severityOf('unpinned', 'A name has no digest.'),
    'one-platform': severityOf('one-platform', 'A pin is for one platform of a name that has several.'),
    backwards: severityOf('backwards', 'A name went back to what it stood for before.'),
    stale: severityOf('stale', 'A name stands for another image than the pinned one.'),
    denied: severityOf('denied', 'The registry refuses to answer us.'),
    unreachable: severityOf('unreachable', 'The registry gave no answer.'),
    unresolved: severityOf('unresolved', 'A name cannot be told, such as a template’s.'),
    'not-read': severityOf(
      'not-read',
      'A file was not read, or not to its end, so that names may be missing.',
    ),
  },
  { error: 'a group of findings, each with error, warning or off' },
);

export const pinsSchema = z.strictObject(
  {
    leave: z
      .array(nameGlob, { error: 'a list of globs over image names' })
      .max(rulesMax, { error: `a list of at most ${rulesMax}` })
      .default([])
      .meta({
        description:
          'Names that are never pinned and never a finding, such as those that the same run builds: globs over names in full or as Docker Hub’s are shortened, with their tag or without it.',
        examples: [['localhost/**', 'our-app']],
      }),
    allowed: z
      .array(nameGlob, { error: 'a list of globs over image names' })
      .max(rulesMax, { error: `a list of at most ${rulesMax}` })
      .default([])
      .meta({
        description:
          'Names that may be used; all by default. Others are a finding, and no registry is asked for them.',
        examples: [['docker.io/library/*', 'ghcr.io/our-team/**']],
      }),
    cooldown: cooldown.prefault('0s').meta({
      description:
        'How long we have to know a digest before a pin moves to it. It counts from the first time that a run here saw it, since registries tell no such time.',
      examples: ['3d'],
    }),
    platforms: platforms.default([]).meta({
      description:
        'The platforms that somebody uses: what changes on others only is no update. All by default.',
      examples: [['linux/amd64', 'linux/arm64']],
    }),
    images: z
      .array(ruleSchema, { error: 'a list of rules' })
      .max(rulesMax, { error: `a list of at most ${rulesMax}` })
      .default([])
      .meta({
        description: 'Rules for some names. Of those that match, the first that says something counts.',
        examples: [[{ name: 'node', follow: '22-bookworm' }]],
      }),
    findings: findingsSchema.prefault({}).meta({
      description:
        'What `check` makes of each kind of finding: error (it ends with status 3), warning (it is shown), off. `status` and `update` tell of all kinds.',
      examples: [{ stale: 'error' }],
    }),
  },
  { error: 'a group of keys that say what is pinned, and when it may move' },
);

/** Absent is undefined. Holds are a list of their own. */
export function pinPolicyOf({
  findings,
  images,
  cooldown: cooldownMs,
  ...rest
}: z.output<typeof pinsSchema>): Omit<PinPolicy, 'holds'> {
  return {
    ...rest,
    cooldownMs,
    severities: findings,
    images: images.map(({ name, follow, cooldown: ownMs, platforms: own }) => ({
      name,
      follow,
      cooldownMs: ownMs,
      platforms: own,
    })),
  };
}

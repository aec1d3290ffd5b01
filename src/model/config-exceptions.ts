import * as z from 'zod';
import { Failure } from '../base/failure.ts';
import { givenName, plainText, reading, text } from './config-fields.ts';
import { nameGlob } from './config-pins.ts';
import { parseDigest } from './digest.ts';

/** What persons said beside the rule: findings that do not count, images that do not move. */

/** `2026-12-31`, where the calendar has that day. */
export function isDay(written: string): boolean {
  const isWritten = /^\d{4}-\d{2}-\d{2}$/.test(written) && !Number.isNaN(Date.parse(`${written}T00:00:00Z`));
  // JavaScript rolls 31 February over.
  return isWritten && new Date(`${written}T00:00:00Z`).toISOString().startsWith(written);
}

/** @throws Failure `usage` */
export function readDay(written: string): string {
  if (isDay(written)) return written;
  throw new Failure('usage', 'it must be a day such as 2026-12-31');
}

export const day = plainText('a day such as 2026-12-31').transform(reading(readDay));

const author = text('who says so, such as Ada Lovelace').meta({
  description: 'Who says so.',
  examples: ['Ada Lovelace'],
});

const waiverSchema = z.strictObject(
  {
    test: plainText('a glob over test names').meta({
      description: 'Glob over test names: which findings do not count.',
      examples: ['tests/test_proxy.py › *'],
    }),
    image: givenName.meta({
      description: 'The image that it is for, by the name it has here.',
      examples: ['ci'],
    }),
    suite: givenName.optional().meta({
      description: 'The suite that it is for; every suite of the image by default.',
      examples: ['unit'],
    }),
    author,
    reason: text('why it does not count').meta({
      description: 'Why it does not count.',
      examples: ['the proxy of the test network is being replaced'],
    }),
    until: day.optional().meta({
      description: 'The last day on which it holds, in UTC. Either this or `candidate` is needed.',
      examples: ['2026-12-31'],
    }),
    candidate: text('a digest such as sha256:…')
      .transform(reading(parseDigest))
      .optional()
      .meta({
        description: 'The digest of the one candidate that it is for. Either this or `until` is needed.',
        examples: [`sha256:${'0123456789abcdef'.repeat(4)}`],
      }),
  },
  { error: 'a group of keys: test, image, author, reason, and until or candidate' },
);

const sampleDigest = `sha256:${'0123456789abcdef'.repeat(4)}`;

const digest = text('a digest such as sha256:…').transform(reading(parseDigest));

const evidenceError = 'a link such as https://ci.example.org/runs/1, or a digest';

const holdSchema = z.strictObject(
  {
    image: nameGlob.meta({
      description:
        'The image that does not move: by the name it has here, or a glob over names as files write them, in full or as Docker Hub’s are shortened, with their tag or without it.',
      examples: ['ci', 'node:22', 'ghcr.io/our-team/*'],
    }),
    author,
    reason: text('why it does not move').meta({
      description: 'Why it does not move.',
      examples: ['release week'],
    }),
    until: day.optional().meta({
      description:
        'The last day on which it holds, in UTC. At least one of `until`, `digest` and `keep` is needed; the first end that comes counts.',
      examples: ['2026-12-31'],
    }),
    digest: digest.optional().meta({
      description: 'The digest that is held back: when the name stands for another one, the hold is over.',
      examples: [sampleDigest],
    }),
    keep: digest.optional().meta({
      description:
        'The digest that stays in use, which `lockkeeper rollback` restored. Without an end beside it, it stays until `lockkeeper release`.',
      examples: [sampleDigest],
    }),
    evidence: plainText(evidenceError)
      .regex(/^(?:https?:\/\/[^\s<>"'`]{1,2000}|sha(?:256|512):[0-9a-f]{64,128})$/, { error: evidenceError })
      .optional()
      .meta({
        description: 'Where the reason is proved: a link, or the digest of a verdict.',
        examples: ['https://ci.example.org/runs/1'],
      }),
  },
  { error: 'a group of keys: image, author, reason, and until, digest or keep' },
);

// More than this nobody oversees; each is a hole in the gate.
const exceptionsMax = 500;

export const waiversSchema = z
  .array(waiverSchema, { error: 'a list of waivers' })
  .max(exceptionsMax, { error: `a list of at most ${exceptionsMax} waivers` })
  .default([])
  .meta({
    description:
      'Findings that do not count, each for a while or for one candidate. `lockkeeper waive` writes them. None can excuse a test that must pass, a sentinel, or a suite that is lost.',
    examples: [
      [
        {
          test: 'tests/test_proxy.py › *',
          image: 'ci',
          author: 'Ada Lovelace',
          reason: 'the proxy is being replaced',
          until: '2026-12-31',
        },
      ],
    ],
  });

export const holdsSchema = z
  .array(holdSchema, { error: 'a list of holds' })
  .max(exceptionsMax, { error: `a list of at most ${exceptionsMax} holds` })
  .default([])
  .meta({
    description:
      'Images that do not move, whatever their verdict says, and wherever their names stand. `lockkeeper hold`, `rollback` and `update` write them, `release` takes them out.',
    examples: [[{ image: 'ci', author: 'Ada Lovelace', reason: 'release week', until: '2026-12-31' }]],
  });

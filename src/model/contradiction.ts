import * as z from 'zod';
import { canonicalJson } from '../base/canonical-json.ts';
import { limits } from '../base/limits.ts';
import { parseJsonStrictly } from '../base/strict-json.ts';
import { Failure } from '../base/failure.ts';
import { digestSchema } from './descriptor.ts';
import { digestHex, digestOf, type Digest } from './digest.ts';
import type { Evidence } from './evidence.ts';
import { asTestId, type TestId } from './observation.ts';
import type { Side, Trial } from './trial.ts';
import { dayOf } from './waiver.ts';

/** Tests that both passed and failed on one image, as one gate saw it. */
export interface Contradictions {
  readonly schemaVersion: 1;
  /** ISO 8601, UTC. */
  readonly seenAt: string;
  readonly image: string;
  readonly suite: string;
  readonly platform: string;
  readonly digest: Digest;
  /**
   * The image was in use. A candidate's own contradictions are kept for people to see; they excuse nobody, or a gate
   * that is run twice would let pass what it held.
   */
  readonly inUse: boolean;
  readonly tests: readonly Contradiction[];
}

export interface Contradiction {
  readonly test: TestId;
  readonly passed: number;
  readonly failed: number;
}

/** Where the records of contradictions lie in a ledger, each in a file of its own: records of two jobs never clash. */
export const contradictionsFolder = 'contradictions';

/** What the trials of one side of a unit contradict each other in. */
export function contradictionsIn(evidence: Evidence, side: Side, seenAt: string): Contradictions | undefined {
  const digest = evidence[side];
  const tests = contradict(evidence.trials.filter((trial) => trial.side === side));
  if (digest === undefined || tests.length === 0) return undefined;
  const { image, suite, platform } = evidence;
  return { schemaVersion: 1, seenAt, image, suite, platform, digest, inUse: side === 'baseline', tests };
}

/**
 * Tests that passed and failed over trials of one image. Runs of the whole suite and of parts are looked at apart: a test
 * that needs the one before it fails whenever it runs alone, and contradicts nothing by that.
 */
function contradict(trials: readonly Trial[]): readonly Contradiction[] {
  const found = new Map<TestId, Contradiction>();
  for (const group of Map.groupBy(trials, ranWhole).values()) {
    const counts = new Map<TestId, { passed: number; failed: number }>();
    for (const { observations } of group) {
      for (const { id, status } of observations) {
        if (status !== 'passed' && status !== 'failed') continue;
        const count = counts.get(id) ?? { passed: 0, failed: 0 };
        count[status] += 1;
        counts.set(id, count);
      }
    }
    for (const [test, { passed, failed }] of counts) {
      if (passed === 0 || failed === 0) continue;
      const before = found.get(test);
      found.set(test, {
        test,
        passed: passed + (before?.passed ?? 0),
        failed: failed + (before?.failed ?? 0),
      });
    }
  }
  return [...found.values()];
}

/** A part was asked for, but a suite that has no command for parts ran whole. */
function ranWhole({ only, observations }: Trial): boolean {
  if (only === undefined) return true;
  const asked = new Set(only);
  return observations.some(({ id }) => !asked.has(id));
}

/** The tests of a unit that are known to be flaky: seen to contradict themselves on images in use, not too long ago. */
export function knownFlaky(
  records: readonly Contradictions[],
  { image, suite, platform }: Pick<Evidence, 'image' | 'suite' | 'platform'>,
  now: string,
): readonly TestId[] {
  const own = records.filter(
    (record) =>
      record.inUse &&
      record.image === image &&
      record.suite === suite &&
      record.platform === platform &&
      isRecent(record.seenAt, now),
  );
  return [...new Set(own.flatMap(({ tests }) => tests.map(({ test }) => test)))].toSorted();
}

/** Not older than the ledger goes back, and not of a future that a clock has jumped to. */
export function isRecent(seenAt: string, now: string): boolean {
  const ageMs = Date.parse(now) - Date.parse(seenAt);
  return ageMs <= limits.contradictionMsMax && ageMs >= -clockSkewMsMax;
}

// Clocks of the machines of one CI differ by seconds; a day is another time zone at worst.
const clockSkewMsMax = 24 * 60 * 60 * 1000;

/** The day comes first, so that a record that is too old need not be read. */
export function contradictionsName(record: Contradictions): string {
  return `${dayOf(record.seenAt)}-${digestHex(digestOf(format(record))).slice(0, 32)}.json`;
}

export function formatContradictions(record: Contradictions): Uint8Array {
  return new TextEncoder().encode(format(record));
}

function format({ tests, ...rest }: Contradictions): string {
  return `${canonicalJson({ ...rest, tests: tests.map((test) => ({ ...test })) })}\n`;
}

const count = z.int().positive();
const schema = z.strictObject({
  schemaVersion: z.literal(1),
  seenAt: z.iso.datetime(),
  image: z.string().min(1).max(200),
  suite: z.string().min(1).max(200),
  platform: z.string().min(1).max(100),
  digest: digestSchema,
  inUse: z.boolean(),
  tests: z.array(
    z.strictObject({
      test: z
        .string()
        .min(1)
        .max(4 * limits.testNameCharsMax),
      passed: count,
      failed: count,
    }),
  ),
});

/** @throws Failure `content-refused` */
export function parseContradictions(bytes: Uint8Array): Contradictions {
  const refuse = (why: string): Failure =>
    new Failure('content-refused', `it is no record of contradictions: ${why}`);
  const parsed = schema.safeParse(parseJsonStrictly(bytes, refuse));
  if (!parsed.success) throw refuse(parsed.error.issues[0]?.message ?? 'it does not fit');
  return {
    ...parsed.data,
    tests: parsed.data.tests.map(({ test, ...counts }) => ({ test: asTestId(test), ...counts })),
  };
}

import type { Evidence } from '../../src/model/evidence.ts';
import type { ObservedStatus } from '../../src/model/observation.ts';
import type { Side, TrialRequest } from '../../src/model/trial.ts';
import type { MadeRun, MadeSuite, Results } from './judge-evidence.ts';

/** How probable each outcome of a test is on one side; what is left over to 1 is that it passes. */
export type Chances = Partial<Readonly<Record<ObservedStatus | 'absent', number>>>;

export interface SimulatedTest {
  readonly name: string;
  readonly baseline: Chances;
  readonly candidate: Chances;
}

export interface SimulatedSuite {
  readonly tests: readonly SimulatedTest[];
  /** How probable a run is broken, by side. */
  readonly broken: Readonly<Record<Side, number>>;
}

/**
 * A suite whose runs are independent of each other, as far as a hash is: the same request has the same outcome,
 * whenever it is made.
 */
export function simulate(suite: SimulatedSuite, seed: number): MadeSuite {
  return (request, evidence) => {
    const draw = (name: string): number => drawn(seed, runName(request, evidence), name);
    if (draw('broken') < suite.broken[request.side])
      return brokenRuns[Math.floor(draw('how') * brokenRuns.length)] ?? {};
    const results = suite.tests.flatMap((test): [string, ObservedStatus][] => {
      const outcome = pick(test[request.side], draw(`test ${test.name}`));
      return outcome === 'absent' ? [] : [[test.name, outcome]];
    });
    return { results: Object.fromEntries(results) satisfies Results };
  };
}

/** A test that passes with the same probability on both sides, or with one on each. */
export function flaky(name: string, baseline: number, candidate = baseline): SimulatedTest {
  return { name, baseline: { failed: 1 - baseline }, candidate: { failed: 1 - candidate } };
}

const brokenRuns: readonly MadeRun[] = [
  { end: { kind: 'timed-out', afterMs: 1000 } },
  { end: { kind: 'engine-error', message: 'the daemon hung up' } },
  { end: { kind: 'not-started', message: 'not found' } },
  { report: { kind: 'broken', code: 'truncated', why: 'cut' } },
];

function pick(chances: Chances, at: number): ObservedStatus | 'absent' {
  let below = 0;
  for (const outcome of ['failed', 'skipped', 'errored', 'precluded', 'absent'] as const) {
    below += chances[outcome] ?? 0;
    if (at < below) return outcome;
  }
  return 'passed';
}

function runName({ step, side, round }: TrialRequest, { image, suite, platform }: Evidence): string {
  return `${image} ${suite} ${platform} ${step} ${side} ${round}`;
}

/** In [0, 1); murmur3's finaliser over a running FNV-1a. */
export function drawn(seed: number, ...names: readonly string[]): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (const name of names) {
    for (let index = 0; index < name.length; index += 1) {
      hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193) >>> 0;
    }
    hash = Math.imul(hash ^ 0xff, 0x01000193) >>> 0;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35) >>> 0;
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

import process from 'node:process';
import { measure, scenarios, type RuleName } from '../support/judge-cells.ts';
import { seed, trials } from './measure-judge.ts';
import type { Figure } from './measure.ts';

interface Claim {
  readonly scenario: string;
  readonly rule: RuleName;
  readonly peer: RuleName;
  readonly of: 'rejected' | 'held' | 'missed';
  /** Per cent of all judgements. */
  readonly limit: number;
}

const identical = { scenario: 'identical, 15 flaky', peer: 'one against one' } as const;
const broken = { peer: 'candidate tried five times', of: 'missed' } as const;
const claims: readonly Claim[] = [
  { ...identical, rule: 'one screen', of: 'rejected', limit: 0.3 },
  { ...identical, rule: 'one screen', of: 'held', limit: 5 },
  { ...identical, rule: 'one screen, with a ledger', of: 'held', limit: 0.1 },
  { scenario: 'fails on both', rule: 'one screen', peer: 'all must pass', of: 'rejected', limit: 0 },
  { ...broken, scenario: 'drops to 0', rule: 'one screen', limit: 0 },
  { ...broken, scenario: 'drops to 0.5', rule: 'one screen', limit: 58 },
  { ...broken, scenario: 'drops to 0.5', rule: 'three screens', limit: 25 },
];

/** The judge that ships and a plain rule, over the same simulated suites. The peer's figure is all that it blocks or misses. */
export function judgeCharacteristics(): Promise<readonly Figure[]> {
  process.stderr.write(`seed ${seed}, ${trials} judgements a cell\n`);
  return Promise.resolve([...claims.map(figureOf), cleanRuns()]);
}

function figureOf({ scenario, rule, peer, of, limit }: Claim): Figure {
  const value = percentOf(scenario, rule, of);
  const other = percentOf(scenario, peer, of === 'missed' ? 'missed' : 'rejected');
  return {
    claim: `${scenario}, ${rule}: ${of}`,
    measured: `${value.toFixed(2)} %`,
    peer: `${other.toFixed(2)} % (${peer})`,
    value,
    limit,
    unit: '%',
  };
}

function cleanRuns(): Figure {
  const value = measure(scenarioOf('identical, 0 flaky'), 'one screen', trials, seed).runs / trials;
  return {
    claim: 'runs of a clean suite',
    measured: value.toFixed(2),
    peer: '',
    value,
    limit: 2,
    unit: 'runs',
  };
}

function percentOf(scenario: string, rule: RuleName, of: Claim['of']): number {
  const { rejected, held } = measure(scenarioOf(scenario), rule, trials, seed);
  const count = { rejected, held, missed: trials - rejected - held }[of];
  return (100 * count) / trials;
}

function scenarioOf(name: string): (typeof scenarios)[number] {
  const found = scenarios.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no scenario ${name}`);
  return found;
}

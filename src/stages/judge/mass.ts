import type { Unit } from './unit.ts';
import { holmCapacity } from './holm.ts';
import type { Suspect } from './suspect.ts';

/** The suspects of one unit, and what they are suspects among. */
export interface Suspicion {
  readonly unit: Unit;
  readonly suspects: readonly Suspect[];
  /** Tests that pass in the baseline. */
  readonly passing: number;
}

// Fewer suspects than this are confirmed as fast one by one: they fit into one run a side and round all the same, and
// Holm convicts four after five rounds. So a suite of one test is never "mass" because that one fails.
const massSuspectsMin = 5;

/**
 * The units whose suspects count as one, "the image or the harness", confirmed by whole runs: where most of what
 * passed is suspect, where a test that must pass is, and, the largest units first, as many as it takes for Holm to
 * be able to convict the suspects that are left.
 */
export function massUnits(suspicions: readonly Suspicion[]): ReadonlySet<Unit> {
  const mass = new Set(suspicions.filter(isMass).map(({ unit }) => unit));
  let single = suspicions
    .filter(({ unit }) => !mass.has(unit))
    .map((suspicion) => ({ ...suspicion, count: pairSuspects(suspicion) }))
    .filter(({ count }) => count > 0)
    .toSorted((one, other) => one.count - other.count || (one.unit.key < other.unit.key ? -1 : 1));
  for (let largest = single.at(-1); largest !== undefined; largest = single.at(-1)) {
    const total = single.reduce((sum, { count }) => sum + count, 0);
    if (total + mass.size <= holmCapacity(largest.unit.evidence.rule)) break;
    mass.add(largest.unit);
    single = single.slice(0, -1);
  }
  return mass;
}

function isMass(suspicion: Suspicion): boolean {
  const { suspects, passing, unit } = suspicion;
  if (suspects.some(({ rule }) => rule === 'must-pass')) return true;
  const count = pairSuspects(suspicion);
  return count >= massSuspectsMin && count > unit.evidence.rule.massShare * passing;
}

function pairSuspects({ suspects }: Suspicion): number {
  return suspects.filter(({ rule }) => rule === 'pair').length;
}

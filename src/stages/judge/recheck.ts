import { plural } from '../../base/text.ts';
import type { Finding } from '../../model/finding.ts';
import { runItself, type TestId } from '../../model/observation.ts';
import type { TrialRequest } from '../../model/trial.ts';
import type { Paired } from './pair.ts';
import type { ReadSides } from './screen.ts';
import { stop, type Stop } from './stop.ts';
import { isClean, type Unit } from './unit.ts';

/** Whether the baseline itself runs the same tests each time. */
export interface Recheck {
  readonly requests: readonly TrialRequest[];
  /** Tests that passed in one run of the baseline and were not there in the next. */
  readonly unsteady: ReadonlySet<TestId>;
}

const settled: Recheck = { requests: [], unsteady: new Set() };

/**
 * A suite that draws its tests, or names them after a time, loses some and gains others with every run: no fault of the
 * image. So where both happened, the baseline runs once more; what that run lacks was not the candidate's to lose. An
 * image in which tests are only lost is rejected without it.
 */
export function recheck(unit: Unit, sides: ReadSides, paired: Paired): Recheck {
  const { rule, baseline } = unit.evidence;
  if (baseline === undefined || sides.run !== undefined || rule.lostCoverage === 'allow') return settled;
  const lost = paired.findings.flatMap(({ kind, test }) =>
    kind === 'lost-coverage' && !sides.tests.candidate.has(test) ? [test] : [],
  );
  if (lost.length === 0 || !hasOthers(sides)) return settled;
  const round = rule.screenRuns + 1;
  const again = unit.at('screen', 'baseline', round);
  if (again === undefined) {
    return { ...settled, requests: [{ step: 'screen', side: 'baseline', round, only: undefined }] };
  }
  // One that broke tells nothing of what it lacks.
  if (!isClean(again)) return settled;
  const held = new Set(again.observations.map(({ id }) => id));
  return { requests: [], unsteady: new Set(lost.filter((test) => !held.has(test))) };
}

/** Whether the candidate runs tests that the baseline does not have; the error of a file that cannot be collected is none. */
function hasOthers({ tests: { baseline, candidate } }: ReadSides): boolean {
  for (const [test, { status }] of candidate) {
    const isSeen = status === 'passed' || status === 'failed' || status === 'skipped';
    if (isSeen && test !== runItself && !baseline.has(test)) return true;
  }
  return false;
}

/** What comes and goes in the baseline as well is not lost. */
export function forgive(paired: Paired, { unsteady }: Recheck): Paired {
  if (unsteady.size === 0) return paired;
  const findings = paired.findings.map((finding): Finding => {
    if (finding.kind !== 'lost-coverage' || !unsteady.has(finding.test)) return finding;
    const because = 'it does not run in the candidate, and not each time in the baseline either';
    return { ...finding, kind: 'flaky-on-both', because };
  });
  return { ...paired, findings };
}

/** Undefined: what runs each time is enough to compare. */
export function unsteadySuite(unit: Unit, { ranBefore }: Paired, { unsteady }: Recheck): Stop | undefined {
  if (unsteady.size === 0 || ranBefore - unsteady.size >= unit.evidence.rule.heldShare * ranBefore)
    return undefined;
  return stop({
    kind: 'not-comparable',
    baseline: 'missing',
    because: `the suite does not run the same tests each time: of ${plural(ranBefore, 'test')} that ran in the baseline, ${unsteady.size} ${unsteady.size === 1 ? 'was' : 'were'} not there when it ran again`,
    move: {
      mover: 'test author',
      next: 'let the suite run the same tests under the same names each time, then `lockkeeper gate --bundle DIR`',
    },
  });
}

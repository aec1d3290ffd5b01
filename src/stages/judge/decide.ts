import { unreachable } from '../../base/invariant.ts';
import { plural } from '../../base/text.ts';
import type { Evidence } from '../../model/evidence.ts';
import type { FindingKind } from '../../model/finding.ts';
import type { Rule } from '../../model/rule.ts';
import type { Side } from '../../model/trial.ts';
import type { Counts } from './fisher.ts';
import { pairTable } from './pair-table.ts';
import type { Suspect } from './suspect.ts';

export interface Decision {
  readonly kind: FindingKind;
  readonly because: string;
}

/** Runs that broke on their own, and so told nothing of the tests in them. */
export type BrokenRuns = Readonly<Record<Side, number>>;

/** What the confirming runs of one suspect showed so far. */
export interface Heard {
  readonly counts: Counts;
  /** Of the whole unit. */
  readonly broken: BrokenRuns;
}

/** Clean as often as it takes; a candidate whose runs break where the baseline's do not is not. */
export function isExonerated({ counts, broken }: Heard, { exonerateRuns }: Rule): boolean {
  const breaksAlone = broken.candidate > 0 && broken.baseline === 0;
  return counts.candidateFailed === 0 && counts.candidatePassed >= exonerateRuns && !breaksAlone;
}

/** What a suspect's own confirming runs decide after any round; undefined: it takes more runs, or Holm. */
export function decideAlone(suspect: Suspect, heard: Heard, rule: Rule): Decision | undefined {
  const { counts } = heard;
  const { baselineFailed, candidateFailed, candidatePassed } = counts;
  if (isExonerated(heard, rule)) {
    // What the table says of a test that passes in the candidate.
    const kind = pairTable[suspect.seen.baseline ?? 'missing'].passed;
    const because = `exonerated: it failed in the screen, and none of the first ${plural(candidatePassed, 'rerun')} in the candidate fails`;
    return { kind: kind === 'errors-step' ? 'same' : kind, because };
  }
  switch (suspect.rule) {
    case 'pair':
      return baselineFailed > 0 && candidatePassed > 0
        ? {
            kind: 'flaky-on-both',
            because: `it fails at times without the candidate: ${describeCounts(counts)}`,
          }
        : undefined;
    case 'must-pass':
      return candidateFailed >= rule.exonerateRuns
        ? {
            kind: 'must-pass-failed',
            because: `it must pass, and fails in ${ofRuns(candidateFailed, candidatePassed)} of the candidate`,
          }
        : undefined;
    case 'absolute':
      return candidateFailed > 0
        ? {
            kind: 'new-failing',
            because: `it failed in the screen and again when rerun, and there is no baseline to compare with`,
          }
        : undefined;
    default:
      return unreachable(suspect.rule);
  }
}

/** The runs are used up. */
export function decideAtCap(
  suspect: Suspect,
  { counts, broken }: Heard,
  { rule, oneBit, known }: Pick<Evidence, 'rule' | 'oneBit' | 'known'>,
): Decision {
  const { baselinePassed, baselineFailed, candidatePassed, candidateFailed } = counts;
  const said = describeCounts(counts);
  const tooFew: Decision = { kind: 'unconfirmed', because: `too few reruns told anything: ${said}` };
  if (candidateFailed === 0) {
    if (broken.candidate === 0 || broken.baseline > 0 || candidatePassed === 0) return tooFew;
    const because = `it failed in the screen, and ${plural(broken.candidate, 'rerun')} broke in the candidate and none in the baseline: ${said}`;
    return { kind: 'newly-flaky', because };
  }
  if (suspect.rule === 'pair') {
    const heard = Math.min(baselinePassed + baselineFailed, candidatePassed + candidateFailed);
    if (heard < rule.exonerateRuns) return tooFew;
    if (baselineFailed > 0 && baselinePassed === 0) {
      if (oneBit)
        return { kind: 'not-comparable', because: `one exit status that is bad on both sides: ${said}` };
      // It passed when the suite ran whole. Reruns that fail on both sides (a test that needs the one before it, a
      // wrong template) tell nothing of the candidate, and must not clear what may be a regression.
      return {
        kind: 'unconfirmed',
        because: `it passed once in the baseline and has failed on both sides ever since: ${said}`,
      };
    }
    // One that failed each time is no flake of old, however often it failed now and then before.
    if (candidatePassed > 0 && known.flaky.includes(suspect.seen.test))
      return {
        kind: 'known-flaky',
        because: `it is known to fail at times on images that were in use: ${said}`,
      };
  }
  return {
    kind: 'newly-flaky',
    because: `it fails in the candidate, but not clearly more often than in the baseline: ${said}`,
  };
}

export function convict(counts: Counts, p: number): Decision {
  return { kind: 'regressed', because: `confirmed: ${describeCounts(counts)}; p = ${formatP(p)}` };
}

/** A mass was convicted: its tests are that failed each time in the candidate and never in the baseline. */
export function convictTogether(counts: Counts, rule: Rule): Decision | undefined {
  const { baselinePassed, baselineFailed, candidatePassed, candidateFailed } = counts;
  const each = candidateFailed >= rule.exonerateRuns && candidatePassed === 0;
  return each && baselineFailed === 0 && baselinePassed > 0
    ? {
        kind: 'regressed',
        because: `confirmed together with the other suspects by whole runs: ${describeCounts(counts)}`,
      }
    : undefined;
}

function describeCounts({
  baselinePassed,
  baselineFailed,
  candidatePassed,
  candidateFailed,
}: Counts): string {
  return `it fails in ${ofRuns(candidateFailed, candidatePassed)} of the candidate and ${ofRuns(baselineFailed, baselinePassed)} of the baseline`;
}

function ofRuns(failed: number, passed: number): string {
  return `${failed} of ${plural(failed + passed, 'rerun')}`;
}

function formatP(p: number): string {
  return p.toPrecision(2);
}

import { clip } from '../../base/text.ts';
import type { Trial } from '../../model/trial.ts';
import { reportLimits } from './report-limits.ts';

// Shorter names stand in every log for other reasons.
const nameCharsMin = 4;
const linesAround = 2;

/** The lines of a side's first whole run that name a test last, for a test that says nothing itself. */
export function logMention(trials: readonly Trial[], side: Trial['side'], name: string): string | undefined {
  if (name.length < nameCharsMin) return undefined;
  const trial = trials.find((each) => each.side === side && each.step === 'screen');
  if (trial === undefined) return undefined;
  const { head, tail } = trial.output;
  return mentionIn(tail, name) ?? mentionIn(head, name);
}

function mentionIn(log: string, name: string): string | undefined {
  const at = log.lastIndexOf(name);
  if (at === -1) return undefined;
  let from = at;
  let to = at;
  for (let line = 0; line <= linesAround; line += 1) {
    // Beyond a line of our own limit there is nothing to read.
    const before = from <= 0 ? -1 : log.lastIndexOf('\n', from - 1);
    const after = to >= log.length ? -1 : log.indexOf('\n', to + 1);
    from = before === -1 ? 0 : before;
    to = after === -1 ? log.length : after;
  }
  const start = Math.max(from === 0 ? 0 : from + 1, at - reportLimits.excerptCharsMax / 2);
  return clip(log.slice(start, to), reportLimits.excerptCharsMax);
}

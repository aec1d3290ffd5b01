import { plural } from '../../base/text.ts';
import type { Check } from '../../model/check.ts';
import { sameKeys } from '../../model/short-key.ts';
import type { BaseFailures, SearchMark } from '../../model/update-marker.ts';
import type { CheckStanding } from './compare-checks.ts';
import { hasAnswered, type OuterStanding } from './outer-runs.ts';
import type { OutsideLine } from './report.ts';

export interface Outside {
  /** Undefined: nobody has looked at what is on the branch now. */
  readonly checks: CheckStanding | undefined;
  readonly outer: readonly OuterStanding[];
  readonly search: SearchMark | undefined;
  /** Why a person has to look, a clause; undefined: nobody has to. */
  readonly stuck: string | undefined;
  /** Checks that fail without any move; undefined: nobody has looked. */
  readonly baseFails: BaseFailures | undefined;
}

/** What the forge and the outer loops say, what is wrong first. */
export function outsideLines({ checks, outer, search, stuck, baseFails }: Outside): readonly OutsideLine[] {
  return [
    ...(stuck === undefined ? [] : [stuckLine(stuck)]),
    ...(search === undefined || stuck !== undefined ? [] : [searchLine(search)]),
    ...beyondLine(search),
    ...(checks?.failed ?? []).map((check) => checkLine(check, 'fails with these moves and not without them')),
    ...(checks?.absent ?? []).map((name) => ({
      text: `${name} is required, and has not reported yet`,
      url: undefined,
    })),
    ...(checks?.unclear ?? []).map((check) =>
      checkLine(check, 'fails with these moves, and whether it does without them is not known'),
    ),
    ...(checks?.errored ?? []).map((check) => checkLine(check, 'ended without an answer; start it again')),
    ...outer.map(outerLine),
    ...(checks?.failedOnBase ?? []).map((check) => checkLine(check, 'fails without these moves, too')),
    ...(baseFails === undefined ? [] : baseLines(baseFails, checks)),
  ];
}

function searchLine({ units, answers, asked }: SearchMark): OutsideLine {
  if (answers.length === 1 && sameKeys(asked, units)) {
    const again = `Checks fail with ${plural(units.length, 'move')}: the same is checked once more before anything is taken apart. Not to be merged yet`;
    return { text: again, url: undefined };
  }
  const on =
    asked.length === 0 ? 'nothing is moved on the branch' : `${asked.length} of them are on the branch`;
  const text = `Looking for the culprit among ${plural(units.length, 'move')}: ${plural(answers.length, 'answer')} so far, and ${on} for the next one. Not to be merged yet`;
  return { text, url: undefined };
}

function beyondLine(search: SearchMark | undefined): readonly OutsideLine[] {
  const beyond = search?.failing.beyond ?? 0;
  if (beyond === 0) return [];
  const text = `${plural(beyond, 'more check')} failed than are remembered: that they say nothing acquits no move`;
  return [{ text, url: undefined }];
}

/** What is not told of by the checks of the branch already. */
function baseLines(
  { names, failed }: BaseFailures,
  checks: CheckStanding | undefined,
): readonly OutsideLine[] {
  const untold = names.filter((name) => checks?.failedOnBase.every((check) => check.name !== name) ?? true);
  const others = new Set(failed.keys).size + failed.beyond - names.length;
  const more =
    checks === undefined && others > 0 ? [`${plural(others, 'more check')} failed without any move`] : [];
  return [...untold.map((name) => `${name} failed without any move`), ...more].map((text) => ({
    text,
    url: undefined,
  }));
}

function stuckLine(why: string): OutsideLine {
  return { text: `A person has to look: ${why}. Not to be merged yet`, url: undefined };
}

function checkLine({ name, url }: Check, what: string): OutsideLine {
  return { text: `${name} ${what}`, url };
}

function outerLine(each: OuterStanding): OutsideLine {
  const name = `Outer loop ${each.loop.name}${each.loop.required ? ', which is required,' : ''}`;
  if (each.kind === 'not seen') return { text: `${name} was not seen to start: ${each.why}`, url: undefined };
  // What it says stands on the run's page; only what keeps the pull request from being ready is told here.
  const waits = each.loop.required && !hasAnswered(each.run) ? ' is waited for: it' : '';
  return { text: `${name}${waits} was started as ${each.run.id}`, url: each.run.url };
}

import type { GateAnswer } from '../../model/bisection.ts';
import { checkKey, noCheckNames, type CheckNames } from '../../model/check-names.ts';
import { isOwnCheck, type Check, type RequiredChecks } from '../../model/check.ts';
import type { ShortKey } from '../../model/short-key.ts';

/** What a forge's checks say of a branch beside its base. */
export interface CheckStanding {
  /** Undefined: they are not at their end, or nothing has reported yet. */
  readonly answer: GateAnswer | undefined;
  /** They fail here, and not without our moves, as far as anybody knows. */
  readonly failed: readonly Check[];
  /** They fail on the base as well. */
  readonly failedOnBase: readonly Check[];
  readonly running: readonly Check[];
  /** They fail here, and more checks fail without our moves than are remembered: it may be they. */
  readonly unclear: readonly Check[];
  /** They ended without an answer. */
  readonly errored: readonly Check[];
  readonly passed: number;
  /** Required checks that have not reported at all. */
  readonly absent: readonly string[];
  /** Failed checks of which the base says nothing: a round without any move has to tell. */
  readonly unknownOnBase: readonly string[];
}

export interface ChecksToCompare {
  /** What the forge tells of our branch; without checks of our own. */
  readonly branch: readonly Check[];
  /** Outer loops on it that count. */
  readonly outer: readonly Check[];
  /** The baseline. */
  readonly base: readonly Check[];
  /** Without what nothing is merged, as far as anybody can tell. */
  readonly required: RequiredChecks;
  /** Those that were seen to fail upon this base without any move. One stands there as often as it failed. They count where the base itself tells nothing. */
  readonly baseFails: CheckNames;
  /** Undefined: none goes on, and what does not report is not waited for unless it is required. */
  readonly search: SearchedChecks | undefined;
}

/** What a search is about. */
export interface SearchedChecks {
  /** Checks that failed with some of its moves. */
  readonly failing: CheckNames;
  /** Not all of its moves are on the branch. */
  readonly isPart: boolean;
  /** What has not reported until now is not going to. */
  readonly isOverdue: boolean;
}

/** Worst first: one check that fails by us is a failure, whatever still runs. */
export function compareChecks({
  branch: own,
  outer,
  base,
  required,
  baseFails,
  search,
}: ChecksToCompare): CheckStanding {
  const branch = [...own, ...outer];
  const onBase = Map.groupBy(base, ({ name }) => name);
  const of = (state: Check['state']): readonly Check[] => branch.filter((check) => check.state === state);
  const byName = Map.groupBy(of('failed'), ({ name }) => name);
  const excused = new Set(
    [...byName].flatMap(([name, checks]) => {
      const key = checkKey(name);
      const seen = baseFails.keys.filter((each) => each === key).length;
      return checks.slice(0, failuresThere(onBase.get(name) ?? [], seen));
    }),
  );
  const passesThere = (name: string): boolean => isTold(onBase.get(name) ?? []);
  const accused = of('failed').filter((check) => !excused.has(check));
  const unclear = baseFails.beyond === 0 ? [] : accused.filter(({ name }) => !passesThere(name));
  const failed = accused.filter((check) => !unclear.includes(check));
  const [running, errored] = [of('running'), of('errored')];
  const absent = absentOf(required, own);
  const silent = silentOf(search?.failing ?? noCheckNames, branch);
  const isUntold = search !== undefined && search.failing.beyond > 0;
  const isLacking = absent.length > 0 || silent.length > 0 || isUntold || branch.length === 0;
  const isOpen = running.length > 0 || (isLacking && search?.isOverdue !== true);
  // What runs on some files alone passes by not running, where it passes on the base, and these moves were not seen to fail.
  const passing = new Set(base.map(({ name }) => name).filter(passesThere));
  const passingKeys = new Set([...passing].map(checkKey));
  const mayBeSilent =
    search?.isPart === true &&
    !isUntold &&
    absent.length + silent.length > 0 &&
    absent.every((name) => passing.has(name)) &&
    silent.every((key) => passingKeys.has(key));
  const isPassed = !isLacking || mayBeSilent;
  const settled: GateAnswer = errored.length + unclear.length > 0 || !isPassed ? 'unsure' : 'good';
  return {
    answer: failed.length > 0 ? 'bad' : isOpen ? undefined : settled,
    failed,
    failedOnBase: [...excused],
    running,
    unclear,
    errored,
    passed: of('passed').length + of('neutral').length,
    absent,
    unknownOnBase: failed.map(({ name }) => name).filter((name) => !passesThere(name)),
  };
}

/** Those that a search is about and that say nothing here. */
function silentOf({ keys }: CheckNames, branch: readonly Check[]): readonly ShortKey[] {
  const heard = new Set(branch.map(({ name }) => checkKey(name)));
  return keys.filter((key) => !heard.has(key));
}

/** One of our own that is required cannot be waited for by ourselves. */
function absentOf(required: RequiredChecks, branch: readonly Check[]): readonly string[] {
  switch (required.kind) {
    case 'named':
      return required.names.filter(
        (name) => !isOwnCheck({ name }) && !branch.some((check) => check.name === name),
      );
    case 'every':
      // A pipeline, whatever its jobs are called: an outer loop is no answer in its place.
      return branch.length === 0 ? ['the pipeline'] : [];
    case 'unknown':
      return [];
  }
}

/**
 * How many checks of one name fail without us. Jobs of two workflows may have one name, and one job may be started by two
 * events: where none of that name passes on the base, all of them count, however often it is started.
 * @param seen how many failed in a round without any move
 */
function failuresThere(onBase: readonly Check[], seen: number): number {
  if (isTold(onBase)) return 0;
  const failing = Math.max(onBase.filter(({ state }) => state === 'failed').length, seen);
  return failing > 0 && !onBase.some(isGood) ? Infinity : failing;
}

/** The base itself tells that what has this name does not fail there. */
function isTold(onBase: readonly Check[]): boolean {
  return onBase.length > 0 && onBase.every(isGood);
}

function isGood({ state }: Check): boolean {
  return state === 'passed' || state === 'neutral';
}

import { clip, visible } from '../../base/text.ts';
import type { ReportError, ReportFinding, ReportSuite } from '../../model/report-document.ts';
import { causeLine } from './excerpt.ts';
import { reportLimits } from './report-limits.ts';
import { endText } from './words.ts';

/** Tests that no longer run, told once: by what took them away, then by file or class. */
export interface LostGroup {
  /** Undefined: nothing that was seen explains them. */
  readonly cause: Cause | undefined;
  readonly modules: readonly LostModule[];
  readonly count: number;
}

/** What broke in the candidate. */
export interface Cause {
  /** The one line that says most. Foreign text, made safe to show. */
  readonly line: string;
  /** All that the first of the errors says. Foreign text. */
  readonly detail: string;
  /** Where it broke; empty when the whole run did. */
  readonly places: readonly ReportError[];
}

export interface LostModule {
  /** File or class; undefined where the report names none. Foreign text. */
  readonly name: string | undefined;
  readonly tests: readonly ReportFinding[];
}

/** The lost tests of a suite, the largest group first. */
export function explainLost(suite: ReportSuite): readonly LostGroup[] {
  const lost = suite.findings.filter(({ kind }) => kind === 'lost-coverage');
  if (lost.length === 0) return [];
  const causes = causesOf(suite);
  const fallback = runCause(suite);
  const groups = new Map<Cause | undefined, Map<string, LostModule & { readonly tests: ReportFinding[] }>>();
  const finder = placeFinder(suite.errors.filter(({ side }) => side === 'candidate'));
  for (const finding of lost) {
    const place = finder(finding);
    const cause = place === undefined ? fallback : causes.get(place);
    const name = place?.test ?? finding.file ?? finding.class;
    const modules = groups.get(cause) ?? new Map<string, LostModule & { readonly tests: ReportFinding[] }>();
    const module = modules.get(name ?? '') ?? { name, tests: [] };
    module.tests.push(finding);
    modules.set(name ?? '', module);
    groups.set(cause, modules);
  }
  return [...groups]
    .map(([cause, modules]) => ({
      cause,
      modules: [...modules.values()].toSorted((one, other) => other.tests.length - one.tests.length),
      count: [...modules.values()].reduce((sum, { tests }) => sum + tests.length, 0),
    }))
    .toSorted((one, other) => other.count - one.count);
}

/** Findings that are told as the cause of lost tests and need not be told again. */
export function toldAsCause(groups: readonly LostGroup[]): ReadonlySet<string> {
  return new Set(groups.flatMap(({ cause }) => cause?.places.map(({ test }) => test) ?? []));
}

/** The name of a lost test below the heading of its module. */
export function nameBelow({ test, name }: ReportFinding, module: LostModule): string {
  if (module.name === undefined || !test.startsWith(module.name)) return test || name;
  return test.slice(module.name.length).replace(/^[\s.:›/]+/u, '') || name;
}

/** Errors that say the same are one cause, as when seven files miss one library. */
function causesOf({ errors }: ReportSuite): ReadonlyMap<ReportError, Cause> {
  const byLine = new Map<string, Cause & { readonly places: ReportError[] }>();
  const causes = new Map<ReportError, Cause>();
  for (const error of errors.filter(({ side }) => side === 'candidate')) {
    const said = error.detail ?? '';
    const line = causeLine(said) || 'it errored and says no more';
    const cause = byLine.get(line) ?? { line, detail: said, places: [] };
    cause.places.push(error);
    byLine.set(line, cause);
    causes.set(error, cause);
  }
  return causes;
}

/** A run that ended badly or left half a report takes all the tests with it that nothing else explains. */
function runCause({ trials }: ReportSuite): Cause | undefined {
  const whole = trials.filter(
    ({ side, only, step }) =>
      side === 'candidate' && only === undefined && (step === 'screen' || step === 'errors'),
  );
  const bad = whole.findLast(({ end, broken }) => end.kind !== 'exited' || broken !== undefined);
  if (bad === undefined) return undefined;
  const line = clip(visible(`the run ended with: ${endText(bad)}`), reportLimits.lineCharsMax);
  return { line, detail: bad.output.excerpt, places: [] };
}

/** Finds the error that explains a lost test: the one whose name leads to the test's file or class. */
function placeFinder(errors: readonly ReportError[]): (finding: ReportFinding) => ReportError | undefined {
  const places = errors.map((error) => ({ error, paths: pathsOf(error, [error.name, error.test]) }));
  const known = new Map<string, ReportError | undefined>();
  return (finding) => {
    const key = `${finding.file ?? ''}\n${finding.class ?? ''}`;
    if (known.has(key)) return known.get(key);
    const lost = pathsOf(finding, []);
    let best: { readonly error: ReportError; readonly score: number } | undefined;
    for (const { error, paths } of places) {
      const score = Math.max(0, ...paths.flatMap((path) => lost.map((other) => overlap(path, other))));
      if (score > (best?.score ?? 0)) best = { error, score };
    }
    known.set(key, best?.error);
    return best?.error;
  };
}

/** `gyp/common_test.py` and `gyp.common_test` are the same path: gyp, common_test. */
function pathsOf(
  named: { readonly file?: string | undefined; readonly class?: string | undefined },
  more: readonly string[],
): readonly (readonly string[])[] {
  return [named.file, named.class, ...more]
    .filter((text): text is string => text !== undefined && text !== '')
    .map((text) => text.slice(0, reportLimits.lineCharsMax).replace(fileEnding, ''))
    .map((text) => text.split(/[./\\:›\s]+/u).filter((part) => part !== ''))
    .filter((path) => path.length > 0);
}

const fileEnding = /\.(?:[cm]?[jt]sx?|py|rb|java|kt|go|php|cs)$/;

/**
 * How many parts of the error's path stand at the beginning of the test's, where either may have more in front:
 * runners take their paths from different roots (`pylib.gyp.x` and `gyp.x`).
 */
function overlap(error: readonly string[], test: readonly string[]): number {
  for (let from = 0; from < error.length; from += 1) {
    const tail = error.slice(from);
    if (startsWith(test, tail)) return tail.length;
  }
  for (let from = 1; from < test.length; from += 1) {
    if (startsWith(test.slice(from), error)) return error.length;
  }
  return 0;
}

function startsWith(path: readonly string[], beginning: readonly string[]): boolean {
  return beginning.length <= path.length && beginning.every((part, index) => part === path[index]);
}

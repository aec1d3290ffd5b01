import { parseArgs } from 'node:util';

/** What `npm test` was asked for. */
export interface Wanted {
  readonly patterns: readonly string[];
  readonly realOnly: boolean;
  /** Those below test/slow, and nothing else: what takes minutes, and what CI does not run. In `real` there: against real peers. */
  readonly slow: boolean;
  readonly updateGolden: boolean;
}

export function parseWanted(args: readonly string[]): Wanted {
  const options = {
    real: { type: 'boolean', default: false },
    slow: { type: 'boolean', default: false },
    'update-golden': { type: 'boolean', default: false },
  } as const;
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
  return {
    patterns: positionals,
    realOnly: values.real,
    slow: values.slow,
    updateGolden: values['update-golden'],
  };
}

/** Test files, by path from the project's root. */
export interface Selected {
  readonly unit: readonly string[];
  readonly real: readonly string[];
}

export function selectFiles(
  files: readonly string[],
  { patterns, realOnly, slow, updateGolden }: Wanted,
): Selected {
  const matches = (path: string): boolean =>
    patterns.length === 0 || patterns.some((pattern) => path.includes(pattern));
  const tests = files.filter((path) => /^(?:src|test)\/.*\.test\.ts$/u.test(path) && matches(path));
  const isReal = (path: string): boolean => path.startsWith('test/real/');
  const isSlow = (path: string): boolean => path.startsWith('test/slow/');
  const isSlowReal = (path: string): boolean => path.startsWith('test/slow/real/');
  if (slow) {
    const unit = tests.filter((path) => isSlow(path) && !isSlowReal(path));
    return { unit, real: tests.filter(isSlowReal) };
  }
  const isBench = (path: string): boolean => path.startsWith('test/bench/');
  return {
    unit: realOnly ? [] : tests.filter((path) => !isReal(path) && !isBench(path) && !isSlow(path)),
    // Goldens are texts that unit tests render.
    real: updateGolden ? [] : tests.filter(isReal),
  };
}

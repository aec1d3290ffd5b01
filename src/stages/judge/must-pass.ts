import type { Finding } from '../../model/finding.ts';
import { compileGlob } from '../../model/glob.ts';
import { asTestId, runItself, type TestId } from '../../model/observation.ts';
import type { ReadSides } from './screen.ts';

/** The tests of either side that must pass, and the globs that name none. */
export interface MustPass {
  readonly tests: ReadonlySet<TestId>;
  readonly unmatched: readonly string[];
}

export function mustPassTests(globs: readonly string[], { tests }: ReadSides): MustPass {
  const matched = new Set<TestId>();
  const used = new Set<string>();
  const ids = globs.length === 0 ? [] : [...tests.baseline.keys(), ...tests.candidate.keys()];
  for (const glob of new Set(globs)) {
    const matches = compileGlob(glob, 'test');
    for (const id of ids) {
      if (id === runItself || !matches(id)) continue;
      matched.add(id);
      used.add(glob);
    }
  }
  return { tests: matched, unmatched: [...new Set(globs)].filter((glob) => !used.has(glob)) };
}

/** A test that must pass and that nobody finds is not seen to pass: a misspelt name must not weaken the gate. */
export function unmatchedFinding(glob: string, hasBaseline: boolean): Finding {
  return {
    test: asTestId(glob),
    kind: 'must-pass-failed',
    baseline: hasBaseline ? 'missing' : undefined,
    candidate: 'missing',
    because: 'it must pass, and no test of either side is called so',
  };
}

import { compareVersions, isNumbered } from '../../model/buildpack-knowledge.ts';

/** Each version once, the newest first; `1.25rc2` and its like, which nobody gets without asking, are left out. */
export function newestFirst(versions: readonly string[]): readonly string[] {
  return [...new Set(versions)].filter(isNumbered).toSorted((left, right) => compareVersions(right, left));
}

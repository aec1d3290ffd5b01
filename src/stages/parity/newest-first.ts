import { compareVersions } from '../../model/buildpack-knowledge.ts';

/** Each version once, the newest first; `1.25rc2` and its like, which nobody gets without asking, are left out. */
export function newestFirst(versions: readonly string[]): readonly string[] {
  return [...new Set(versions)]
    .filter((version) => /^[0-9]+(?:\.[0-9]+)*$/.test(version))
    .toSorted((left, right) => compareVersions(right, left));
}

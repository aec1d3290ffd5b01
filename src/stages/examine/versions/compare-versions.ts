import { unreachable } from '../../../base/invariant.ts';
import type { Ecosystem } from '../../../model/package.ts';
import { compareApk } from './apk.ts';
import { compareDeb } from './deb.ts';
import { compareGeneric, compareGem } from './generic.ts';
import { comparePep440 } from './pep440.ts';
import { compareRpm } from './rpm.ts';
import { compareSemver } from './semver.ts';

/**
 * Which of two versions of one package is the newer one, by the rules of its package manager: negative where `left` is
 * older. Zero says that the manager holds them for one version, however they are written. What follows no grammar is
 * compared by its numbers and words, so that there is always an answer.
 */
export function compareVersions(ecosystem: Ecosystem, left: string, right: string): number {
  switch (ecosystem) {
    case 'deb':
      return compareDeb(left, right);
    case 'rpm':
      return compareRpm(left, right);
    case 'apk':
      return compareApk(left, right);
    case 'pypi':
      return comparePep440(left, right);
    case 'npm':
    case 'golang':
    case 'nuget':
    case 'composer':
      return compareSemver(left, right);
    case 'gem':
      return compareGem(left, right);
    case 'os':
    case 'maven':
    case 'conda':
      return compareGeneric(left, right);
    default:
      return unreachable(ecosystem);
  }
}

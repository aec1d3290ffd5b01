import { compareGeneric } from './generic.ts';
import { compareDigits, compareLists, compareTexts } from './order.ts';

/** https://packaging.python.org/en/latest/specifications/version-specifiers/, appendix B. */
const grammar =
  /^\s*v?(?:(?<epoch>\d+)!)?(?<release>\d+(?:\.\d+)*)(?:[-_.]?(?<early>a|b|c|rc|alpha|beta|pre|preview)[-_.]?(?<earlyNumber>\d*))?(?<later>-\d+|[-_.]?(?:post|rev|r)[-_.]?\d*)?(?<dev>[-_.]?dev[-_.]?\d*)?(?:\+(?<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?\s*$/iu;

interface Version {
  readonly epoch: string;
  readonly release: readonly string[];
  /** `a` −3, `b` −2, `rc` −1, none 0; a development release of none of them is before all: −4. */
  readonly early: number;
  readonly earlyNumber: string;
  /** Undefined: no post-release, which is before every one. */
  readonly post: string | undefined;
  /** Undefined: no development release, which is behind every one. */
  readonly dev: string | undefined;
  readonly local: readonly string[] | undefined;
}

export function comparePep440(left: string, right: string): number {
  const [one, other] = [parse(left), parse(right)];
  if (one === undefined || other === undefined) return compareGeneric(left, right);
  return (
    compareDigits(one.epoch, other.epoch) ||
    compareLists(one.release, other.release, { order: compareDigits, missing: '' }) ||
    one.early - other.early ||
    compareDigits(one.earlyNumber, other.earlyNumber) ||
    compareOptional(one.post, other.post, -1) ||
    compareOptional(one.dev, other.dev, 1) ||
    compareLocal(one.local, other.local)
  );
}

function parse(text: string): Version | undefined {
  const groups = grammar.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const { epoch = '', release = '', early, earlyNumber = '', later, dev, local } = groups;
  return {
    epoch,
    release: release.split('.'),
    early: earlyRank(early, later === undefined && dev !== undefined),
    earlyNumber,
    post: later?.replaceAll(/\D/gu, ''),
    dev: dev?.replaceAll(/\D/gu, ''),
    local: local?.toLowerCase().split(/[-_.]/u),
  };
}

function earlyRank(word: string | undefined, onlyDev: boolean): number {
  switch (word?.toLowerCase()) {
    case undefined:
      return onlyDev ? -4 : 0;
    case 'a':
    case 'alpha':
      return -3;
    case 'b':
    case 'beta':
      return -2;
    default:
      return -1;
  }
}

/** `absent` is where a side that has none stands against one that has. */
function compareOptional(left: string | undefined, right: string | undefined, absent: -1 | 1): number {
  if (left === undefined) return right === undefined ? 0 : absent;
  return right === undefined ? -absent : compareDigits(left, right);
}

/** None is before any; numbers are behind words; where one ends, it is before the longer one. */
function compareLocal(left: readonly string[] | undefined, right: readonly string[] | undefined): number {
  return compareLists<string | undefined>(left ?? [], right ?? [], {
    order: (a, b) => {
      const [one, other] = [localRank(a), localRank(b)];
      if (one !== other || a === undefined || b === undefined) return one - other;
      return one === 2 ? compareDigits(a, b) : compareTexts(a, b);
    },
    missing: undefined,
  });
}

function localRank(part: string | undefined): number {
  if (part === undefined) return 0;
  return /^\d+$/u.test(part) ? 2 : 1;
}

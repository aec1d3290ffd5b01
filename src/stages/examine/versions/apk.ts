import { compareGeneric } from './generic.ts';
import { compareDigits, compareLists, compareTexts } from './order.ts';

/** apk-package(5): numbers, a letter, suffixes such as `_rc1`, the revision of the package. */
const grammar =
  /^(\d+(?:\.\d+)*)([a-z]?)((?:_(?:alpha|beta|pre|rc|cvs|svn|git|hg|p)\d*)*)(?:~[0-9a-f]+)?(?:-r(\d+))?$/u;
const suffixes = ['alpha', 'beta', 'pre', 'rc', '', 'cvs', 'svn', 'git', 'hg', 'p'];

interface Suffix {
  readonly rank: number;
  readonly digits: string;
}
const noSuffix: Suffix = { rank: suffixes.indexOf(''), digits: '' };

export function compareApk(left: string, right: string): number {
  const [one, other] = [grammar.exec(left), grammar.exec(right)];
  if (one === null || other === null) return compareGeneric(left, right);
  const [, numbers = '', letter = '', tail = '', revision = ''] = one;
  const [, otherNumbers = '', otherLetter = '', otherTail = '', otherRevision = ''] = other;
  return (
    compareNumbers(numbers.split('.'), otherNumbers.split('.')) ||
    compareTexts(letter, otherLetter) ||
    compareLists(suffixesOf(tail), suffixesOf(otherTail), {
      order: (a, b) => a.rank - b.rank || compareDigits(a.digits, b.digits),
      missing: noSuffix,
    }) ||
    compareDigits(revision, otherRevision)
  );
}

/** The first one is a number; one behind it that begins with a zero is read as decimals are. */
function compareNumbers(left: readonly string[], right: readonly string[]): number {
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    const [a = '', b = ''] = [left[index], right[index]];
    const asText = index > 0 && (a.startsWith('0') || b.startsWith('0'));
    const found = asText ? compareTexts(a, b) : compareDigits(a, b);
    if (found !== 0) return found;
  }
  return left.length - right.length;
}

function suffixesOf(text: string): readonly Suffix[] {
  return [...text.matchAll(/_([a-z]+)(\d*)/gu)].map(([, name = '', digits = '']) => ({
    rank: suffixes.indexOf(name),
    digits,
  }));
}

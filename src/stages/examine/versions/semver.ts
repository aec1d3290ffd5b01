import { compareGeneric } from './generic.ts';
import { compareDigits, compareLists, compareTexts } from './order.ts';

/** Semantic versioning, with what NuGet (four numbers), Composer and Go (`v` before it) make of it. */
const grammar = /^v?(\d+(?:\.\d+)*)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]*)?$/u;

export function compareSemver(left: string, right: string): number {
  const [one, other] = [grammar.exec(left), grammar.exec(right)];
  if (one === null || other === null) return compareGeneric(left, right);
  const [, numbers = '', early] = one;
  const [, otherNumbers = '', otherEarly] = other;
  const found = compareLists(numbers.split('.'), otherNumbers.split('.'), {
    order: compareDigits,
    missing: '',
  });
  if (found !== 0 || early === otherEarly) return found;
  if (early === undefined || otherEarly === undefined) return early === undefined ? 1 : -1;
  return compareLists<string | undefined>(early.split('.'), otherEarly.split('.'), {
    order: compareIdentifiers,
    missing: undefined,
  });
}

/** The end is before numbers, numbers before words. */
function compareIdentifiers(left: string | undefined, right: string | undefined): number {
  const [one, other] = [rankOf(left), rankOf(right)];
  if (one !== other || left === undefined || right === undefined) return one - other;
  return one === 1 ? compareDigits(left, right) : compareTexts(left, right);
}

function rankOf(identifier: string | undefined): number {
  if (identifier === undefined) return 0;
  return /^\d+$/u.test(identifier) ? 1 : 2;
}

import { compareDigits, compareTexts } from './order.ts';

/** rpm-version(7): `[epoch:]version[-release]`. A side without a release fits every release. */
export function compareRpm(left: string, right: string): number {
  const [one, other] = [partsOf(left), partsOf(right)];
  const found = compareDigits(one.epoch, other.epoch) || comparePart(one.version, other.version);
  if (found !== 0 || one.release === undefined || other.release === undefined) return found;
  return comparePart(one.release, other.release);
}

function partsOf(text: string): {
  readonly epoch: string;
  readonly version: string;
  readonly release: string | undefined;
} {
  const [, epoch = '', rest = text] = /^(\d*):(.*)$/su.exec(text) ?? [];
  const dash = rest.lastIndexOf('-');
  return {
    epoch,
    version: dash === -1 ? rest : rest.slice(0, dash),
    release: dash === -1 ? undefined : rest.slice(dash + 1),
  };
}

/** Runs of digits, runs of letters, tildes and carets; all else only separates them. */
function comparePart(left: string, right: string): number {
  const [one, other] = [segmentsOf(left), segmentsOf(right)];
  for (let index = 0; ; index += 1) {
    const [a, b] = [one[index], other[index]];
    if (a === undefined && b === undefined) return 0;
    const found = compareSegments(a, b);
    if (found !== 0) return found;
  }
}

function segmentsOf(text: string): readonly string[] {
  return text.match(/\d+|[A-Za-z]+|[~^]/gu) ?? [];
}

/** A tilde is before the end, a caret right behind it, then letters, then digits. */
function compareSegments(left: string | undefined, right: string | undefined): number {
  const [one, other] = [rankOf(left), rankOf(right)];
  if (one !== other || left === undefined || right === undefined) return one - other;
  return /^\d/u.test(left) ? compareDigits(left, right) : compareTexts(left, right);
}

function rankOf(segment: string | undefined): number {
  if (segment === undefined) return 0;
  if (segment === '~') return -1;
  if (segment === '^') return 1;
  return /^\d/u.test(segment) ? 3 : 2;
}

import semver from 'semver';
import type { Disagreement } from '../../model/parity-report.ts';
import type { RuntimePin } from '../../model/runtime-pin.ts';
import { isOfSeries, wantedBy, wantsSeries } from './ranges.ts';

/**
 * Pairs of files that cannot both be followed. Of a file that names several versions the first counts, and two values of one
 * file are its own affair. What cannot be told from the texts alone, such as `lts/*`, agrees with everything.
 */
export function disagreementsOf(pins: readonly RuntimePin[]): readonly Disagreement[] {
  const first = pins.filter(
    (pin, at) =>
      pins.findIndex(
        (other) =>
          other.runtime === pin.runtime && other.place.file === pin.place.file && other.field === pin.field,
      ) === at,
  );
  return first.flatMap((pin, at) =>
    first
      .slice(at + 1)
      .filter(
        (other) => other.runtime === pin.runtime && other.place.file !== pin.place.file && !agree(pin, other),
      )
      .map((other) => ({ pin, other })),
  );
}

function agree(left: RuntimePin, right: RuntimePin): boolean {
  if (left.grammar === 'exact' && right.grammar === 'exact')
    return isOfSeries(left.text, right.text) || isOfSeries(right.text, left.text);
  if (left.grammar === 'exact') return includes(right, left.text);
  if (right.grammar === 'exact') return includes(left, right.text);
  if (left.grammar === 'semver' && right.grammar === 'semver') return intersect(left.text, right.text);
  return true;
}

function includes(range: RuntimePin, series: string): boolean {
  const wanted = wantedBy(range.grammar, range.text);
  return wanted === undefined || wantsSeries(wanted, range.text, series);
}

function intersect(left: string, right: string): boolean {
  const [one, two] = [left, right].map((text) => semver.validRange(text, { loose: true }));
  return (
    one === null || two === null || one === undefined || two === undefined || semver.intersects(one, two)
  );
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RangeGrammar } from '../../model/runtime-pin.ts';
import { isOfSeries, wantedBy, wantsSeries } from './ranges.ts';

const within: readonly (readonly [RangeGrammar, string, string, boolean])[] = [
  ['exact', '3.13', '3.13.1', true],
  ['exact', '3.1', '3.13.1', false],
  ['exact', '21.0.5', '21.0.5+11', true],
  ['least', '1.22', '1.24.2', true],
  ['least', '1.22.1', '1.22.0', false],
  ['semver', '>=20 <23', '22.1.0', true],
  ['semver', '10.x || ^12', '11.0.0', false],
  ['pep440', '>=3.11,<3.14', '3.13.9', true],
  ['pep440', '~=3.12', '3.14.0', true],
  ['pep440', '==3.12.*', '3.13.0', false],
  ['poetry', '^3.12', '3.14.1', true],
  ['poetry', '~3.12', '3.13.0', false],
  ['poetry', '>=3.9,<4', '3.14.0', true],
  ['ruby', '~> 3.3', '3.4.1', true],
  ['ruby', '>= 3.2, < 3.4', '3.4.0', false],
  ['composer', '~8.2', '8.4.1', true],
  ['composer', '^8.1 | ^9', '9.0.0', true],
  ['composer', '8.2.*', '8.3.0', false],
];

for (const [grammar, text, version, expected] of within) {
  test(`${version} is ${expected ? '' : 'not '}within ${text} (${grammar})`, () => {
    assert.equal(wantedBy(grammar, text)?.(version), expected);
  });
}

test('what no text tells is told by nobody', () => {
  assert.equal(wantedBy('alias', 'lts/*'), undefined);
  assert.equal(wantedBy('semver', 'not a range'), undefined);
  assert.equal(wantedBy('pep440', '>=x'), undefined);
  assert.equal(wantedBy('pep440', '>=3.9')?.('nightly'), false);
});

test('a series is wanted where any version of it is', () => {
  const wants = (text: string, series: string): boolean => {
    const wanted = wantedBy('semver', text);
    assert.ok(wanted !== undefined);
    return wantsSeries(wanted, text, series);
  };
  assert.deepEqual(
    ['>=3.13.4 <3.14', '3.13.4', '<3.13', '>3.13.2 <3.13.4', '>=4'].map((text) => wants(text, '3.13')),
    [true, true, false, true, false],
  );
  assert.deepEqual(
    ['22.5.0', '>22.4 <22.6', '>22 <23', '^23'].map((text) => wants(text, '22')),
    [true, true, false, false],
  );
});

test('3.130 is not of 3.13', () => {
  assert.deepEqual([isOfSeries('3.130', '3.13'), isOfSeries('3.13', '3.13')], [false, true]);
});

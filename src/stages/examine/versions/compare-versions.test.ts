import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { orderedVersions } from '../../../../test/support/ordered-versions.ts';
import { ecosystems } from '../../../model/package.ts';
import { compareVersions } from './compare-versions.ts';

for (const [name, lines] of Object.entries(orderedVersions)) {
  test(`${name}: older before newer, one version in several spellings`, () => {
    const ecosystem = ecosystems.find((each) => each === name) ?? 'os';
    for (const line of lines) {
      const steps = line.split(' ').map((step) => step.split('='));
      for (const [index, step] of steps.entries()) {
        for (const left of step) {
          for (const right of step)
            assert.equal(Math.sign(compareVersions(ecosystem, left, right)), 0, `${left} = ${right}`);
          for (const right of steps.slice(index + 1).flat()) {
            assert.equal(Math.sign(compareVersions(ecosystem, left, right)), -1, `${left} < ${right}`);
            assert.equal(Math.sign(compareVersions(ecosystem, right, left)), 1, `${right} > ${left}`);
          }
        }
      }
    }
  });
}

/** What versions are made of, in any order. */
const version = fc
  .array(
    fc.constantFrom(
      '0',
      '1',
      '2',
      '10',
      '01',
      '.',
      '-',
      '~',
      '^',
      '+',
      ':',
      '_',
      'a',
      'rc',
      'p',
      'Z',
      'dev',
      'v',
      'é',
    ),
    { maxLength: 9 },
  )
  .map((parts) => parts.join(''));

/** Those whose order is one rule over all texts; the others fall back where a text does not follow their grammar. */
const oneRule = new Set<string>(['deb', 'gem', 'maven', 'conda', 'os']);

for (const ecosystem of ecosystems) {
  test(`${ecosystem}: any texts have an order that does not contradict itself`, () => {
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        const sign = (left: string, right: string): number =>
          Math.sign(compareVersions(ecosystem, left, right));
        assert.equal(sign(a, a), 0);
        assert.equal(sign(a, b) + sign(b, a), 0);
        if (oneRule.has(ecosystem) && sign(a, b) <= 0 && sign(b, c) <= 0) assert.ok(sign(a, c) <= 0);
      }),
      { numRuns: 200 },
    );
  });
}

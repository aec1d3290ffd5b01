import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../base/limits.ts';
import { keptNames } from './check-names.ts';
import { parseCommitId } from './commit.ts';
import { parseForgeId } from './forge-id.ts';
import { formatMarker, readMarker, type UpdateMarker } from './update-marker.ts';

const key = (place: number): string => place.toString(16).padStart(16, '0');
const keys = (from: number, count: number): readonly string[] =>
  Array.from({ length: count }, (_, place) => key(from + place));
const on = parseCommitId('a'.repeat(40));
const plain: UpdateMarker = {
  title: 'Update node:22',
  draft: true,
  units: keys(0, 9),
  declined: keys(20, 2),
  apart: keys(3, 2),
  baseFails: { on, failed: keptNames(['ci -->', 'ci -->', 'lint'], 3), names: ['ci -->'] },
  outer: [{ loop: 'outer', commit: on, id: parseForgeId('7') }],
  search: {
    units: keys(0, 12),
    answers: [
      { moved: keys(0, 12), answer: 'bad' },
      { moved: [], answer: 'good' },
    ],
    asked: keys(6, 3),
    answered: on,
    failing: keptNames(['ci', 'lint'], 1),
  },
};

test('what a run leaves for the next one comes back as it was', () => {
  assert.deepEqual(readMarker(`Before.\n${formatMarker(plain)}\nAfter.`), plain);
  const bare = { ...plain, baseFails: undefined, search: undefined, units: [] };
  assert.deepEqual(readMarker(formatMarker(bare)), bare);
});

for (const letter of ['y', '漢', '\u{1}']) {
  test(`the largest search, with all else that is kept, in letters such as ${JSON.stringify(letter)}, can be read back, and fits into a body beside text`, () => {
    const units = keys(0, limits.searchUnitsMax);
    const marker: UpdateMarker = {
      title: letter.repeat(limits.titleCharsMax),
      draft: true,
      units,
      declined: keys(10_000, limits.declinedKeysMax),
      apart: keys(20_000, limits.apartKeysMax),
      baseFails: {
        on,
        failed: keptNames(
          Array.from({ length: limits.baseFailingMax + 9 }, (_, place) => `check ${place}`),
          limits.baseFailingMax,
        ),
        names: Array.from({ length: limits.baseFailingToldMax }, () =>
          letter.repeat(limits.checkNameCharsMax),
        ),
      },
      outer: Array.from({ length: limits.notedRunsMax }, () => ({
        loop: 'l'.repeat(63),
        commit: 'a'.repeat(64),
        id: parseForgeId('r'.repeat(128)),
      })),
      search: {
        units,
        answers: Array.from({ length: limits.searchAnswersMax }, () => ({
          moved: units,
          answer: 'bad',
        })),
        asked: units,
        answered: parseCommitId('b'.repeat(64)),
        failing: keptNames(
          Array.from({ length: limits.searchFailingMax + 9 }, (_, place) => `check ${place}`),
          limits.searchFailingMax,
        ),
      },
    };
    const line = formatMarker(marker);
    const read = readMarker(line);
    assert.ok(read?.baseFails !== undefined && marker.baseFails !== undefined);
    const { names } = read.baseFails;
    assert.deepEqual(read, { ...marker, baseFails: { ...marker.baseFails, names } });
    assert.deepEqual(names, marker.baseFails.names.slice(0, names.length));
    assert.equal(names.length === limits.baseFailingToldMax, letter === 'y');
    assert.ok(line.length < limits.markerCharsMax + 60, `${line.length}`);
  });
}

test('more than can be kept is cut, the latest stays, and it can be read back', () => {
  const declined = keys(1_000, 3_000);
  const names = ['z'.repeat(300), ...Array.from({ length: 60 }, (_, place) => `check ${place}`)];
  const failed = keptNames(names, names.length);
  const read = readMarker(formatMarker({ ...plain, declined, baseFails: { on, failed, names } }));
  assert.deepEqual(read?.search, plain.search);
  assert.equal(read?.declined[0], declined[0]);
  assert.deepEqual(read?.baseFails?.names, names.slice(1, 21));
  assert.deepEqual(read?.baseFails?.failed, failed, 'of a name that is too long to be told, too');
});

test('a line that was damaged says nothing', () => {
  const line = formatMarker(plain);
  assert.equal(readMarker(line.replace(/v1 [0-9a-f]{4}/, 'v1 0000')), undefined);
  assert.equal(readMarker('<!-- lockkeeper-state v1 0123456789abcdef AAAA -->'), undefined);
});

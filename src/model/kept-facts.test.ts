import assert from 'node:assert/strict';
import { test } from 'node:test';
import { array, assert as check, property, stringMatching, subarray } from 'fast-check';
import { askFor, packFacts, pathsAmong, type KeptOwnership } from './kept-facts.ts';

function kept(paths: readonly string[]): KeptOwnership {
  const [own] = packFacts({
    packages: [],
    owns: [{ ecosystem: 'deb', name: 'a', paths }],
    troubles: [],
  }).owns;
  return own ?? assert.fail();
}

test('paths are kept by folder', () => {
  const { paths } = kept(['usr/bin/awk', 'etc/awkrc', 'usr/bin/sed', 'root', 'usr']);
  assert.equal(paths, 'usr/bin//awk/sed///etc//awkrc////root/usr');
});

test('a name that is asked for in one folder is not found in another one', () => {
  const own = kept(['usr/bin/awk', 'etc/awk', 'awk']);
  assert.deepEqual([...pathsAmong(own, askFor(['etc/awk', 'lib/awk', 'etc']))], ['etc/awk']);
  assert.deepEqual([...pathsAmong(own, askFor(['awk']))], ['awk']);
});

test('a package without files has none that were asked for', () => {
  assert.deepEqual([...pathsAmong(kept([]), askFor(['', 'a', 'a/b']))], []);
});

test('whatever the paths, those and no others are found again', () => {
  const path = stringMatching(/^[^/\0]{1,3}(?:\/[^/\0]{1,3}){0,3}$/);
  const lists = array(path, { maxLength: 30 }).chain((all) =>
    subarray([...new Set(all)]).map((own) => ({ all, own })),
  );
  check(
    property(lists, ({ all, own }) => {
      const wanted = [...new Set(all)].filter((_, at) => at % 2 === 0);
      assert.deepEqual(
        [...pathsAmong(kept(own), askFor(wanted))].toSorted(),
        own.filter((each) => wanted.includes(each)).toSorted(),
      );
    }),
    { seed: 20261121, numRuns: 300 },
  );
});

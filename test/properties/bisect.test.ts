import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { GateAnswer } from '../../src/model/bisection.ts';
import { simulateNights } from '../support/bisect-nights.ts';
import { badWhen, movesNamed, search, type World } from '../support/gate-answers.ts';
import { drawn } from '../support/judge-simulator.ts';

const settings = { seed: 20_260_314, numRuns: 300 };
const countMax = 24;

const monotone = fc.record({
  count: fc.integer({ min: 1, max: countMax }),
  sets: fc.array(fc.array(fc.nat(), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 5 }),
  runners: fc.constantFrom(1, 1, 2, 5),
});

test('whatever few moves are bad together: culprits are minimal and real, and what goes in was gated good', async () => {
  await fc.assert(
    fc.asyncProperty(monotone, async ({ count, sets, runners }) => {
      const moves = movesNamed(count);
      const world = badWhen(...sets.map((set) => set.map((place) => `m${place % count}`)));
      const found = await search(moves, world, { runners });
      assert.deepEqual(found.end, { kind: 'complete' });
      assert.deepEqual(found.undecided, []);
      assert.deepEqual(found.mended, []);
      assert.equal(world(new Set(found.good)), 'good');
      for (const move of moves.filter((each) => !found.good.includes(each)))
        assert.equal(world(new Set([...found.good, move])), 'bad', 'no more can go in');
      for (const { kind, moves: few } of found.culprits) {
        assert.equal(kind, 'proven');
        assert.equal(world(new Set(few)), 'bad');
        for (const move of few) assert.equal(world(new Set(few.filter((each) => each !== move))), 'good');
      }
    }),
    settings,
  );
});

const arbitrary = fc.record({
  count: fc.integer({ min: 1, max: countMax }),
  seed: fc.nat(),
  bad: fc.constantFrom(0.1, 0.5, 0.9),
  unsure: fc.constantFrom(0, 0.1, 0.5),
  runners: fc.constantFrom(1, 2, 5),
});

test('whatever gates answer, it ends, asks nothing twice, and says nothing that no gate said', async () => {
  await fc.assert(
    fc.asyncProperty(arbitrary, async ({ count, seed, bad, unsure, runners }) => {
      const moves = movesNamed(count);
      const world: World = (moved) => {
        const at = drawn(seed, ...moved);
        return at < unsure ? 'unsure' : at < unsure + (1 - unsure) * bad ? 'bad' : 'good';
      };
      const found = await search(moves, world, { runners });
      const said = new Map(found.trail.map(({ moved, answer }) => [moved.join(' '), answer]));
      const answerTo = (moved: readonly string[]): GateAnswer | undefined =>
        moved.length === 0 ? 'good' : said.get(moved.join(' '));
      assert.equal(answerTo(found.good), 'good');
      for (const { badWith, goodWithout, leftOut, moves: few } of found.culprits) {
        assert.equal(answerTo(badWith), 'bad');
        assert.equal(answerTo(goodWithout), 'good');
        assert.ok(leftOut.every((move) => few.includes(move) && !found.good.includes(move)));
      }
      const out = [
        ...found.culprits.flatMap(({ leftOut }) => leftOut),
        ...found.undecided.map(({ move }) => move),
      ];
      assert.deepEqual([...out, ...found.good].toSorted(), moves.toSorted(), 'each move stands in one place');
      assert.ok(found.trail.length <= count * (2 * countMax), `${found.trail.length} gates`);
    }),
    settings,
  );
});

test('1,000 nights of identical images and ten flaky tests convict nobody; one run a gate would, every third night', async () => {
  const plan = { moves: 32, tests: 10, fails: 0.05, culprit: undefined } as const;
  const judged = await simulateNights({ ...plan, gate: 'judge' }, 1_000, 20_261_121);
  assert.ok(judged.searched > 0, 'some searches began');
  assert.ok(judged.wronged <= 5, `${judged.wronged} nights`);
  const plain = await simulateNights({ ...plan, gate: 'one run' }, 100, 20_261_121);
  assert.ok(plain.wronged > 20, `${plain.wronged} nights: the simulation has flakes`);
});

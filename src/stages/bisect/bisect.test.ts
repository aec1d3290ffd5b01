import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AnsweredQuestion } from '../../model/bisection.ts';
import { badWhen, gatesOf, movesNamed, search, type World } from '../../../test/support/gate-answers.ts';
import { bisect } from './bisect.ts';

describe('one culprit', () => {
  for (const count of [1, 2, 3, 5, 8, 16, 33, 64]) {
    test(`among ${count} is found at every place, named, and proven from both sides`, async () => {
      const moves = movesNamed(count);
      for (const culprit of moves) {
        const found = await search(moves, badWhen([culprit]));
        assert.deepEqual(found.end, { kind: 'complete' });
        assert.deepEqual(
          found.culprits.map(({ kind, moves: few, leftOut }) => ({ kind, few, leftOut })),
          [{ kind: 'proven', few: [culprit], leftOut: [culprit] }],
        );
        assert.deepEqual(
          found.good,
          moves.filter((move) => move !== culprit),
        );
        assert.ok(gatesOf(found) <= Math.ceil(Math.log2(count)) + 2, `${gatesOf(found)} gates`);
      }
    });
  }

  test('takes fewer rounds with more runners', async () => {
    const moves = movesNamed(64);
    for (const runners of [2, 3, 7]) {
      let rounds = 0;
      const world = badWhen(['m40']);
      const order = { moves, known: [], runners, gatesMax: 1_000, base: 'assumed', asksAgain: true } as const;
      const found = await bisect(order, (questions) => {
        rounds += 1;
        assert.ok(questions.length <= runners);
        return Promise.resolve(questions.map(({ moved }) => world(new Set(moved))));
      });
      assert.deepEqual(found.culprits[0]?.moves, ['m40']);
      // One for all moves, and one for both proofs.
      assert.ok(rounds <= Math.ceil(Math.log(64) / Math.log(runners + 1)) + 2, `${rounds} rounds`);
    }
  });
});

describe('several culprits', () => {
  test('two that are bad only together are one culprit, and only one of them stays out', async () => {
    const moves = movesNamed(64);
    for (const [one, other] of [
      ['m0', 'm63'],
      ['m31', 'm32'],
      ['m5', 'm6'],
      ['m62', 'm63'],
    ] as const) {
      const found = await search(moves, badWhen([one, other]));
      assert.deepEqual(
        found.culprits.map(({ kind, moves: few }) => ({ kind, few })),
        [{ kind: 'proven', few: [one, other] }],
      );
      assert.equal(found.culprits[0]?.leftOut.length, 1);
      assert.equal(found.good.length, 63);
      assert.ok(gatesOf(found) <= 30, `${gatesOf(found)} gates`);
    }
  });

  test('independent ones are each found by themselves', async () => {
    const moves = movesNamed(64);
    const culprits = ['m3', 'm17', 'm18', 'm60'];
    const found = await search(moves, badWhen(...culprits.map((culprit) => [culprit])));
    assert.deepEqual(
      found.culprits
        .map(({ moves: few }) => few)
        .flat()
        .toSorted(),
      culprits.toSorted(),
    );
    assert.equal(found.good.length, 60);
    assert.ok(gatesOf(found) <= 4 * (6 + 4), `${gatesOf(found)} gates`);
  });

  test('one that is bad with each of several others stays out, and they go in', async () => {
    const moves = movesNamed(16);
    const found = await search(moves, badWhen(['m2', 'm5'], ['m2', 'm9'], ['m2', 'm13']));
    assert.deepEqual(
      found.good,
      moves.filter((move) => move !== 'm2'),
    );
    assert.deepEqual(
      found.culprits.map(({ leftOut }) => leftOut),
      [['m2']],
    );
  });

  test('a move that another one mends comes back, and is no culprit', async () => {
    const moves = movesNamed(16);
    const world: World = (moved) =>
      moved.has('m9') || (moved.has('m2') && !moved.has('m12')) ? 'bad' : 'good';
    const found = await search(moves, world);
    assert.deepEqual(
      found.culprits.map(({ moves: few }) => few),
      [['m9']],
    );
    assert.equal(found.good.length, 15);
    assert.ok(found.mended.length > 0);
  });

  test('a pair of which each is bad alone goes in as a pair', async () => {
    const moves = movesNamed(16);
    const world: World = (moved) =>
      moved.has('m9') || moved.has('m2') !== moved.has('m12') ? 'bad' : 'good';
    const found = await search(moves, world);
    assert.deepEqual(
      found.culprits.map(({ leftOut }) => leftOut),
      [['m9']],
    );
    assert.equal(found.good.length, 15);
  });

  test('when every move is bad, none goes in and each is a culprit', async () => {
    const moves = movesNamed(9);
    const found = await search(moves, badWhen(...moves.map((move) => [move])));
    assert.deepEqual(found.good, []);
    assert.equal(found.culprits.length, 9);
  });
});

describe('gates that do not decide, or not twice the same', () => {
  test('only the whole was bad, once: nobody is convicted, and what is good goes in', async () => {
    const moves = movesNamed(32);
    let gates = 0;
    const found = await search(moves, () => ((gates += 1) === 1 ? 'bad' : 'good'));
    assert.deepEqual(found.culprits, []);
    assert.deepEqual(
      found.undecided.map(({ why }) => why),
      ['unconfirmed'],
    );
    assert.equal(found.good.length, 31);
  });

  test('only the whole is bad, and again: one stays out, in company of all others', async () => {
    const found = await search(movesNamed(32), (moved) => (moved.size === 32 ? 'bad' : 'good'));
    assert.deepEqual(
      found.culprits.map(({ kind, leftOut }) => [kind, leftOut]),
      [['in company', ['m31']]],
    );
  });

  for (const count of [1, 2, 3, 4, 5, 6, 7, 8, 16]) {
    test(`whichever one gate answers wrongly, nobody but the culprit is convicted: among ${count}, and where nobody is`, async () => {
      const moves = movesNamed(count);
      for (const culprit of [...moves, undefined]) {
        for (let wrong = 0; wrong < 20; wrong += 1) {
          let gates = 0;
          // The first one is that of all moves.
          const gate: World = (moved) => {
            const isBad = culprit !== undefined && moved.has(culprit);
            gates += 1;
            return isBad === (gates - 1 !== wrong) ? 'bad' : 'good';
          };
          const found = await search(moves, gate, { known: [] });
          const convicted = found.culprits.flatMap(({ leftOut }) => leftOut);
          assert.deepEqual(
            convicted.filter((move) => move !== culprit),
            [],
            `${culprit}, gate ${wrong} is wrong`,
          );
        }
      }
    });
  }

  test('a base that was taken for good by one wrong gate convicts nobody', async () => {
    for (const count of [1, 2, 3, 4]) {
      let ofBase = 0;
      const found = await search(
        movesNamed(count),
        (moved) => (moved.size === 0 && (ofBase += 1) === 1 ? 'good' : 'bad'),
        { base: 'asked', known: [] },
      );
      assert.deepEqual(found.culprits, []);
    }
  });

  test('all unsure: it stops after a few gates and says so', async () => {
    const found = await search(movesNamed(100), () => 'unsure');
    assert.deepEqual(found.end, { kind: 'indecisive' });
    assert.deepEqual(found.culprits, []);
    assert.ok(gatesOf(found) < 6);
  });

  test('a move with which no gate can decide stays out, undecided; the culprit is still found', async () => {
    const world: World = (moved) => (moved.has('m5') ? 'unsure' : moved.has('m20') ? 'bad' : 'good');
    const found = await search(movesNamed(32), world);
    assert.deepEqual(found.undecided, [{ move: 'm5', why: 'unsure' }]);
    assert.deepEqual(
      found.culprits.map(({ moves }) => moves),
      [['m20']],
    );
    assert.equal(found.good.length, 30);
  });

  test('a gate that cannot decide once is walked around', async () => {
    const world: World = (moved) => (moved.size === 16 ? 'unsure' : moved.has('m20') ? 'bad' : 'good');
    const found = await search(movesNamed(32), world);
    assert.deepEqual(
      found.culprits.map(({ moves }) => moves),
      [['m20']],
    );
    assert.deepEqual(found.undecided, []);
    assert.ok(gatesOf(found) <= 5 + 3, `${gatesOf(found)} gates`);
  });
});

describe('where it starts and ends', () => {
  test('all good: one gate, no culprit, all go in', async () => {
    const moves = movesNamed(5);
    const found = await search(moves, () => 'good', { known: [] });
    assert.deepEqual([found.trail.length, found.culprits, found.good], [1, [], moves]);
  });

  test('no moves: nothing is asked', async () => {
    const found = await search([], () => 'bad', { known: [] });
    assert.deepEqual([found.end, found.trail], [{ kind: 'complete' }, []]);
  });

  test('a base that is bad itself explains all, and no move is convicted', async () => {
    const found = await search(movesNamed(8), () => 'bad', { base: 'asked', known: [], runners: 2 });
    assert.deepEqual(found.end, { kind: 'base', answer: 'bad' });
    assert.deepEqual([found.culprits, found.good, found.trail.length], [[], [], 2]);
  });

  test('at the end of its budget it says what it knows', async () => {
    const found = await search(movesNamed(64), badWhen(['m40']), { gatesMax: 3 });
    assert.deepEqual(found.end, { kind: 'budget' });
    assert.deepEqual(found.culprits, []);
    assert.equal(gatesOf(found), 3);
    assert.equal(found.good.length, 40);
    assert.ok(found.undecided.every(({ why }) => why === 'not reached'));
  });

  test('stopped at any gate and started again with its answers, it asks nothing twice and ends the same', async () => {
    const moves = movesNamed(40);
    const world = badWhen(['m7'], ['m20', 'm33']);
    const whole = await search(moves, world);
    for (let stop = 0; stop < gatesOf(whole); stop += 1) {
      let trail: readonly AnsweredQuestion[] = [{ moved: moves, answer: 'bad' }];
      let left = stop;
      const order = { moves, runners: 1, gatesMax: 1_000, base: 'assumed', asksAgain: true } as const;
      const cut = await bisect({ ...order, known: trail }, (questions) => {
        left -= 1;
        return Promise.resolve(questions.map(({ moved }) => (left < 0 ? undefined : world(new Set(moved)))));
      });
      assert.equal(cut.end.kind, 'open');
      trail = cut.trail;
      assert.deepEqual(await search(moves, world, { known: trail }), whole);
    }
  });
});

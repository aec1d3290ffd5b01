import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../../base/limits.ts';
import { checkKey, noCheckNames } from '../../model/check-names.ts';
import { parseCommitId, type CommitId } from '../../model/commit.ts';
import type { ShortKey } from '../../model/short-key.ts';
import { formatMarker, readMarker } from '../../model/update-marker.ts';
import { decideRound, type Round, type RoundOrder } from './round.ts';

const keys = (count: number): readonly ShortKey[] =>
  Array.from({ length: count }, (_, place) => place.toString(16).padStart(16, '0'));
const commit = (count: number): CommitId => parseCommitId((count + 1).toString(16).padStart(40, '0'));
const nothing = {
  onBranch: undefined,
  tip: undefined,
  answer: undefined,
  failing: [],
  failedBefore: [],
  baseUnknown: false,
  search: undefined,
};

function searching(round: Round): Extract<Round, { readonly kind: 'searching' }>['search'] {
  assert.ok(round.kind === 'searching', round.kind);
  return round.search;
}

test('a base that was asked stays asked while its checks run, and its answer counts', async () => {
  const wanted = keys(4);
  const bad: RoundOrder = { ...nothing, wanted, onBranch: wanted, answer: 'bad', baseUnknown: true };
  const again = searching(await decideRound({ ...bad, tip: commit(1) }));
  assert.deepEqual(again.asked, wanted);
  const asked = searching(await decideRound({ ...bad, tip: commit(2), search: again }));
  assert.deepEqual(asked.asked, []);
  const running: RoundOrder = { ...nothing, wanted, onBranch: [], tip: commit(3), search: asked };
  assert.deepEqual(searching(await decideRound(running)).asked, []);
  const end = await decideRound({ ...running, answer: 'bad' });
  assert.equal(end.kind === 'found' && end.bisection.end.kind, 'base');
});

test('what is new waits for the end of a search, and what is planned no more leaves it', async () => {
  const [one = '', two = '', three = '', four = ''] = keys(4);
  const order: RoundOrder = {
    ...nothing,
    wanted: [one, two, three],
    onBranch: [one, two],
    tip: commit(1),
    answer: 'bad',
  };
  const begun = searching(await decideRound(order));
  assert.deepEqual(begun.units, [one, two], 'it begins though another one has come');
  assert.equal(begun.answers.length, 1);
  const gone = searching(
    await decideRound({
      ...nothing,
      wanted: [two, three, four],
      search: { ...begun, units: [one, two, three] },
    }),
  );
  assert.deepEqual(gone.units, [two, three]);
  assert.deepEqual(gone.answers, [], 'the one that has gone had a part in it');
  assert.deepEqual(gone.asked, [two, three]);
});

test('a bad branch whose tag moved on: what is left of it is asked about, and what is new waits', async () => {
  const [one = '', two = '', three = ''] = keys(3);
  const order: RoundOrder = { ...nothing, wanted: [two, three], failedBefore: [one, two] };
  assert.deepEqual(searching(await decideRound(order)), {
    units: [two],
    answers: [],
    asked: [two],
    answered: undefined,
    failing: noCheckNames,
  });
  assert.equal((await decideRound({ ...order, failedBefore: [one] })).kind, 'all');
  assert.equal((await decideRound({ ...order, failedBefore: [one, two, three] })).kind, 'all');
});

test('what a search could not decide stands there, until something new comes', async () => {
  const wanted = keys(9);
  const unsure = [wanted, ...wanted.map((key) => [key])].map((moved) => ({
    moved,
    answer: 'unsure' as const,
  }));
  const search = {
    units: wanted,
    answers: unsure,
    asked: wanted,
    answered: undefined,
    failing: noCheckNames,
  };
  const stuck = await decideRound({ ...nothing, wanted, onBranch: wanted, search });
  assert.equal(stuck.kind, 'stuck');
  const mended = await decideRound({ ...nothing, wanted, onBranch: wanted, answer: 'good', search });
  assert.equal(mended.kind, 'all', 'somebody started again what failed');
  assert.equal((await decideRound({ ...nothing, wanted: keys(10), search })).kind, 'all');
});

const sizes = [
  { count: 150, bad: [149] },
  { count: 300, bad: [299] },
  { count: limits.searchUnitsMax, bad: [133, 266] },
];
for (const { count, bad } of sizes)
  test(`${bad.length} of ${count} moves: the search comes to its end by what each night leaves for the next one`, async () => {
    const wanted = keys(count);
    const culprits = bad.map((place) => wanted[place]);
    const isBad = (moved: readonly ShortKey[]): boolean =>
      culprits.some((key) => key !== undefined && moved.includes(key));
    let order: RoundOrder = { ...nothing, wanted, onBranch: wanted, tip: commit(0), answer: 'bad' };
    for (let night = 1; ; night += 1) {
      const round = await decideRound(order);
      if (round.kind === 'found') {
        assert.deepEqual(
          round.bisection.culprits.flatMap(({ leftOut }) => leftOut),
          culprits,
        );
        return;
      }
      const search = searching(round);
      const rest = { title: '', draft: true, declined: [], apart: [], outer: [], baseFails: undefined };
      const read = readMarker(formatMarker({ ...rest, units: search.asked, search }));
      assert.deepEqual(read?.search, search);
      const answer = isBad(search.asked) ? 'bad' : 'good';
      order = {
        ...nothing,
        wanted,
        onBranch: search.asked,
        tip: commit(night),
        answer,
        search: read.search,
      };
    }
  });

test('a base that cannot be asked convicts nobody, and a second look that cannot be had ends the search', async () => {
  const wanted = keys(3);
  const search = {
    units: wanted,
    answers: [
      { moved: wanted, answer: 'bad' },
      { moved: wanted, answer: 'bad' },
    ],
    asked: [],
    answered: commit(2),
    failing: { keys: [checkKey('ci')], beyond: 0 },
  } as const;
  const silent = await decideRound({
    ...nothing,
    wanted,
    onBranch: [],
    tip: commit(3),
    answer: 'unsure',
    search,
  });
  assert.ok(silent.kind === 'stuck' && silent.search !== undefined);
  const after = {
    ...nothing,
    wanted,
    onBranch: wanted,
    answer: 'bad',
    tip: commit(4),
    search: silent.search,
  } as const;
  assert.equal((await decideRound(after)).kind, 'stuck');
  const once = { ...search, answers: search.answers.slice(1), asked: wanted };
  const second = {
    ...nothing,
    wanted,
    onBranch: wanted,
    tip: commit(3),
    answer: 'unsure',
    search: once,
  } as const;
  assert.equal((await decideRound(second)).kind, 'stuck');
});

test('a search knows the checks that it is about', async () => {
  const wanted = keys(2);
  const order: RoundOrder = {
    ...nothing,
    wanted,
    onBranch: wanted,
    tip: commit(1),
    answer: 'bad',
    failing: ['ci'],
  };
  const once = searching(await decideRound(order));
  assert.deepEqual(once.failing.keys, [checkKey('ci')]);
  const twice = searching(
    await decideRound({ ...order, tip: commit(2), failing: ['lint', 'ci'], search: once }),
  );
  assert.deepEqual(twice.failing, { keys: [checkKey('ci'), checkKey('lint')], beyond: 0 });
});

test('among too many nothing is searched for, and a person is told to look', async () => {
  const wanted = keys(limits.searchUnitsMax + 1);
  assert.deepEqual(await decideRound({ ...nothing, wanted, onBranch: wanted, answer: 'bad' }), {
    kind: 'stuck',
    search: undefined,
  });
  assert.equal((await decideRound({ ...nothing, wanted, onBranch: wanted, answer: 'good' })).kind, 'all');
});

test('one commit answers once: a search that asks again waits for another commit', async () => {
  const wanted = keys(1);
  const order: RoundOrder = { ...nothing, wanted, onBranch: wanted, tip: commit(1), answer: 'bad' };
  const once = searching(await decideRound(order));
  assert.equal(once.answers.length, 1);
  assert.deepEqual(searching(await decideRound({ ...order, search: once })), once);
  const twice = await decideRound({ ...order, search: once, tip: commit(2) });
  assert.equal(twice.kind === 'found' && twice.bisection.culprits.length, 1);
});

/** Nights among so many moves, one look of which is wrong; returns whom they convict, and whether all looks were made. */
async function nightsOf(
  count: number,
  isBad: (moved: readonly ShortKey[]) => boolean,
  { wrong, baseUnknown }: { readonly wrong: number; readonly baseUnknown: boolean },
): Promise<{ readonly convicted: readonly ShortKey[]; readonly looks: number }> {
  const wanted = keys(count);
  let order: RoundOrder = { ...nothing, wanted };
  for (let look = 0; look < 60; look += 1) {
    const onBranch = order.search?.asked ?? wanted;
    const answer = isBad(onBranch) === (look === wrong) ? 'good' : 'bad';
    const told = {
      onBranch,
      tip: commit(look),
      answer,
      baseUnknown: baseUnknown && answer === 'bad',
    } as const;
    const round = await decideRound({ ...order, ...told });
    if (round.kind === 'all') return { convicted: [], looks: look + 1 };
    if (round.kind === 'found')
      return { convicted: round.bisection.culprits.flatMap(({ leftOut }) => leftOut), looks: look + 1 };
    order = { ...order, search: round.search };
  }
  return assert.fail('the nights come to an end');
}

test('whichever look is wrong: of 1 to 6 moves nobody is convicted but the culprit, and without one nobody', async () => {
  for (const baseUnknown of [false, true])
    for (let count = 1; count <= 6; count += 1)
      for (const culprit of [undefined, ...keys(count)]) {
        const isBad = (moved: readonly ShortKey[]): boolean =>
          culprit !== undefined && moved.includes(culprit);
        const right = await nightsOf(count, isBad, { wrong: -1, baseUnknown });
        assert.deepEqual(right.convicted, culprit === undefined ? [] : [culprit]);
        for (let wrong = 0; wrong < right.looks; wrong += 1) {
          const { convicted } = await nightsOf(count, isBad, { wrong, baseUnknown });
          assert.ok(
            convicted.every((key) => key === culprit),
            `${count} moves, look ${wrong}`,
          );
        }
      }
});

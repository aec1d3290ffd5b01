import type { Bisection } from '../../src/model/bisection.ts';
import { simulateNights, type NightPlan } from '../support/bisect-nights.ts';
import { badWhen, gatesOf, movesNamed, search } from '../support/gate-answers.ts';
import { drawn } from '../support/judge-simulator.ts';
import { gitBisectRuns } from './git-bisect.ts';
import type { Figure } from './measure.ts';

const seed = 20_261_121;
const nights = 1_000;

/**
 * How many gates a search takes, after the gate of all moves that was bad. A culprit is named as soon as one gate with it
 * was bad and the same without it good; the gates that follow prove that all others are good together, and that it is bad
 * by itself.
 */
export async function bisect(): Promise<readonly Figure[]> {
  return [
    ...(await oneCulprit()),
    await besideGit(),
    await twoTogether(),
    await independent(),
    ...(await flakyNights()),
  ];
}

async function oneCulprit(): Promise<readonly Figure[]> {
  let [wrong, named, proofs, most] = [0, 0, 0, 0];
  for (let count = 2; count <= 256; count += 1) {
    const moves = movesNamed(count);
    for (const culprit of moves) {
      const found = await search(moves, badWhen([culprit]));
      if (!names(found, [culprit]) || found.good.length !== count - 1) wrong += 1;
      const until = gatesUntilNamed(found, culprit);
      named = Math.max(named, until - Math.log2(count) - 1);
      most = Math.max(most, until);
      proofs = Math.max(proofs, gatesOf(found) - Math.ceil(Math.log2(count)));
    }
  }
  const among = 'one culprit among 2 … 256, all places';
  return [
    figure(`${among}: wrong ones`, `${wrong}`, wrong, 0),
    figure(`${among}: gates until it is named, beyond log2 n + 1`, `${most} at most`, named, 0),
    figure(`${among}: gates with both proofs, beyond ⌈log2 n⌉`, `${proofs} at most`, proofs, 2),
  ];
}

/** The first gate after which a set with the culprit is known to be bad, and the same without it to be good. */
function gatesUntilNamed({ trail }: Bisection, culprit: string): number {
  const said = new Map([['', 'good']]);
  for (const [gates, { moved, answer }] of trail.entries()) {
    said.set(moved.join(' '), answer);
    const isNamed = trail
      .slice(0, gates + 1)
      .some(
        (each) =>
          each.answer === 'bad' &&
          each.moved.includes(culprit) &&
          said.get(each.moved.filter((move) => move !== culprit).join(' ')) === 'good',
      );
    if (isNamed) return gates;
  }
  return Number.POSITIVE_INFINITY;
}

/** A peer that finds one culprit in a series, and proves nothing more of it. */
async function besideGit(): Promise<Figure> {
  const count = 128;
  const places = Array.from({ length: 16 }, (_, index) => 8 * index + (index % 8));
  const peer = gitBisectRuns(count, places);
  const moves = movesNamed(count);
  let ours = 0;
  for (const place of places) ours += gatesOf(await search(moves, badWhen([`m${place}`])));
  return {
    claim: `one culprit in a series of ${count}: gates with both proofs`,
    measured: (ours / places.length).toFixed(2),
    peer: `${(peer / places.length).toFixed(2)} (git bisect run, no proof)`,
    value: ours / peer,
    // Two gates more than the seven that both need.
    limit: 1.35,
    unit: 'ratio',
  };
}

async function twoTogether(): Promise<Figure> {
  const moves = movesNamed(64);
  let [most, wrong] = [0, 0];
  for (const [place, one] of moves.entries()) {
    for (const other of moves.slice(0, place)) {
      const found = await search(moves, badWhen([one, other]));
      if (!names(found, [other, one]) || found.good.length !== 63) wrong += 1;
      most = Math.max(most, gatesOf(found));
    }
  }
  if (wrong > 0) throw new Error(`${wrong} pairs were not found`);
  return figure(
    'two that are bad only together among 64, all 2,016 pairs: gates',
    `${most} at most`,
    most,
    30,
  );
}

/** Beside log2 n each: one that proves the others, one by itself, and one over what goes in. */
async function independent(): Promise<Figure> {
  const moves = movesNamed(64);
  let most = 0;
  for (let count = 2; count <= 8; count += 1) {
    for (let sample = 0; sample < 100; sample += 1) {
      const order = moves.toSorted(
        (left, right) => drawn(seed, left, `${count} ${sample}`) - drawn(seed, right, `${count} ${sample}`),
      );
      const culprits = order.slice(0, count);
      const found = await search(moves, badWhen(...culprits.map((culprit) => [culprit])));
      if (found.culprits.length !== count || found.good.length !== 64 - count)
        throw new Error(`${culprits.join(' ')} were not found`);
      most = Math.max(most, gatesOf(found) / count);
    }
  }
  return figure(
    '2 … 8 independent culprits among 64: gates a culprit',
    `${most.toFixed(1)} at most`,
    most,
    10,
  );
}

async function flakyNights(): Promise<readonly Figure[]> {
  const plan: Omit<NightPlan, 'gate'> = { moves: 32, tests: 10, fails: 0.05, culprit: undefined };
  const ours = await simulateNights({ ...plan, gate: 'judge' }, nights, seed);
  const peer = await simulateNights({ ...plan, gate: 'one run' }, nights, seed);
  const withOne = await simulateNights({ ...plan, gate: 'judge', culprit: 'm20' }, nights, seed);
  const about = 'ten tests that each fail 5 %, 32 moves';
  return [
    {
      claim: `${about}, identical images: nights with a conviction, of ${nights}`,
      measured: `${ours.wronged}`,
      peer: `${peer.wronged} (one run a gate)`,
      value: ours.wronged,
      limit: 5,
      unit: 'runs',
    },
    figure(
      `${about}, one is bad: nights without it, or with another one, of ${nights}`,
      `${nights - withOne.caught + withOne.wronged}`,
      nights - withOne.caught + withOne.wronged,
      5,
    ),
  ];
}

function names({ culprits }: Bisection, few: readonly string[]): boolean {
  const [only] = culprits;
  return culprits.length === 1 && only?.kind === 'proven' && only.moves.join(' ') === few.join(' ');
}

function figure(claim: string, measured: string, value: number, limit: number): Figure {
  return { claim, measured, peer: '', value, limit, unit: 'runs' };
}

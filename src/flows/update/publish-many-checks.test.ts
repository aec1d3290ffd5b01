import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeForgeGround, type ForgeGround } from '../../../test/support/forge-ground.ts';
import { limits } from '../../base/limits.ts';
import type { CheckState } from '../../model/check.ts';
import { readMarker, type SearchMark } from '../../model/update-marker.ts';

/** A matrix has up to 256 jobs, and all of them may fail by one image. */

const jobs = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, place) => `job ${place}`);

function report(night: ForgeGround, names: readonly string[], state: CheckState): void {
  const rest = { kind: 'run', by: 'ci', url: undefined, title: '', summary: '' } as const;
  for (const name of names) night.world.report(night.tip() ?? '', { ...rest, name, state });
}

function searchOf(night: ForgeGround): SearchMark | undefined {
  return readMarker(night.pull().body)?.search;
}

/** Days later: what has not reported by then is not going to. */
async function later(night: ForgeGround): Promise<void> {
  const clock = { ...night.tools.clock, now: () => new Date('2027-02-01T00:00:00Z') };
  await night.run({}, { ...night.tools, clock });
}

/** All of them fail with all moves, twice, and none fails without any; then a part of the moves is on the branch. */
async function untilPart(night: ForgeGround, names: readonly string[]): Promise<void> {
  await night.move('a', 'b', 'c', 'd');
  for (const state of ['failed', 'failed', 'passed'] as const) {
    await night.run();
    report(night, names, state);
  }
  await night.run();
  assert.equal(searchOf(night)?.asked.length, 2);
}

for (const [count, told] of [
  [15, 14],
  [limits.searchFailingMax, limits.searchFailingMax - 1],
] as const)
  test(`of ${count} checks that fail with some moves, ${told} pass with a part of them, and the rest is silent: nobody is acquitted`, async (t) => {
    const night = await makeForgeGround(t, ['a', 'b', 'c', 'd']);
    const names = jobs(count);
    await untilPart(night, names);
    const [asked, tip] = [searchOf(night)?.asked, night.tip()];
    report(night, names.slice(0, told), 'passed');
    await night.run();
    assert.equal(night.tip(), tip, 'they may report yet');
    await later(night);
    assert.deepEqual(searchOf(night)?.answers.at(-1), { moved: asked, answer: 'unsure' });
    assert.equal(night.pull().draft, true);
  });

test('checks that fail with some moves and pass with others acquit those, however many they are within the bound', async (t) => {
  const night = await makeForgeGround(t, ['a', 'b', 'c', 'd']);
  const names = jobs(limits.searchFailingMax);
  await untilPart(night, names);
  for (let count = 0; count < 12 && searchOf(night) !== undefined; count += 1) {
    report(night, names, (await night.moved()).includes('b') ? 'failed' : 'passed');
    await night.run();
  }
  assert.deepEqual(await night.moved(), ['a', 'c', 'd']);
});

test('checks beyond the bound are counted, their silence acquits nothing, not even a base, and a person is told', async (t) => {
  const night = await makeForgeGround(t, ['a', 'b', 'c', 'd']);
  const names = jobs(limits.searchFailingMax + 7);
  await night.move('a', 'b', 'c', 'd');
  for (const state of ['failed', 'failed', 'passed'] as const) {
    await night.run();
    report(night, names, state);
  }
  const tip = night.tip();
  await night.run();
  assert.deepEqual([night.tip(), searchOf(night)?.asked], [tip, []], 'another one may report yet');
  await later(night);
  assert.equal(searchOf(night)?.failing.beyond, 7);
  assert.deepEqual(searchOf(night)?.answers.at(-1), { moved: [], answer: 'unsure' });
  assert.match(night.pull().body, /A person has to look/);
  assert.deepEqual(await night.moved(), ['a', 'b', 'c', 'd']);
  assert.equal(await night.ground.read(night.tip(), 'lockkeeper.yaml'), undefined, 'nothing is held');
  assert.match(
    night.pull().body,
    /7 more checks failed than are remembered: that they say nothing acquits no move/,
  );
});

test('a name that is very long is remembered as well', async (t) => {
  const night = await makeForgeGround(t, ['a', 'b', 'c', 'd']);
  await untilPart(night, ['x'.repeat(60_000), 'lint']);
  report(night, ['lint'], 'passed');
  await later(night);
  assert.equal(searchOf(night)?.answers.at(-1)?.answer, 'unsure');
});

for (const [count, state] of [
  [60, 'good'],
  [limits.baseFailingMax + 7, 'unsure'],
] as const)
  test(`${count} checks that fail without any move convict nobody and are searched for once: ${state}`, async (t) => {
    const night = await makeForgeGround(t, ['a', 'b']);
    await night.move('a', 'b');
    const names = [...jobs(count - 1), 'y'.repeat(60_000)];
    for (let round = 0; round < 4; round += 1) {
      await night.run();
      report(night, names, 'failed');
    }
    const pushes = night.pushes();
    for (let round = 0; round < 3; round += 1) await night.run();
    assert.equal(night.pushes(), pushes, 'it has come to an end');
    assert.deepEqual(await night.moved(), ['a', 'b']);
    assert.equal(await night.ground.read(night.tip(), 'lockkeeper.yaml'), undefined, 'nothing is held');
    const { report: told } = await night.run();
    const untold = told.outside.filter(({ text }) => text.includes('not known'));
    assert.equal(untold.length, state === 'good' ? 0 : 7);
  });

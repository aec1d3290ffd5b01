import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { makeForgeGround, type ForgeGround } from '../../../test/support/forge-ground.ts';
import type { UpdateSettings } from '../../model/update-settings.ts';

const day = 24 * 3600_000;
const today = Date.UTC(2026, 10, 21);

/** A run whose clock reads these instants in turn, again and again. */
async function runAt(
  night: ForgeGround,
  instants: readonly number[],
  more: { readonly settings?: Partial<UpdateSettings>; readonly ledger?: string } = {},
): Promise<readonly string[]> {
  let reads = 0;
  const now = (): Date => new Date(instants[(reads += 1) % instants.length] ?? today);
  const tools = { ...night.tools, clock: { ...night.tools.clock, now } };
  const { plan } = await night.run(more.settings, tools, { ledger: more.ledger });
  return plan.plan.entries.map(({ decision }) => (decision.kind === 'stay' ? decision.why : decision.kind));
}

async function held(night: ForgeGround): Promise<string | undefined> {
  return night.ground.read(night.tip(), 'lockkeeper.yaml');
}

/** Runs until the culprit is held. */
async function search(night: ForgeGround, at: number, culprit: string): Promise<void> {
  for (let count = 0; count < 20 && (await held(night)) === undefined; count += 1) {
    await runAt(night, [at + count * 3600_000]);
    await night.check((moved) => !moved.includes(culprit));
  }
  assert.match((await held(night)) ?? '', new RegExp(`/${culprit}:1"`));
}

test('a clock that was ahead for one night delays a cooldown by that night alone', async (t) => {
  const night = await makeForgeGround(t, ['a', 'b']);
  await night.ground.commit({ 'lockkeeper.yaml': 'version: 1\npins:\n  cooldown: 2d\n' });
  const ledger = path.join(night.ground.world.folder, 'ledger');
  const at = (instant: number): Promise<readonly string[]> => runAt(night, [instant], { ledger });
  assert.deepEqual(await at(today - day), ['current', 'current']);
  await night.move('a');
  assert.deepEqual(await at(today + 9_000 * day), ['cooling', 'current']);
  assert.deepEqual(await at(today), ['cooling', 'current']);
  assert.deepEqual(await at(today + day), ['cooling', 'current']);
  assert.deepEqual(await at(today + 2 * day), ['move', 'current']);
});

test('a clock that was behind for one night lets nothing through that still cools', async (t) => {
  const night = await makeForgeGround(t, ['a', 'b']);
  await night.ground.commit({ 'lockkeeper.yaml': 'version: 1\npins:\n  cooldown: 2d\n' });
  const ledger = path.join(night.ground.world.folder, 'ledger');
  const at = (instant: number): Promise<readonly string[]> => runAt(night, [instant], { ledger });
  await at(today - day);
  await night.move('a');
  await at(today);
  await night.move('b');
  assert.deepEqual(await at(0), ['cooling', 'cooling']);
  assert.deepEqual(await at(today + day), ['cooling', 'cooling']);
  assert.deepEqual(await at(today + 2 * day), ['move', 'cooling']);
  assert.deepEqual(await at(today + 3 * day), ['move', 'move']);
});

test('a hold that a clock far ahead has dated ends as one of today does, and the branch is pushed once for it', async (t) => {
  const night = await makeForgeGround(t, ['a', 'b', 'c']);
  await night.move('a', 'b', 'c');
  await search(night, today + 2_000 * day, 'b');
  assert.match((await held(night)) ?? '', /until: "?2032-/);
  await runAt(night, [today]);
  assert.match((await held(night)) ?? '', /until: "?2026-12-07/);
  assert.deepEqual(await night.moved(), ['a', 'c']);
  const pushes = night.pushes();
  // Of two machines one is a little behind.
  await runAt(night, [today - day]);
  await runAt(night, [today + day]);
  assert.equal(night.pushes(), pushes);
});

test('a hold that a clock far behind has dated is over at once: the culprit is found again, and held from today on', async (t) => {
  const night = await makeForgeGround(t, ['a', 'b', 'c']);
  await night.move('a', 'b', 'c');
  await search(night, Date.UTC(2001, 0, 1), 'b');
  assert.match((await held(night)) ?? '', /until: "?2001-01-1/);
  await runAt(night, [today]);
  assert.equal(await held(night), undefined, 'no hold that is over is proposed');
  await night.check((moved) => !moved.includes('b'));
  await search(night, today, 'b');
  assert.match((await held(night)) ?? '', /until: "?2026-12-0/);
  assert.deepEqual(await night.moved(), ['a', 'c']);
});

test('a clock that jumps within the runs: an outer loop is started once, the branch stands, and the end is the same', async (t) => {
  const outerLoops = [{ name: 'outer', required: true, by: { kind: 'gitlab', variables: {} } } as const];
  const wild = [today, today + 700 * day, today - 700 * day, today + day, 0];
  const nights = [];
  for (const instants of [[today], wild]) {
    const night = await makeForgeGround(t, ['a', 'b', 'c', 'd']);
    await night.move('a', 'b', 'c', 'd');
    await runAt(night, instants, { settings: { outerLoops } });
    const tip = night.tip();
    await runAt(night, instants, { settings: { outerLoops } });
    assert.equal(night.tip(), tip);
    assert.equal(night.loops.runs.length, 1);
    for (let count = 0; count < 12; count += 1) {
      await night.check((moved) => !moved.includes('c'));
      await runAt(night, instants, { settings: { outerLoops } });
    }
    for (let count = 0; count < 12; count += 1) {
      await night.check((moved) => !moved.includes('c'));
      await runAt(night, [today], { settings: { outerLoops } });
    }
    nights.push({ moved: await night.moved(), held: await held(night), draft: night.pull().draft });
    assert.equal(night.world.pullRequests.size, 1);
  }
  const [calm, jumped] = nights;
  assert.deepEqual(calm?.moved, ['a', 'b', 'd']);
  const plain = (text: string | undefined): string | undefined =>
    text?.replace(/search among .*? commits\./, '').replace(/until: .*/, '');
  assert.deepEqual({ ...jumped, held: plain(jumped?.held) }, { ...calm, held: plain(calm?.held) });
});

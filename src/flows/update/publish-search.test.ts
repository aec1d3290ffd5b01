import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeForgeGround, type ForgeGround } from '../../../test/support/forge-ground.ts';
import { Failure } from '../../base/failure.ts';
import type { CheckState } from '../../model/check.ts';
import { readMarker, type SearchMark } from '../../model/update-marker.ts';

function searchOf(night: ForgeGround): SearchMark | undefined {
  return readMarker(night.pull().body)?.search;
}

function report(night: ForgeGround, state: Exclude<CheckState, 'errored'>, name = 'ci'): void {
  const run = {
    kind: 'run',
    name,
    by: 'ci',
    url: 'https://ci.example.org/1',
    title: '',
    summary: '',
  } as const;
  night.world.report(night.tip() ?? '', { ...run, state });
}

test('a run while the checks of the empty commit still run waits for them, and nobody is convicted', async (t) => {
  const night = await makeForgeGround(t, ['a', 'b', 'c', 'd']);
  await night.move('a', 'b', 'c', 'd');
  for (let count = 0; count < 2; count += 1) {
    await night.run();
    report(night, 'failed');
  }
  await night.run();
  assert.deepEqual(searchOf(night)?.asked, []);
  report(night, 'running');
  assert.equal((await night.run()).outcome.kind, 'stands');
  assert.deepEqual(searchOf(night)?.asked, []);
  report(night, 'failed');
  await night.run();
  report(night, 'failed');
  assert.equal((await night.run()).outcome.kind, 'stands');
  assert.deepEqual(await night.moved(), ['a', 'b', 'c', 'd']);
  assert.equal(await night.ground.read(night.tip(), 'lockkeeper.yaml'), undefined, 'nothing is held');
  assert.match(night.pull().body, /ci fails without these moves, too/);
});

test('what failed on an earlier base without any move clears no move upon a later one', async (t) => {
  const told = await makeForgeGround(t, ['a', 'b']);
  const silent = await makeForgeGround(t, ['a', 'b']);
  for (const night of [told, silent]) {
    await night.move('a');
    await night.run();
    for (let count = 0; count < 4; count += 1) {
      await night.check(() => false, false);
      await night.run();
    }
    assert.deepEqual(readMarker(night.pull().body)?.baseFails?.names, ['ci']);
    await night.ground.commit({ README: 'mended' });
    await night.move('b');
    for (let count = 0; count < 8; count += 1) {
      await night.run();
      await night.check((moved) => !moved.includes('b'), night === told);
    }
    await night.run();
    assert.deepEqual(await night.moved(), ['a']);
    assert.match((await night.ground.read(night.tip(), 'lockkeeper.yaml')) ?? '', /b:1/);
  }
});

test('a run that breaks after the base was found bad: what fails by the moves is not taken for its failure later', async (t) => {
  const night = await makeForgeGround(t, ['a', 'b']);
  await night.move('a', 'b');
  for (let count = 0; count < 3; count += 1) {
    await night.run();
    report(night, 'failed');
  }
  const { forge } = night;
  const update = forge.updatePullRequest.bind(forge);
  let calls = 0;
  forge.updatePullRequest = (id, change) => {
    calls += 1;
    return calls === 2 ? Promise.reject(new Failure('forge-unavailable', 'no')) : update(id, change);
  };
  await assert.rejects(night.run(), { code: 'forge-unavailable' });
  assert.deepEqual(await night.moved(), ['a', 'b']);
  report(night, 'failed');
  report(night, 'failed', 'lint');
  await night.run();
  assert.deepEqual(readMarker(night.pull().body)?.baseFails?.names, ['ci']);
});

test('a check that fails once by chance: the same content is checked again as another commit, and goes in', async (t) => {
  for (const names of [['a'], ['a', 'b', 'c']]) {
    const night = await makeForgeGround(t, names);
    await night.move(...names);
    await night.run();
    const first = night.tip();
    await night.check((moved) => moved.length === 0);
    assert.equal((await night.run()).outcome.kind, 'put');
    assert.notEqual(night.tip(), first, 'at the same time of the clock, too');
    assert.equal(night.pull().draft, true);
    assert.equal((await night.run()).outcome.kind, 'stands', 'its checks still run');
    await night.check(() => true);
    assert.equal((await night.run()).outcome.kind, 'stands');
    assert.equal(night.pull().draft, false);
    assert.deepEqual(await night.moved(), names);
    assert.equal(await night.ground.read(night.tip(), 'lockkeeper.yaml'), undefined, 'nothing is held');
  }
});

test('a lone move is held when the checks of two commits fail with it', async (t) => {
  const night = await makeForgeGround(t, ['a']);
  await night.move('a');
  for (let count = 0; count < 2; count += 1) {
    await night.run();
    await night.check((moved) => moved.length === 0);
  }
  await night.run();
  assert.match((await night.ground.read(night.tip(), 'lockkeeper.yaml')) ?? '', /by the checks of 2 commits/);
});

test('a body that is nearly full gives its text up for what a search has to know', async (t) => {
  const names = 'abcdefghijkl'.split('');
  const night = await makeForgeGround(t, names);
  await night.move(...names);
  await night.run();
  night.world.bodyCharsMax = night.pull().body.length + 50;
  for (let count = 0; count < 12; count += 1) {
    await night.check((moved) => !moved.includes('b'));
    await night.run();
  }
  assert.deepEqual(
    await night.moved(),
    names.filter((name) => name !== 'b'),
  );
});

test('one other tag that moves each night does not keep a search from its end', async (t) => {
  const names = 'abcdefgh'.split('');
  const night = await makeForgeGround(t, names);
  await night.move(...names);
  await night.run();
  for (let count = 0; count < 20; count += 1) {
    await night.check((moved) => !moved.includes('b'));
    await night.move(names[2 + (count % 6)] ?? '');
    await night.run();
    const held = await night.ground.read(night.tip(), 'lockkeeper.yaml');
    if (held !== undefined) {
      assert.deepEqual(held.match(/image: .*/g), ['image: "registry.example.org/b:1"']);
      assert.deepEqual(
        await night.moved(),
        names.filter((name) => name !== 'b'),
      );
      return;
    }
    assert.equal(night.pull().draft, true, 'nothing bad is ready');
  }
  assert.fail('the culprit is found');
});

for (const others of [['lint'], []])
  test(`a check that fails whatever moves, and runs on no commit without moves${others.length > 0 ? ', beside one that passes' : ''}: nobody is convicted, and a person is told to look`, async (t) => {
    const night = await makeForgeGround(t, ['a', 'b', 'c']);
    await night.move('a', 'b', 'c');
    let stuck = 0;
    for (let day = 0; day < 20 && stuck < 3; day += 1) {
      const clock = { ...night.tools.clock, now: () => new Date(Date.UTC(2027, 0, 1 + day)) };
      const { report: told } = await night.run({}, { ...night.tools, clock });
      stuck += told.isStuck ? 1 : 0;
      for (const name of others) report(night, 'passed', name);
      if ((await night.moved()).length > 0) report(night, 'failed');
    }
    assert.equal(stuck, 3, 'it comes to an end, and stays there');
    assert.deepEqual(await night.moved(), ['a', 'b', 'c']);
    assert.equal(await night.ground.read(night.tip(), 'lockkeeper.yaml'), undefined, 'nothing is held');
    assert.equal(night.pull().draft, true);
    assert.match(night.pull().body, /A person has to look: checks fail with 3 moves/);
    const own = night.world.checks.get(night.tip() ?? '')?.find(({ name }) => name === 'lockkeeper: update');
    assert.equal(own?.state, 'failed');
    const pushes = night.pushes();
    report(night, 'passed');
    const clock = { ...night.tools.clock, now: () => new Date(Date.UTC(2027, 1, 1)) };
    await night.run({}, { ...night.tools, clock });
    assert.equal(night.pull().draft, false, 'somebody started it again, and it passed');
    assert.equal(night.pushes(), pushes);
  });

import assert from 'node:assert/strict';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { makeWorld, registry, tap, type World } from '../../test/support/world.ts';
import { Failure, isFailure } from '../base/failure.ts';
import { readConfig } from '../model/config.ts';
import type { Digest } from '../model/digest.ts';
import type { GateReport } from '../model/gate-report.ts';
import type { Ledger } from '../ports/ledger.ts';
import { buildBundle } from './build.ts';
import { gate } from './gate.ts';
import { promoteBundle } from './promote.ts';

const configText = `version: 1
images:
  ci: { baseline: ${registry}/ci:latest, image: ${registry}/ci:next }
suites:
  unit: { command: sh test.sh, source: source, results: { format: tap, stdout: true } }
`;

interface Story extends World {
  readonly bundle: string;
  readonly baseline: Digest;
  readonly candidate: Digest;
  readonly ledger: Ledger;
  readonly judge: (more?: string) => Promise<GateReport>;
  readonly promote: (more?: string) => Promise<void>;
  /** Runs of the suite since it was asked last, by image. */
  readonly suiteRuns: () => readonly Digest[];
}

async function tell(t: TestContext, bundleFolder = 'bundle'): Promise<Story> {
  const world = await makeWorld(t, configText);
  const baseline = await world.push('ci', 'latest', 'old');
  const candidate = await world.push('ci', 'next', 'new');
  const bundle = path.join(world.folder, bundleFolder);
  await buildBundle({ config: world.config, images: [], out: bundle }, world.tools, world.watching);
  const configOf = (more = ''): World['config'] =>
    readConfig(`${configText}${more}`, 'lockkeeper.yaml', world.folder);
  let seen = 0;
  return {
    ...world,
    bundle,
    baseline,
    candidate,
    ledger: world.tools.ledgers.open('ledger'),
    judge: (more) =>
      gate(
        {
          config: configOf(more),
          bundle,
          images: [],
          bundleName: 'bundle',
          ledger: 'ledger',
          madeBy: 'test',
        },
        world.tools,
        world.watching,
      ),
    promote: async (more) => {
      await promoteBundle(
        { config: configOf(more), bundle, approval: undefined },
        world.tools,
        world.watching,
      );
    },
    suiteRuns: () => {
      const fresh = world.runs.slice(seen).filter(({ results }) => results.kind !== 'nothing');
      seen = world.runs.length;
      return fresh.map(({ image }) => image.manifest);
    },
  };
}

const waiver = (until: string): string =>
  `waivers: [{ test: works, image: ci, author: Ada, reason: slow, ${until} }]\n`;

test('the second clean gate runs the suite once, and says which side was run before', async (t) => {
  const story = await tell(t);
  await story.judge();
  assert.deepEqual(story.suiteRuns().toSorted(), [story.baseline, story.candidate].toSorted());
  const report = await story.judge();
  assert.deepEqual(story.suiteRuns(), [story.candidate]);
  assert.equal(report.verdict.verdict.kind, 'promote');
  const [unit] = report.units;
  assert.equal(unit?.verdict.trials, 1);
  assert.deepEqual(
    unit.evidence.trials.filter(({ reused }) => reused === true).map(({ side, step }) => `${step} ${side}`),
    ['screen baseline'],
  );
  assert.ok(story.events.some(({ kind }) => kind === 'baseline-reused'));
});

test('a bundle that lies in the source of a suite is no part of it, so the next gate uses the run again', async (t) => {
  const story = await tell(t, 'source/bundle');
  await story.judge();
  story.suiteRuns();
  await story.judge();
  assert.deepEqual(story.suiteRuns(), [story.candidate]);
});

test('a candidate that was promoted is the next baseline, and its run is remembered', async (t) => {
  const story = await tell(t);
  await story.judge();
  await story.promote();
  const next = await story.push('ci', 'next', 'newer');
  const bundle = path.join(story.folder, 'second');
  await buildBundle({ config: story.config, images: [], out: bundle }, story.tools, story.watching);
  story.suiteRuns();
  const order = {
    config: story.config,
    bundle,
    images: [],
    bundleName: 'b',
    ledger: 'ledger',
    madeBy: 'test',
  };
  await gate(order, story.tools, story.watching);
  assert.deepEqual(story.suiteRuns(), [next]);
});

test('a run is not used again when anything of its key is another, or it is too old', async (t) => {
  for (const more of ['gate: { memory: 64m }\n', 'gate: { reuse: 0s }\n', 'gate: { screen: 2 }\n']) {
    const story = await tell(t);
    await story.judge();
    story.suiteRuns();
    await story.judge(more);
    assert.ok(story.suiteRuns().includes(story.baseline), more);
  }
});

test('a remembered run that somebody tampered with is left out, and that is said', async (t) => {
  for (const change of [
    (text: string) => text.replaceAll('passed', 'PASSED'),
    (text: string) => text.slice(0, 100),
    (text: string, story: Story) => text.replaceAll(story.baseline, story.candidate),
  ]) {
    const story = await tell(t);
    await story.judge();
    for (const { name } of await story.ledger.list('runs')) {
      const bytes = await story.ledger.read('runs', name, 1e6);
      const text = Buffer.from(bytes ?? []).toString();
      if (text.includes(`"image":"${story.baseline}"`))
        await story.ledger.write('runs', name, Buffer.from(change(text, story)));
    }
    story.suiteRuns();
    const report = await story.judge();
    assert.ok(story.suiteRuns().includes(story.baseline));
    assert.equal(report.verdict.verdict.kind, 'promote');
  }
});

test('a rejected candidate is held against a fresh run of the baseline', async (t) => {
  const story = await tell(t);
  await story.judge();
  story.suiteRuns();
  story.behave(story.candidate, () => ({ stdout: tap({ other: true }) }));
  const report = await story.judge();
  assert.equal(report.exit, 3);
  // As its screen, and once more, since the candidate has another test in place of the one that it lost.
  assert.equal(story.suiteRuns().filter((image) => image === story.baseline).length, 2);
});

test('a baseline that suddenly runs fewer tests leaves no evidence, today and tomorrow', async (t) => {
  const story = await tell(t);
  const all = tap({ a: true, b: true, c: true });
  for (const image of [story.baseline, story.candidate]) story.behave(image, () => ({ stdout: all }));
  await story.judge();
  for (const image of [story.baseline, story.candidate])
    story.behave(image, () => ({ stdout: tap({ a: true }) }));
  for (let day = 0; day < 2; day += 1) {
    const report = await story.judge();
    assert.equal(report.verdict.verdict.kind, 'hold: no evidence');
    assert.match(report.verdict.verdict.sentence, /only 1 test ran in the baseline, and 3 ran/);
  }
});

/** Fails in these runs of the image, counted from 1 in each gate. */
const failsIn =
  (...runs: readonly number[]) =>
  (_spec: unknown, run: number) => ({ stdout: tap({ works: !runs.includes(run), other: true }) });

test('what contradicted itself on an image in use is known to the next gate', async (t) => {
  const story = await tell(t);
  // The baseline fails in its screen, and passes in the rounds of another suspect.
  story.behave(story.baseline, failsIn(2));
  story.behave(story.candidate, failsIn(1, 3));
  const first = await story.judge();
  assert.equal(first.verdict.verdict.kind, 'promote');
  story.behave(story.baseline, failsIn());
  story.behave(story.candidate, failsIn(1, 2, 4));
  const second = await story.judge();
  assert.equal(second.verdict.verdict.kind, 'promote');
  assert.deepEqual(second.units[0]?.evidence.known.flaky, ['works']);
  assert.equal(second.units[0]?.verdict.counts['known-flaky'], 1);
});

/** A gate on the same bundle, in another job or at another time. */
function elsewhere(story: Story, ledger: string, at = '2026-11-21T00:00:01Z'): Promise<GateReport> {
  const { config, bundle, tools, watching } = story;
  const clock = { ...tools.clock, now: () => new Date(at), monotonicMs: () => 0 };
  const order = { config, bundle, images: [], bundleName: 'b', ledger, madeBy: 'test' };
  return gate(order, { ...tools, clock }, watching);
}

test('ledgers that two jobs wrote merge without a conflict, and a later gate knows what both saw', async (t) => {
  const story = await tell(t);
  const merged = story.tools.ledgers.open('merged');
  for (const job of ['one', 'two']) {
    const behaves =
      (...fails: readonly number[]) =>
      (_spec: unknown, run: number) => ({
        stdout: tap({ other: true, [`only in ${job}`]: true, [job]: !fails.includes(run) }),
      });
    story.behave(story.baseline, behaves(2));
    story.behave(story.candidate, behaves(1, 3));
    assert.equal((await elsewhere(story, job)).verdict.verdict.kind, 'promote');
    const own = story.tools.ledgers.open(job);
    for (const folder of ['contradictions', 'runs']) {
      for (const { name } of await own.list(folder)) {
        const bytes = await own.read(folder, name, 1e6);
        assert.ok(bytes);
        assert.equal(await merged.read(folder, name, 1e6), undefined, `${folder}/${name} is in both`);
        await merged.write(folder, name, bytes);
      }
    }
  }
  story.behave(story.candidate, () => ({ stdout: tap({ other: true, 'only in two': true, two: true }) }));
  const [unit] = (await elsewhere(story, 'merged')).units;
  assert.deepEqual(unit?.evidence.known.flaky, ['one', 'two']);
  assert.ok(unit.evidence.trials.some(({ reused }) => reused === true));
});

test('a run takes the place of the one before it, so that a ledger does not grow with every gate', async (t) => {
  const story = await tell(t);
  await story.judge();
  const before = (await story.ledger.list('runs')).map(({ name }) => name);
  for (const image of [story.baseline, story.candidate])
    story.behave(image, () => ({ stdout: tap({ works: true, more: true }) }));
  const fresh = readConfig(`${configText}gate: { reuse: 0s }\n`, 'lockkeeper.yaml', story.folder);
  await elsewhere({ ...story, config: fresh }, 'ledger');
  const after = (await story.ledger.list('runs')).map(({ name }) => name);
  assert.deepEqual([after.length, after.filter((name) => before.includes(name))], [before.length, []]);
});

test('clocks that jump take nothing away but what may be used again, and change no verdict', async (t) => {
  const story = await tell(t);
  story.behave(story.baseline, failsIn(2));
  story.behave(story.candidate, failsIn(1, 3));
  await story.judge();
  const records = await story.ledger.list('contradictions');
  // Years back: what was seen "tomorrow" is not believed, and waits for the clock to be mended.
  const past = await elsewhere(story, 'ledger', '2001-01-01T00:00:00Z');
  assert.deepEqual([past.verdict.verdict.kind, past.units[0]?.evidence.known.flaky], ['promote', []]);
  assert.ok(past.units[0]?.evidence.trials.every(({ reused }) => reused !== true));
  const names = (all: typeof records): readonly string[] => all.map(({ name }) => name);
  const left = names(await story.ledger.list('contradictions'));
  assert.deepEqual(
    names(records).filter((name) => !left.includes(name)),
    [],
  );
  const now = await story.judge();
  assert.deepEqual(now.units[0]?.evidence.known.flaky, ['works']);
  // Years ahead: too old to be believed, and taken away.
  const future = await elsewhere(story, 'ledger', '2099-01-01T00:00:00Z');
  assert.deepEqual([future.verdict.verdict.kind, future.units[0]?.evidence.known.flaky], ['promote', []]);
});

test('a candidate that contradicted itself excuses nobody: the gate run twice holds twice', async (t) => {
  const story = await tell(t);
  story.behave(story.candidate, (_spec, run) => ({ stdout: tap({ works: run % 3 !== 1, other: true }) }));
  story.behave(story.baseline, () => ({ stdout: tap({ works: true, other: true }) }));
  assert.equal((await story.judge()).verdict.verdict.kind, 'hold: newly flaky');
  assert.equal((await story.ledger.list('contradictions')).length, 1);
  const again = await story.judge();
  assert.deepEqual(again.units[0]?.evidence.known.flaky, []);
});

test('a waiver in force promotes, and one that is expired, of another candidate or unused is told of', async (t) => {
  const story = await tell(t);
  story.behave(story.candidate, () => ({ stdout: tap({ works: false, other: true }) }));
  story.behave(story.baseline, () => ({ stdout: tap({ works: true, other: true }) }));
  const waived = await story.judge(waiver('until: 2099-12-31'));
  assert.deepEqual(
    [waived.verdict.verdict.kind, waived.exit, waived.notices],
    ['promote with waiver', 0, []],
  );
  const own = await story.judge(waiver(`candidate: "${story.candidate}"`));
  assert.equal(own.verdict.verdict.kind, 'promote with waiver');
  const expired = await story.judge(waiver('until: 2001-12-31'));
  assert.equal(expired.verdict.verdict.kind, 'reject: regression');
  assert.match(expired.notices.join(), /is expired \(until 2001-12-31\)/);
  const others = await story.judge(waiver(`candidate: "${story.baseline}"`));
  assert.equal(others.verdict.verdict.kind, 'reject: regression');
  assert.match(others.notices.join(), /not for this candidate/);
  story.behave(story.candidate, () => ({ stdout: tap({ works: true, other: true }) }));
  const unused = await story.judge(waiver('until: 2099-12-31'));
  assert.equal(unused.verdict.verdict.kind, 'promote');
  assert.match(unused.notices.join(), /is unused/);
});

test('a waiver that matches much of a suite is told of as too broad', async (t) => {
  const story = await tell(t);
  const tests = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`works${index}`, true]));
  for (const image of [story.baseline, story.candidate]) story.behave(image, () => ({ stdout: tap(tests) }));
  const report = await story.judge(waiver('until: 2099-12-31').replace('test: works', 'test: works*'));
  assert.match(report.notices.join(), /is too broad: it matches 20 of 20 tests, and excuses 0/);
});

test('a held image is judged, and not promoted before the hold ends', async (t) => {
  const story = await tell(t);
  const hold = (until: string): string =>
    `holds: [{ image: ci, author: Ada, reason: release week, until: ${until} }]\n`;
  const report = await story.judge(hold('2099-12-31'));
  assert.equal(report.verdict.verdict.kind, 'promote');
  assert.match(
    report.notices.join(),
    /^ci is not promoted, whatever its verdict: Ada holds it until 2099-12-31: release week/,
  );
  await assert.rejects(story.promote(hold('2099-12-31')), (error) => isFailure(error, 'image-held'));
  const other = `sha256:${'0'.repeat(64)}`;
  const kept = `holds: [{ image: ci, author: Ada, reason: back, keep: "${other}" }]\n`;
  await assert.rejects(story.promote(kept), (error) => isFailure(error, 'image-held'));
  await story.promote(`holds: [{ image: ci, author: Ada, reason: bad, digest: "${other}" }]\n`);
  await story.promote(hold('2001-12-31'));
});

test('a ledger that cannot be written is told of, and the verdict stands', async (t) => {
  const story = await tell(t);
  const broken: Ledger = {
    name: 'ledger',
    list: () => Promise.resolve([]),
    read: () => Promise.resolve(undefined),
    write: () => Promise.reject(new Failure('disk-full', 'no space is left')),
    remove: () => Promise.resolve(),
  };
  const tools = { ...story.tools, ledgers: { open: () => broken } };
  const { config, bundle } = story;
  const order = { config, bundle, images: [], bundleName: 'b', ledger: 'l', madeBy: 'test' };
  const report = await gate(order, tools, story.watching);
  assert.equal(report.verdict.verdict.kind, 'promote');
  assert.deepEqual(report.notices, ['the ledger ledger cannot be used: no space is left']);
});

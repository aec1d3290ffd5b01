import assert from 'node:assert/strict';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { makeWorld, registry, tap, type World } from '../../test/support/world.ts';
import { isFailure } from '../base/failure.ts';
import { calibrationSchema, type Calibration } from '../model/calibration.ts';
import { readConfig } from '../model/config.ts';
import type { Digest } from '../model/digest.ts';
import type { Ledger } from '../ports/ledger.ts';
import { buildBundle } from './build.ts';
import { calibrateSuites, type CalibrateOrder } from './calibrate.ts';
import { gate } from './gate.ts';
import { resolveBaselines } from './resolve-baselines.ts';

const configText = `version: 1
images:
  ci: { baseline: ${registry}/ci:latest, image: ${registry}/ci:next, suites: [unit, lint] }
suites:
  unit: { command: sh test.sh, source: source, results: { format: tap, stdout: true } }
  lint: { command: sh lint.sh, source: source, results: { format: tap, stdout: true } }
`;

interface Story extends World {
  readonly baseline: Digest;
  readonly ledger: Ledger;
  readonly calibrate: (order?: Partial<CalibrateOrder>) => Promise<Calibration>;
}

async function tell(t: TestContext): Promise<Story> {
  const world = await makeWorld(t, configText);
  const baseline = await world.push('ci', 'latest', 'old');
  const order: CalibrateOrder = {
    config: world.config,
    images: [],
    suites: ['unit'],
    rounds: 5,
    platform: undefined,
    bundle: undefined,
    ledger: 'ledger',
    madeBy: 'test',
  };
  return {
    ...world,
    baseline,
    ledger: world.tools.ledgers.open('ledger'),
    calibrate: async (more) => {
      const calibration = await calibrateSuites({ ...order, ...more }, world.tools, world.watching);
      // What programs read has to fit the schema that is published.
      return calibrationSchema.parse(JSON.parse(JSON.stringify(calibration)));
    },
  };
}

test('the image in use runs twice a round, and no other', async (t) => {
  const story = await tell(t);
  const { units, exit, notices } = await story.calibrate();
  assert.deepEqual(
    story.runs.map(({ image }) => image.manifest),
    Array.from({ length: 10 }, () => story.baseline),
  );
  const [unit] = units;
  assert.deepEqual([units.length, unit?.suite, unit?.rounds, unit?.digest], [1, 'unit', 5, story.baseline]);
  assert.deepEqual([unit?.steady, unit?.unsteady, exit, notices], [1, [], 0, []]);
  assert.ok(story.events.some((event) => event.kind === 'calibration-started' && event.runs === 10));
});

test('what contradicts itself is in the ledger, and the next gate knows it', async (t) => {
  const story = await tell(t);
  story.behave(story.baseline, (_spec, run) => ({ stdout: tap({ works: true, flaky: run % 3 !== 0 }) }));
  const { units } = await story.calibrate();
  assert.deepEqual(
    units[0]?.unsteady.map(({ test: name, passed, failed }) => [name, passed, failed]),
    [['flaky', 7, 3]],
  );
  assert.equal((await story.ledger.list('contradictions')).length, 1);
  await story.push('ci', 'next', 'new');
  const bundle = path.join(story.folder, 'bundle');
  await buildBundle({ config: story.config, images: [], out: bundle }, story.tools, story.watching);
  const report = await gate(
    { config: story.config, bundle, images: [], bundleName: 'b', ledger: 'ledger', madeBy: 'test' },
    story.tools,
    story.watching,
  );
  const known = report.units.map(({ evidence }) => [evidence.suite, evidence.known.flaky]);
  assert.deepEqual(known, [
    ['unit', ['flaky']],
    ['lint', []],
  ]);
});

test('without a ledger nothing is written, and that is said', async (t) => {
  const story = await tell(t);
  story.behave(story.baseline, (_spec, run) => ({ stdout: tap({ works: true, flaky: run % 2 === 0 }) }));
  const { notices, ledger } = await story.calibrate({ ledger: undefined });
  assert.equal(ledger, undefined);
  assert.match(notices.join(), /no ledger is named/);
  assert.deepEqual(await story.ledger.list('contradictions'), []);
});

test('a suite that never comes to its end is given up early, and is not proven', async (t) => {
  const story = await tell(t);
  story.behave(story.baseline, () => ({ end: { kind: 'timed-out', afterMs: 1000 } }));
  const { units, exit, notices } = await story.calibrate({ rounds: 50 });
  assert.deepEqual([units[0]?.runs, units[0]?.rounds, exit], [{ whole: 0, broken: 4, engine: 0 }, 0, 4]);
  assert.match(notices.join(), /unit on ci came to its end too seldom/);
});

test('all suites of an image run where none is named, and a name that is not there is refused', async (t) => {
  const story = await tell(t);
  const { units } = await story.calibrate({ suites: [], rounds: 1 });
  assert.deepEqual(
    units.map(({ suite }) => suite),
    ['unit', 'lint'],
  );
  for (const order of [{ suites: ['unti'] }, { images: ['cj'] }])
    await assert.rejects(story.calibrate(order), (error) => isFailure(error, 'name-unknown'));
});

test('a name without an image, or without one for the platform, has nothing to calibrate', async (t) => {
  const story = await tell(t);
  const refused = (error: unknown): boolean => isFailure(error, 'manifest-missing');
  await assert.rejects(story.calibrate({ platform: { os: 'linux', architecture: 's390x' } }), refused);
  const config = readConfig(configText.replace('ci:latest', 'ci:absent'), 'lockkeeper.yaml', story.folder);
  await assert.rejects(story.calibrate({ config }), refused);
  assert.deepEqual(story.runs, []);
});

test('a baseline that `resolve` put into a bundle is taken from there', async (t) => {
  const story = await tell(t);
  await story.push('ci', 'next', 'new');
  const bundle = path.join(story.folder, 'bundle');
  await buildBundle({ config: story.config, images: [], out: bundle }, story.tools, story.watching);
  await resolveBaselines({ config: story.config, bundle }, story.tools, story.watching);
  await story.push('ci', 'latest', 'moved');
  const { units } = await story.calibrate({ bundle });
  assert.equal(units[0]?.digest, story.baseline);
});

test('both runs of a round share the machine where the sides of a gate do', async (t) => {
  const story = await tell(t);
  const config = readConfig(`${configText}gate: { parallel: true }\n`, 'lockkeeper.yaml', story.folder);
  await story.calibrate({ config, rounds: 2 });
  const steps = story.events.flatMap(({ kind }) => (kind.startsWith('trial-') ? [kind] : []));
  const round = ['trial-started', 'trial-started', 'trial-ended', 'trial-ended'];
  assert.deepEqual(steps, [...round, ...round]);
});

test('an interruption ends it before the next run, and leaves the ledger alone', async (t) => {
  const story = await tell(t);
  const stop = new AbortController();
  story.behave(story.baseline, () => {
    stop.abort(new Error('stopped'));
    return {};
  });
  const order = { config: story.config, images: [], suites: ['unit'], rounds: 5, platform: undefined };
  const more = { bundle: undefined, ledger: 'ledger', madeBy: 'test' };
  await assert.rejects(
    calibrateSuites({ ...order, ...more }, story.tools, { ...story.watching, signal: stop.signal }),
    /stopped/,
  );
  assert.equal(story.runs.length, 1);
});

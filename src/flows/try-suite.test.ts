import assert from 'node:assert/strict';
import { cp, readdir } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { makeWorld, registry, tap, type World } from '../../test/support/world.ts';
import { isFailure, type FailureCode } from '../base/failure.ts';
import type { Digest } from '../model/digest.ts';
import { triedSuiteSchema, type TriedSuite } from '../model/tried-suite.ts';
import { buildBundle } from './build.ts';
import { gate } from './gate.ts';
import { trySuite, type TryOrder } from './try-suite.ts';

const configText = `
version: 1
images:
  ci:
    baseline: ${registry}/ci:latest
    image: ${registry}/ci:next
    suites: [unit, smoke]
suites:
  unit:
    command: sh test.sh
    source: source
    results: { format: tap, stdout: true }
    rerun: { command: "sh test.sh {tests}", test: "{name}" }
  smoke: { command: sh smoke.sh, source: false, results: { format: exit-status } }
`;

interface Story extends World {
  readonly bundle: string;
  readonly baseline: Digest;
  readonly candidate: Digest;
  readonly judge: () => Promise<void>;
  readonly attempt: (order: Partial<TryOrder>) => Promise<TriedSuite>;
}

async function tell(t: TestContext): Promise<Story> {
  const world = await makeWorld(t, configText);
  const { config, tools, watching, push } = world;
  const baseline = await push('ci', 'latest', 'old');
  const candidate = await push('ci', 'next', 'new');
  world.behave(baseline, () => ({ stdout: tap({ works: true, "it's on": true }) }));
  world.behave(candidate, () => ({ stdout: tap({ works: true, "it's on": false }) }));
  const bundle = path.join(world.folder, 'bundle');
  await buildBundle({ config, images: [], out: bundle }, tools, watching);
  return {
    ...world,
    bundle,
    baseline,
    candidate,
    judge: async () => {
      const order = { config, bundle, images: [], bundleName: 'bundle', madeBy: 'test', ledger: undefined };
      await gate(order, tools, watching);
    },
    attempt: async (order) => {
      const whole: TryOrder = {
        config,
        bundle,
        image: undefined,
        suite: 'unit',
        platform: undefined,
        side: 'candidate',
        tests: [],
        ...order,
      };
      return triedSuiteSchema.parse(await trySuite(whole, tools, watching));
    },
  };
}

function fails(code: FailureCode): (error: unknown) => boolean {
  return (error) => isFailure(error, code);
}

test('a suite is run once on the candidate, without a gate and without a word in the bundle', async (t) => {
  const { attempt, bundle, runs, candidate, folder } = await tell(t);
  const before = path.join(folder, 'before');
  await cp(bundle, before, { recursive: true });
  const tried = await attempt({});
  assert.equal(runs.length, 1);
  assert.deepEqual([tried.digest, tried.exit, tried.whole], [candidate, 3, true]);
  assert.deepEqual(tried.command, ['sh', '-c', 'sh test.sh']);
  assert.deepEqual(
    tried.tests.map(({ test: name, status }) => [name, status]),
    [
      ['works', 'passed'],
      ["it's on", 'failed'],
    ],
  );
  const files = async (place: string): Promise<readonly string[]> =>
    (await readdir(place, { recursive: true })).toSorted();
  assert.deepEqual(await files(bundle), await files(before));
});

test('after a gate one test is run as the suite says, on either side', async (t) => {
  const { attempt, judge, runs, baseline, candidate } = await tell(t);
  await judge();
  const seen = runs.length;
  const tests = ["it's on"];
  const worse = await attempt({ tests });
  assert.deepEqual(worse.command, ['sh', '-c', `sh test.sh 'it'\\''s on'`]);
  assert.deepEqual([worse.digest, worse.whole, worse.exit], [candidate, false, 3]);
  assert.deepEqual(
    worse.tests.map(({ status }) => status),
    ['failed'],
  );
  const good = await attempt({ tests, side: 'baseline' });
  assert.deepEqual([good.digest, good.exit], [baseline, 0]);
  assert.equal(runs.length, seen + 2);
});

test('the baseline is the one that the gate compared with, wherever its name went since', async (t) => {
  const { attempt, judge, push, baseline } = await tell(t);
  const unjudged = await attempt({ side: 'baseline' });
  assert.equal(unjudged.digest, baseline);
  await judge();
  const moved = await push('ci', 'latest', 'newer');
  assert.notEqual(moved, baseline);
  assert.equal((await attempt({ side: 'baseline' })).digest, baseline);
});

test('a test that the run does not show proves nothing', async (t) => {
  const { attempt, judge, behave, candidate } = await tell(t);
  await judge();
  behave(candidate, () => ({ stdout: tap({ works: true }) }));
  const tried = await attempt({ tests: ['works', "it's on"] });
  assert.equal(tried.exit, 4);
  assert.deepEqual(
    tried.tests.map(({ status }) => status),
    ['passed', 'missing'],
  );
});

test('a run that breaks is not proven, and one that does not start is a no', async (t) => {
  const { attempt, behave, candidate } = await tell(t);
  behave(candidate, () => ({ stdout: tap({ works: true }), end: { kind: 'timed-out', afterMs: 1000 } }));
  const broken = await attempt({});
  assert.deepEqual([broken.exit, broken.end.kind], [4, 'timed-out']);
  assert.match(broken.broken ?? '', /stopped after/);
  behave(candidate, () => ({ end: { kind: 'not-started', message: 'no sh' } }));
  assert.equal((await attempt({})).exit, 3);
});

test('what cannot be chosen, or is not known, is named', async (t) => {
  const { attempt, judge } = await tell(t);
  await assert.rejects(attempt({ suite: undefined }), fails('usage'));
  await assert.rejects(attempt({ suite: 'unti' }), fails('name-unknown'));
  await assert.rejects(attempt({ image: 'other' }), fails('name-unknown'));
  await assert.rejects(attempt({ platform: 'linux/s390x' }), fails('usage'));
  await assert.rejects(attempt({ tests: ['works'] }), fails('verdict-missing'));
  await judge();
  await assert.rejects(
    attempt({ tests: ['work'] }),
    (error) => isFailure(error, 'name-unknown') && error.hint === 'Did you mean "works"?',
  );
});

import assert from 'node:assert/strict';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { makeWorld, plainConfig, registry, tap, type World } from '../../test/support/world.ts';
import { Failure, isFailure, type FailureCode } from '../base/failure.ts';
import { readTar } from '../base/tar-read.ts';
import { bundleDocument, formatBundle, parseBundle, type Bundle } from '../model/bundle.ts';
import { digestOf, type Digest } from '../model/digest.ts';
import type { GateReport } from '../model/gate-report.ts';
import { mediaTypes } from '../model/media-type.ts';
import { copyImage } from '../ports/copy.ts';
import { buildBundle } from './build.ts';
import { gate } from './gate.ts';
import { planPromotion, promoteBundle } from './promote.ts';
import { resolveBaselines } from './resolve-baselines.ts';
import type { Tools } from './tools.ts';

interface Story extends World {
  readonly bundle: string;
  readonly baseline: Digest;
  readonly candidate: Digest;
  readonly judge: () => Promise<GateReport>;
  readonly promote: (approval?: string) => Promise<void>;
  /** Where the name stands now. */
  readonly stands: () => Promise<Digest | undefined>;
}

async function tell(t: TestContext, text = plainConfig): Promise<Story> {
  const world = await makeWorld(t, text);
  const { config, tools, watching, push, repository } = world;
  const baseline = await push('ci', 'latest', 'old');
  const candidate = await push('ci', 'next', 'new');
  const bundle = path.join(world.folder, 'bundle');
  await buildBundle({ config, images: [], out: bundle }, tools, watching);
  return {
    ...world,
    bundle,
    baseline,
    candidate,
    judge: () =>
      gate(
        { config, bundle, images: [], bundleName: 'bundle', madeBy: 'test', ledger: undefined },
        tools,
        watching,
      ),
    promote: async (reason) => {
      const approval = reason === undefined ? undefined : { author: 'Ada', reason };
      await promoteBundle({ config, bundle, approval }, tools, watching);
    },
    stands: async () => (await repository('ci').resolve('latest'))?.digest,
  };
}

function fails(code: FailureCode): (error: unknown) => boolean {
  return (error) => isFailure(error, code);
}

test('a candidate that is as good is promoted, though tests fail on both sides', async (t) => {
  const story = await tell(t);
  for (const image of [story.baseline, story.candidate])
    story.behave(image, () => ({ stdout: tap({ a: true, b: false }) }));
  const report = await story.judge();
  assert.equal(report.verdict.verdict.kind, 'promote');
  assert.equal(report.exit, 0);
  assert.equal(await story.stands(), story.baseline);
  await story.promote();
  assert.equal(await story.stands(), story.candidate);
  await story.promote();
  assert.equal(await story.stands(), story.candidate);
});

test('a clean gate runs each suite once a side, beside one no-op each', async (t) => {
  const story = await tell(t);
  await story.judge();
  const suites = story.runs.filter(({ results }) => results.kind !== 'nothing');
  assert.deepEqual(
    suites.map(({ image }) => image.manifest).toSorted(),
    [story.baseline, story.candidate].toSorted(),
  );
  assert.equal(story.runs.length - suites.length, 2);
});

test('a candidate that fails a test of the baseline is rejected, and the name stays', async (t) => {
  const story = await tell(t);
  story.behave(story.candidate, () => ({ stdout: tap({ works: false }) }));
  const report = await story.judge();
  assert.equal(report.verdict.verdict.kind, 'reject: regression');
  await assert.rejects(story.promote(), fails('verdict-forbids'));
  await assert.rejects(story.promote('I insist'), fails('verdict-forbids'));
  assert.equal(await story.stands(), story.baseline);
});

test('a candidate that cannot start is rejected with no run of the baseline', async (t) => {
  const story = await tell(t);
  story.behave(story.candidate, (_spec, _run) => ({
    end: { kind: 'not-started', message: 'sh: not found' },
  }));
  const report = await story.judge();
  assert.equal(report.exit, 3);
  assert.ok(story.runs.every(({ image }) => image.manifest === story.candidate));
});

const stumbled = { end: { kind: 'engine-error', message: 'lost the container' } } as const;

test('a run that breaks in an engine which still answers is repeated', async (t) => {
  const story = await tell(t);
  story.behave(story.candidate, (_spec, run) => (run === 1 ? stumbled : { stdout: tap({ works: true }) }));
  const report = await story.judge();
  assert.equal(report.verdict.verdict.kind, 'promote');
});

test('an engine that is gone ends the gate at once, and leaves the bundle as it was', async (t) => {
  const story = await tell(t);
  story.behave(story.baseline, (_spec, _run) => stumbled);
  let asked = 0;
  const all = story.tools.engines;
  const engines: Tools['engines'] = {
    ...all,
    find: (...wanted) => {
      asked += 1;
      return asked === 1 ? all.find(...wanted) : Promise.reject(new Failure('engine-unreachable', 'gone'));
    },
  };
  const order = {
    config: story.config,
    bundle: story.bundle,
    images: [],
    bundleName: 'bundle',
    madeBy: 'test',
    ledger: undefined,
  };
  await assert.rejects(gate(order, { ...story.tools, engines }, story.watching), fails('engine-unreachable'));
  assert.equal(story.runs.filter(({ image }) => image.manifest === story.baseline).length, 1);
  await assert.rejects(story.promote(), fails('verdict-missing'));
});

test('a test that fails at times on both sides neither blocks nor hides', async (t) => {
  const story = await tell(t);
  story.behave(story.baseline, (_spec, run) => ({ stdout: tap({ steady: true, flaky: run !== 2 }) }));
  story.behave(story.candidate, (_spec, run) => ({ stdout: tap({ steady: true, flaky: run !== 1 }) }));
  const report = await story.judge();
  assert.equal(report.verdict.verdict.kind, 'promote');
});

test('without a gate there is no promotion, and a bundle that was built anew needs a new one', async (t) => {
  const story = await tell(t);
  await assert.rejects(story.promote(), fails('verdict-missing'));
  await story.judge();
  await story.push('ci', 'next', 'newer still');
  await buildBundle({ config: story.config, images: [], out: story.bundle }, story.tools, story.watching);
  await assert.rejects(story.promote(), fails('verdict-missing'));
  assert.equal(await story.stands(), story.baseline);
});

test('a name that somebody moved between gate and promotion is left where they put it', async (t) => {
  const story = await tell(t);
  await story.judge();
  const theirs = await story.push('ci', 'latest', 'somebody else’s');
  await assert.rejects(story.promote(), fails('baseline-moved'));
  assert.equal(await story.stands(), theirs);
});

test('another policy than the one that judged promotes nothing', async (t) => {
  const story = await tell(t);
  await story.judge();
  const loosened = await makeWorld(t, plainConfig.replace('sh test.sh', 'true'));
  const order = { config: loosened.config, bundle: story.bundle, approval: undefined };
  await assert.rejects(planPromotion(order, story.tools), fails('verdict-missing'));
});

test('a name that does not exist yet gets an absolute gate, and a failing test needs a person', async (t) => {
  const story = await tell(t, plainConfig.replace('ci:latest', 'ci:stable'));
  story.behave(story.candidate, () => ({ stdout: tap({ a: true, b: false }) }));
  const report = await story.judge();
  assert.equal(report.verdict.verdict.kind, 'hold: needs approval');
  await assert.rejects(story.promote(), fails('verdict-forbids'));
  await story.promote('b has never worked');
  assert.equal((await story.repository('ci').resolve('stable'))?.digest, story.candidate);
});

test('evidence, verdict and raw reports travel with the candidate into the registry', async (t) => {
  const story = await tell(t);
  await story.judge();
  await story.promote();
  const repository = story.repository('ci');
  const [artifact] = await repository.referrers(story.candidate);
  assert.ok(artifact !== undefined);
  const manifest = await repository.manifest(artifact.digest);
  assert.ok(manifest.kind === 'manifest');
  const titles = manifest.layers.map(({ annotations }) => annotations?.['org.opencontainers.image.title']);
  assert.deepEqual(titles, [
    'verdict.json',
    'unit/linux-amd64/evidence.jsonl',
    'unit/linux-amd64/baseline-test-result.json',
    'unit/linux-amd64/candidate-test-result.json',
    'unit/linux-amd64/comparison.json',
    'verification-summary.json',
    'unit/linux-amd64/reports.tar',
  ]);
  const archive = manifest.layers.find(({ mediaType }) => mediaType === mediaTypes.reports);
  assert.ok(archive);
  const names: string[] = [];
  for await (const { name } of readTar(repository.blob(archive), (why) => new Error(why))) names.push(name);
  const printed = digestOf(tap({ works: true }));
  assert.deepEqual(names, [printed.slice('sha256:'.length)], 'both sides printed the same report, kept once');
});

test('a candidate that serves fewer platforms than its baseline is rejected', async (t) => {
  const story = await tell(t);
  await story.pushIndex('ci', 'latest', { amd64: 'old', arm64: 'old for arm' });
  const report = await story.judge();
  assert.equal(report.verdict.verdict.kind, 'reject: regression');
  assert.match(report.verdict.verdict.sentence, /linux\/arm64/);
});

test('all platforms of an index are judged, and the worst counts', async (t) => {
  const story = await tell(t);
  await story.pushIndex('ci', 'latest', { amd64: 'old', arm64: 'old for arm' });
  await story.pushIndex('ci', 'next', { amd64: 'new', arm64: 'new for arm' });
  await buildBundle({ config: story.config, images: [], out: story.bundle }, story.tools, story.watching);
  const arm = await story
    .repository('ci')
    .manifest((await story.repository('ci').resolve('next'))?.digest ?? story.candidate);
  assert.ok(arm.kind === 'index');
  const broken = arm.manifests.find(({ platform }) => platform?.architecture === 'arm64');
  assert.ok(broken !== undefined);
  story.behave(broken.digest, () => ({ stdout: tap({ works: false }) }));
  const report = await story.judge();
  assert.deepEqual(
    report.units.map(({ verdict }) => [verdict.platform, verdict.verdict.kind]),
    [
      ['linux/amd64', 'promote'],
      ['linux/arm64', 'reject: regression'],
    ],
  );
  assert.equal(report.exit, 3);
});

test('a baseline that was put into the bundle is judged against without asking a registry', async (t) => {
  const story = await tell(t);
  const { config, tools, watching, bundle } = story;
  await resolveBaselines({ config, bundle }, tools, watching);
  const deaf: Tools = {
    ...tools,
    registries: { open: () => assert.fail('no registry is asked') },
  };
  const report = await gate(
    { config, images: [], bundle, bundleName: 'bundle', madeBy: 'test', ledger: undefined },
    deaf,
    watching,
  );
  assert.equal(report.verdict.members[0]?.baseline, story.baseline);
  assert.equal(report.exit, 0);
  await story.promote();
  assert.equal(await story.stands(), story.candidate);
});

test('an image or bundle that is not there is named', async (t) => {
  const story = await tell(t);
  const { config, tools, watching, bundle } = story;
  const order = { config, images: ['cj'], bundle, bundleName: 'bundle', madeBy: 'test', ledger: undefined };
  await assert.rejects(gate(order, tools, watching), fails('name-unknown'));
  await assert.rejects(
    gate({ ...order, images: [], bundle: `${bundle}-gone` }, tools, watching),
    fails('bundle-missing'),
  );
});

test('an interruption ends the gate and leaves no verdict', async (t) => {
  const story = await tell(t);
  const interruption = new AbortController();
  story.behave(story.candidate, () => {
    interruption.abort(new Error('Ctrl-C'));
    return { stdout: tap({ works: true }) };
  });
  const { config, tools, bundle } = story;
  const watching = { observe: () => undefined, signal: interruption.signal };
  await assert.rejects(
    gate(
      { config, images: [], bundle, bundleName: 'bundle', madeBy: 'test', ledger: undefined },
      tools,
      watching,
    ),
    /Ctrl-C/,
  );
  await assert.rejects(story.promote(), fails('verdict-missing'));
});

test('a status that no failure explains does not block where the baseline ends with it too, and counts where it does not', async (t) => {
  const ended = { end: { kind: 'exited', status: 2 }, stdout: tap({ works: true }) } as const;
  const both = await tell(t);
  for (const image of [both.baseline, both.candidate]) both.behave(image, () => ended);
  assert.equal((await both.judge()).verdict.verdict.kind, 'promote');
  const worse = await tell(t);
  worse.behave(worse.candidate, () => ended);
  assert.equal((await worse.judge()).verdict.verdict.kind, 'reject: regression');
});

async function rewriteBundle(story: Story, change: (bundle: Bundle) => Bundle): Promise<void> {
  const layout = await story.tools.layouts.open(story.bundle);
  const bytes = await layout.document(bundleDocument);
  assert.ok(bytes !== undefined);
  await layout.putDocument(bundleDocument, formatBundle(change(parseBundle(bytes, story.bundle))));
}

test('a bundle that lists other images than the digest it would promote is refused before anything is tried', async (t) => {
  const story = await tell(t);
  const layout = await story.tools.layouts.open(story.bundle);
  const other = await story.push('ci', 'other', 'never tried');
  await copyImage(story.repository('ci'), layout, other);
  await rewriteBundle(story, (bundle) => ({
    ...bundle,
    members: bundle.members.map((member) => ({ ...member, digest: other })),
  }));
  await assert.rejects(story.judge(), fails('bundle-invalid'));
  assert.deepEqual(story.runs, []);
});

test('a baseline that moved stops a promotion to another name, too', async (t) => {
  const story = await tell(t, plainConfig.replace('image:', `promote: [${registry}/ci:stable]\n    image:`));
  await story.judge();
  await story.push('ci', 'latest', 'somebody else’s');
  await assert.rejects(story.promote(), fails('baseline-moved'));
  assert.equal(await story.repository('ci').resolve('stable'), undefined);
});

test('a bundled baseline that is not what the name stands for promotes nothing', async (t) => {
  const story = await tell(t, plainConfig.replace('image:', `promote: [${registry}/ci:stable]\n    image:`));
  story.behave(story.candidate, () => ({ stdout: tap({ works: false }) }));
  await resolveBaselines(story, story.tools, story.watching);
  await rewriteBundle(story, (bundle) => ({
    ...bundle,
    baselines: bundle.baselines.map((baseline) => ({ ...baseline, digest: story.candidate })),
  }));
  await story.judge();
  await assert.rejects(story.promote(), fails('baseline-moved'));
});

test('a verdict against another baseline than the configured one promotes nothing', async (t) => {
  const story = await tell(t);
  await story.judge();
  const { config } = await makeWorld(t, plainConfig.replace('ci:latest', 'ci:strict'));
  await assert.rejects(
    planPromotion({ config, bundle: story.bundle, approval: undefined }, story.tools),
    fails('verdict-missing'),
  );
});

test('the last verdict counts, even when the clock that made it runs behind', async (t) => {
  const story = await tell(t);
  await story.judge();
  story.behave(story.candidate, () => ({ stdout: tap({ works: false }) }));
  const past = {
    ...story.tools,
    clock: { ...story.tools.clock, now: () => new Date('2001-01-01T00:00:00Z'), monotonicMs: () => 0 },
  };
  const { config, bundle, watching } = story;
  const report = await gate(
    { config, bundle, images: [], bundleName: 'bundle', madeBy: 'test', ledger: undefined },
    past,
    watching,
  );
  assert.equal(report.exit, 3);
  await assert.rejects(story.promote(), fails('verdict-forbids'));
});

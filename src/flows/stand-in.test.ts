import assert from 'node:assert/strict';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { pushLayers, type LayeredImage } from '../../test/support/layered-image.ts';
import { makeWorld, plainConfig, tap, type World } from '../../test/support/world.ts';
import { isFailure, type FailureCode } from '../base/failure.ts';
import { collectBytes } from '../base/stream.ts';
import { bundleDocument, formatBundle, type Bundle } from '../model/bundle.ts';
import type { Digest } from '../model/digest.ts';
import type { GateReport } from '../model/gate-report.ts';
import { imageEquivalenceSchema, imageEquivalenceType } from '../model/image-equivalence-schema.ts';
import { parseImageConfig } from '../model/manifest.ts';
import { mediaTypes } from '../model/media-type.ts';
import { parsePromotion, promotionDocument } from '../model/promotion.ts';
import { findArtifacts, readArtifactLayer } from '../ports/artifact.ts';
import type { LayerCache } from '../ports/layer-cache.ts';
import type { Layout } from '../ports/layout.ts';
import { buildBundle } from './build.ts';
import { verifyBundle } from './bundle-verify.ts';
import { gate } from './gate.ts';
import { readBundle } from './open-bundle.ts';
import { planPromotion, promoteBundle } from './promote.ts';
import type { Tools } from './tools.ts';

const commit = '1'.repeat(40);
const app = (content: string): LayeredImage['layers'][number][number] => ({ name: 'opt/app/main', content });
const log = (content: string): LayeredImage['layers'][number][number] => ({
  name: 'var/log/build.log',
  content,
});

/** A cache that somebody else filled, as CI systems restore them: a proof does not ask it. */
const poisoned: LayerCache = {
  get: () => Promise.reject(new Error('a proof asked the cache')),
  put: () => Promise.resolve(),
  remove: () => Promise.resolve(),
};

interface Story extends World {
  /** Builds a bundle out of an image of these layers. */
  readonly build: (name: string, image: LayeredImage, source?: Partial<Bundle['source']>) => Promise<Digest>;
  readonly judge: (name: string, equivalentTo?: string, images?: readonly string[]) => Promise<GateReport>;
  readonly promote: (name: string, equivalentTo: string, by?: Tools) => Promise<void>;
  readonly plan: (name: string, equivalentTo: string) => Promise<unknown>;
  readonly open: (name: string) => Promise<Layout>;
  /** Where the name stands now. */
  readonly stands: () => Promise<Digest | undefined>;
}

/** An image in use, and a bundle `tested` with a candidate that is as good. */
async function tell(t: TestContext, text = plainConfig): Promise<Story> {
  const world = await makeWorld(t, text);
  const { config, tools, watching, repository, folder } = world;
  await world.push('ci', 'latest', 'old');
  const place = (name: string): string => path.join(folder, name);
  const rebuildOf = (name: string): { bundle: string; comparedBy: string } => ({
    bundle: place(name),
    comparedBy: 'test',
  });
  const story: Story = {
    ...world,
    build: async (name, image, source = {}) => {
      const digest = await pushLayers(repository('ci'), { ...image, tag: 'next' });
      await buildBundle({ config, images: [], out: place(name) }, tools, watching);
      const layout = await tools.layouts.open(place(name));
      const bundle = await readBundle(layout);
      const own = { ...bundle, source: { commit, tree: undefined, dirty: false, ...source } };
      await layout.putDocument(bundleDocument, formatBundle(own));
      return digest;
    },
    judge: (name, equivalentTo, images = []) =>
      gate(
        {
          config,
          bundle: place(name),
          bundleName: name,
          images,
          madeBy: 'test',
          ledger: undefined,
          equivalentTo:
            equivalentTo === undefined
              ? undefined
              : { bundle: place(equivalentTo), bundleName: equivalentTo },
        },
        tools,
        watching,
      ),
    promote: async (name, equivalentTo, by = tools) => {
      const order = { config, bundle: place(name), approval: undefined, rebuildOf: rebuildOf(equivalentTo) };
      await promoteBundle(order, { ...by, layerCache: poisoned }, watching);
    },
    plan: (name, equivalentTo) =>
      planPromotion(
        { config, bundle: place(name), approval: undefined, rebuildOf: rebuildOf(equivalentTo) },
        tools,
      ),
    open: (name) => tools.layouts.open(place(name)),
    stands: async () => (await repository('ci').resolve('latest'))?.digest,
  };
  await story.build('tested', { layers: [[app('one'), log('monday')]] });
  return story;
}

function refuses(code: FailureCode, message: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(isFailure(error, code), String(error));
    assert.match(error.message, message);
    return true;
  };
}

test('a rebuild that differs in a log alone is promoted for what was tested, and the proof goes with it', async (t) => {
  const story = await tell(t);
  await story.judge('tested');
  const tested = await readBundle(await story.open('tested'));
  const rebuilt = await story.build('rebuilt', { layers: [[app('one'), log('friday')]] });
  await story.promote('rebuilt', 'tested');
  assert.equal(await story.stands(), rebuilt);
  const [proof, ...others] = await findArtifacts(story.repository('ci'), rebuilt, mediaTypes.equivalence);
  assert.ok(proof !== undefined && others.length === 0);
  const statement: unknown = JSON.parse(
    Buffer.from(await readArtifactLayer(story.repository('ci'), proof, mediaTypes.statement)).toString(),
  );
  assert.ok(typeof statement === 'object' && statement !== null && 'predicate' in statement);
  assert.ok('predicateType' in statement && statement.predicateType === imageEquivalenceType);
  const { platforms, tested: before, source } = imageEquivalenceSchema.parse(statement.predicate);
  assert.equal(`sha256:${before.digest['sha256']}`, tested.members[0]?.digest);
  assert.deepEqual(source, [{ name: 'source commit', digest: { gitCommit: commit } }]);
  assert.deepEqual(
    platforms.map(({ noise }) => noise.map(({ rule, files }) => [rule, files])),
    [[['logs', 1]]],
  );
  assert.deepEqual(
    proof.layers.map(({ annotations }) => annotations?.['org.opencontainers.image.title']),
    [
      'image-equivalence.json',
      'verification-summary.json',
      'tested/verdict.json',
      'tested/unit/linux-amd64/evidence.jsonl',
      'tested/unit/linux-amd64/baseline-test-result.json',
      'tested/unit/linux-amd64/candidate-test-result.json',
      'tested/unit/linux-amd64/comparison.json',
      'tested/verification-summary.json',
      'tested/unit/linux-amd64/reports.tar',
    ],
  );
  const journal = await (await story.open('rebuilt')).document(promotionDocument);
  const [move] = parsePromotion(journal ?? new Uint8Array(), 'rebuilt').moves;
  assert.deepEqual([move?.to, move?.tested], [rebuilt, tested.members[0]?.digest]);
});

test('promoted twice is promoted once, and the bundle with the proof in it is sound', async (t) => {
  const story = await tell(t);
  await story.judge('tested');
  const rebuilt = await story.build('rebuilt', { layers: [[app('one'), log('friday')]] });
  await story.promote('rebuilt', 'tested');
  await story.promote('rebuilt', 'tested');
  assert.equal(await story.stands(), rebuilt);
  assert.equal((await story.repository('ci').referrers(rebuilt)).length, 1);
  const { bundle } = await verifyBundle(path.join(story.folder, 'rebuilt'), undefined, story.tools.layouts);
  assert.equal(bundle.members[0]?.digest, rebuilt);
});

test('a plan proves as much, and keeps nothing', async (t) => {
  const story = await tell(t);
  await story.judge('tested');
  const rebuilt = await story.build('rebuilt', { layers: [[app('one'), log('friday')]] });
  await story.plan('rebuilt', 'tested');
  assert.deepEqual(await (await story.open('rebuilt')).referrers(rebuilt), []);
});

const differing: readonly (readonly [name: string, image: LayeredImage, message: RegExp])[] = [
  ['one other byte', { layers: [[app('onE'), log('monday')]] }, /opt\/app\/main \(content\)/],
  ['another mode', { layers: [[{ ...app('one'), mode: 0o4755 }, log('monday')]] }, /opt\/app\/main \(mode\)/],
  [
    'a file more',
    { layers: [[app('one'), log('monday')], [{ name: 'sbin/x', content: 'x' }]] },
    /sbin\/x \(added\)/,
  ],
  ['a file less', { layers: [[log('monday')]] }, /opt\/app\/main \(removed\)/],
  ['another user', { layers: [[app('one'), log('monday')]], settings: { User: 'root' } }, /the setting user/],
  [
    'another processor',
    { layers: [[app('one'), log('monday')]], architecture: 'arm64' },
    /is for linux\/arm64/,
  ],
  [
    'a check of health',
    { layers: [[app('one'), log('monday')]], settings: { Healthcheck: { Test: ['CMD', 'true'] } } },
    /the setting healthcheck/,
  ],
];

for (const [name, image, message] of differing) {
  test(`a rebuild with ${name} is refused, and the difference is named`, async (t) => {
    const story = await tell(t);
    await story.judge('tested');
    const before = await story.stands();
    await story.build('rebuilt', image);
    await assert.rejects(story.promote('rebuilt', 'tested'), refuses('rebuild-differs', message));
    assert.equal(await story.stands(), before);
  });
}

const sources: readonly (readonly [name: string, source: Partial<Bundle['source']>, message: RegExp])[] = [
  ['another commit', { commit: '2'.repeat(40) }, /of commit 2{40}, and the tested images are of 1{40}/],
  ['no commit', { commit: undefined }, /the rebuild was made of a source without a commit/],
  ['files that were edited', { dirty: true }, /files that differed from their commit/],
];

for (const [name, source, message] of sources) {
  test(`a rebuild of ${name} stands in for nothing, whatever it holds`, async (t) => {
    const story = await tell(t);
    await story.judge('tested');
    await story.build('rebuilt', { layers: [[app('one'), log('monday')]] }, source);
    await assert.rejects(story.promote('rebuilt', 'tested'), refuses('rebuild-differs', message));
  });
}

test('a rejected image has no stand-in', async (t) => {
  const story = await tell(t);
  const [member] = (await readBundle(await story.open('tested'))).members;
  assert.ok(member);
  story.behave(member.digest, () => ({ stdout: tap({ works: false }) }));
  await story.judge('tested');
  await story.build('rebuilt', { layers: [[app('one'), log('friday')]] });
  await assert.rejects(story.promote('rebuilt', 'tested'), refuses('verdict-forbids', /reject/));
});

test('a rebuild that was judged itself is not excused by what another image was found to be', async (t) => {
  const story = await tell(t);
  await story.judge('tested');
  const rebuilt = await story.build('rebuilt', { layers: [[app('one'), log('friday')]] });
  story.behave(rebuilt, () => ({ stdout: tap({ works: false }) }));
  await story.judge('rebuilt');
  await assert.rejects(
    story.promote('rebuilt', 'tested'),
    refuses('verdict-forbids', /a verdict of its own/),
  );
});

test('a verdict on the rebuild that comes in while it is compared counts', async (t) => {
  const story = await tell(t);
  await story.judge('tested');
  const rebuilt = await story.build('rebuilt', { layers: [[app('one'), log('friday')]] });
  story.behave(rebuilt, () => ({ stdout: tap({ works: false }) }));
  const { layouts } = story.tools;
  const open = async (name: string): Promise<Layout> => {
    const layout = await layouts.open(name);
    const exclusively = layout.exclusively.bind(layout);
    return Object.assign(layout, {
      exclusively: async <T>(work: () => Promise<T>) => {
        await story.judge('rebuilt');
        return exclusively(work);
      },
    });
  };
  const tools = { ...story.tools, layouts: { ...layouts, open } };
  await assert.rejects(
    story.promote('rebuilt', 'tested', tools),
    refuses('verdict-forbids', /a verdict of its own/),
  );
});

test('who promotes a rebuild while somebody writes into its bundle leaves nothing in it', async (t) => {
  const story = await tell(t);
  await story.judge('tested');
  const rebuilt = await story.build('rebuilt', { layers: [[app('one'), log('friday')]] });
  const layout = await story.open('rebuilt');
  await layout.exclusively(() =>
    assert.rejects(story.promote('rebuilt', 'tested'), refuses('bundle-busy', /rebuilt/)),
  );
  assert.deepEqual(await layout.referrers(rebuilt), []);
});

test('a tested image whose config names the diff ids of the rebuild, over other layers, is found out', async (t) => {
  const story = await tell(t);
  await story.build('honest', { layers: [[app('one'), log('monday')]] });
  const [honest] = (await readBundle(await story.open('honest'))).members;
  const manifest = await (await story.open('honest')).manifest(honest?.digest ?? never());
  assert.ok(manifest.kind === 'manifest');
  const bytes = await collectBytes((await story.open('honest')).blob(manifest.config), 1e6, never);
  const { diffIds } = parseImageConfig(bytes, manifest.config.digest);
  await story.build('liar', { layers: [[app('two'), log('monday')]], diffIds });
  await story.judge('liar');
  await assert.rejects(story.promote('honest', 'liar'), refuses('content-mismatch', /unpacks to/));
});

function never(): never {
  throw new Error('cannot happen');
}

test('a gate of a rebuild tries nothing where the verdict on the tested image counts', async (t) => {
  const story = await tell(t);
  await story.judge('tested');
  await story.build('rebuilt', { layers: [[app('one'), log('friday')]] });
  const runs = story.runs.length;
  const report = await story.judge('rebuilt', 'tested');
  assert.equal(story.runs.length, runs);
  assert.equal(report.exit, 0);
  assert.match(report.notices[0] ?? '', /nothing was tried now: .*differ in known noise alone, in 1 file$/);
  assert.match(report.verdict.verdict.next, /promote DIR --equivalent-to tested/);
  assert.equal(report.units[0]?.change?.class, 'files changed');
  await story.promote('rebuilt', 'tested');
});

test('a gate of a rebuild that differs runs the suites, and says which file it was', async (t) => {
  const story = await tell(t);
  await story.judge('tested');
  const rebuilt = await story.build('rebuilt', { layers: [[app('two'), log('friday')]] });
  story.behave(rebuilt, () => ({ stdout: tap({ works: false }) }));
  const report = await story.judge('rebuilt', 'tested');
  assert.equal(report.exit, 3);
  assert.match(report.notices.join('\n'), /the suites ran, since .*opt\/app\/main \(content\)/);
});

test('a gate of a rebuild runs the suites where the image in use has moved since', async (t) => {
  const story = await tell(t);
  await story.judge('tested');
  await story.build('rebuilt', { layers: [[app('one'), log('friday')]] });
  await story.push('ci', 'latest', 'newer');
  const runs = story.runs.length;
  const report = await story.judge('rebuilt', 'tested');
  assert.ok(story.runs.length > runs);
  assert.match(report.notices.join('\n'), /its name stands at sha256:[0-9a-f]+ now/);
});

test('a gate of a rebuild runs the suites where the tested bundle has no verdict', async (t) => {
  const story = await tell(t);
  await story.build('rebuilt', { layers: [[app('one'), log('friday')]] });
  const report = await story.judge('rebuilt', 'tested');
  assert.equal(report.exit, 0);
  assert.match(report.notices.join('\n'), /have no verdict/);
});

test('an earlier verdict is on all images, and is not asked for some of them', async (t) => {
  const story = await tell(t);
  await story.judge('tested');
  await story.build('rebuilt', { layers: [[app('one'), log('friday')]] });
  await assert.rejects(story.judge('rebuilt', 'tested', ['ci']), refuses('usage', /all images/));
});

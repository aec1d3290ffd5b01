import assert from 'node:assert/strict';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { makeWorld, registry, type World } from '../../test/support/world.ts';
import { hostileText } from '../../test/support/sample-hostile.ts';
import { isFailure } from '../base/failure.ts';
import type { Digest } from '../model/digest.ts';
import type { GateReport } from '../model/gate-report.ts';
import { runItself } from '../model/observation.ts';
import { buildBundle } from './build.ts';
import { gate } from './gate.ts';
import { showVerdict } from './show-verdict.ts';

const configText = `version: 1
images:
  ci: { baseline: ${registry}/ci:latest, image: ${registry}/ci:next }
suites:
  unit: { command: [run], source: false, results: { format: junit, stdout: true } }
`;

interface Story extends World {
  readonly bundle: string;
  readonly baseline: Digest;
  readonly candidate: Digest;
  readonly judge: () => Promise<GateReport>;
}

async function tell(t: TestContext): Promise<Story> {
  const world = await makeWorld(t, configText);
  const { config, tools, watching, push } = world;
  const baseline = await push('ci', 'latest', 'old');
  const candidate = await push('ci', 'next', 'new');
  const bundle = path.join(world.folder, 'bundle');
  await buildBundle({ config, images: [], out: bundle }, tools, watching);
  const order = { config, bundle, images: [], bundleName: 'bundle', madeBy: 'test', ledger: undefined };
  return { ...world, bundle, baseline, candidate, judge: () => gate(order, tools, watching) };
}

const passes = (name: string): string => `<testcase name="${name}"/>`;
const breaks = (name: string, message = 'no'): string =>
  `<testcase name="${name}"><failure message="${message}"/></testcase>`;
const junit = (...cases: readonly string[]): string => `<testsuite>${cases.join('')}</testsuite>`;
const exited = (status: number) => ({ end: { kind: 'exited', status } }) as const;
const sound = { stdout: junit(passes('a'), passes('b')) } as const;

test('a forged report that hides failures does not explain the status of the command', async (t) => {
  const story = await tell(t);
  story.behave(story.baseline, () => sound);
  story.behave(story.candidate, () => ({ ...sound, ...exited(1) }));
  const { verdict, units } = await story.judge();
  assert.equal(verdict.verdict.kind, 'reject: regression');
  assert.match(
    verdict.verdict.sentence,
    /: the command ended with status 1 although no test failed \(confirmed: it fails in 3 of 3 reruns of the candidate/,
  );
  const [finding] = units[0]?.verdict.findings ?? [];
  assert.deepEqual([finding?.test, finding?.kind], [runItself, 'regressed']);
});

test('a forged report that lacks what fails has lost it', async (t) => {
  const story = await tell(t);
  story.behave(story.baseline, () => sound);
  story.behave(story.candidate, () => ({ stdout: junit(passes('a'), passes('another'), passes('more')) }));
  const { verdict } = await story.judge();
  assert.equal(verdict.verdict.kind, 'reject: regression');
  assert.match(verdict.verdict.sentence, /1 of 2 tests .* does not run in the candidate; first: b/);
});

test('a forged report beside the right one does not replace it: a name that repeats is another test', async (t) => {
  const story = await tell(t);
  story.behave(story.baseline, () => sound);
  const both = `<testsuites>${junit(passes('a'), breaks('b'))}${junit(passes('a'), passes('b'))}</testsuites>`;
  story.behave(story.candidate, () => ({ stdout: both, ...exited(1) }));
  const { verdict, units } = await story.judge();
  assert.equal(verdict.verdict.kind, 'reject: regression');
  const kinds = units[0]?.verdict.findings.map(({ test: name, kind }) => `${name}: ${kind}`);
  assert.deepEqual(kinds, ['b: regressed', 'a #2: gained', 'b #2: gained', 'a: same']);
});

test('a suite that runs other tests on each run is held, in both images alike', async (t) => {
  const story = await tell(t);
  let runs = 0;
  const other = () => ({ stdout: junit(passes(`at ${(runs += 1)}`), passes(`drawn ${runs * 7}`)) });
  for (const image of [story.baseline, story.candidate]) story.behave(image, other);
  const { verdict } = await story.judge();
  assert.deepEqual([verdict.verdict.kind, verdict.verdict.mover], ['hold: no evidence', 'test author']);
  // Whoever reads the evidence comes to the same.
  const shown = await showVerdict({ bundle: story.bundle, bundleName: 'bundle' }, story.tools.layouts);
  assert.deepEqual(shown.verdict.verdict, verdict.verdict);
});

test('two gates at once on one bundle: one judges, and the other is told to wait', async (t) => {
  const story = await tell(t);
  for (const image of [story.baseline, story.candidate]) story.behave(image, () => sound);
  const both = await Promise.allSettled([story.judge(), story.judge()]);
  const [failed, ...others] = both.filter((each) => each.status === 'rejected');
  assert.deepEqual(others, []);
  assert.ok(isFailure(failed?.reason, 'bundle-busy'), String(failed?.reason));
  assert.ok(failed.reason.retryable);
  const shown = await showVerdict({ bundle: story.bundle, bundleName: 'bundle' }, story.tools.layouts);
  assert.equal(shown.verdict.verdict.kind, 'promote');
  assert.equal((await story.judge()).verdict.verdict.kind, 'promote');
});

test('ten thousand tests of one name are told apart by their order, and the one that broke is named', async (t) => {
  const story = await tell(t);
  const count = 10_000;
  const cases = Array.from({ length: count }, () => passes('same'));
  story.behave(story.baseline, () => ({ stdout: junit(...cases) }));
  story.behave(story.candidate, () => ({ stdout: junit(...cases.with(4999, breaks('same'))), ...exited(1) }));
  const { verdict, units } = await story.judge();
  assert.equal(verdict.verdict.kind, 'reject: regression');
  assert.match(verdict.verdict.sentence, /1 of 10000 tests .*; first: same #5000$/);
  assert.deepEqual(units[0]?.verdict.observed, { baseline: count, candidate: count });
});

test('names of every hostile kind are the same test on both sides, and harmless in a sentence', async (t) => {
  const story = await tell(t);
  const escaped = hostileText
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('"', '&quot;')
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\uffff]/g, '');
  story.behave(story.baseline, () => ({ stdout: junit(passes('b'), passes(escaped)) }));
  story.behave(story.candidate, () => ({
    stdout: junit(passes('b'), breaks(escaped, escaped)),
    ...exited(1),
  }));
  const { verdict, units } = await story.judge();
  assert.equal(verdict.verdict.kind, 'reject: regression', verdict.verdict.sentence);
  assert.deepEqual(
    units[0]?.verdict.findings.map(({ kind }) => kind),
    ['regressed', 'same'],
  );
  assert.doesNotMatch(verdict.verdict.sentence, /[\u0000-\u001f\u007f-\u009f\u202e]/);
});

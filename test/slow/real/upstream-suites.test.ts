import assert from 'node:assert/strict';
import { after, test, type TestContext } from 'node:test';
import type { FindingKind } from '../../../src/model/finding.ts';
import type { ReportDocument, ReportSuite } from '../../../src/model/report-document.ts';
import { realEngine } from '../../support/engine.ts';
import { requirePeer } from '../../support/peers.ts';
import { openUpstream, type Upstream, type UpstreamSuite } from '../../support/upstream-suites.ts';

let opened: Promise<Upstream> | undefined;
after(async () => (await opened)?.close());

async function upstream(t: TestContext): Promise<Upstream | undefined> {
  const engine = await realEngine('docker', t);
  const peers = ['registry', 'mmdebstrap', 'npm'] as const;
  if (engine === undefined || !peers.every((peer) => requirePeer(peer, t))) return undefined;
  return (opened ??= openUpstream(engine));
}

test('resolve 1.12.0: 27 tests fail on both; what Node 20 adds fails under a name that stands twice', async (t) => {
  const here = await upstream(t);
  if (here === undefined) return;
  const suite = only(await here.gate('moved', 'resolve-core'));
  assert.equal(suite.verdict.kind, 'hold: needs approval');
  assert.deepEqual(suite.observed, { baseline: 317, candidate: 321 });
  assert.deepEqual(kindsOf(suite), { 'new-failing': 2, 'still-failing': 27, gained: 2, same: 290 });
  const name = 'inspector/promises is a core module';
  assert.deepEqual(namesOf(suite, 'new-failing'), [name, `${name} #2`]);
});

test('all of resolve 1.12.0 stops half-way on both: nothing is concluded from what came before', async (t) => {
  const here = await upstream(t);
  if (here === undefined) return;
  const suite = only(await here.gate('moved', 'resolve-all'));
  assert.equal(suite.verdict.kind, 'hold: infrastructure');
  const runs = suite.trials.filter(({ step }) => step !== 'preflight');
  assert.equal(runs.length, 8, 'each side was run three times more');
  for (const { side, counts, broken } of runs) {
    assert.match(broken ?? '', /no plan/);
    assert.deepEqual([counts.passed, counts.failed], side === 'baseline' ? [371, 27] : [373, 29]);
  }
});

test('node-gyp 9.4.0: 24 tests of gyp pass on Python 3.11, and none can be collected on 3.13', async (t) => {
  const here = await upstream(t);
  if (here === undefined) return;
  const suite = only(await here.gate('moved', 'gyp'));
  assert.equal(suite.verdict.kind, 'reject: regression');
  assert.deepEqual(kindsOf(suite), { regressed: 4, 'lost-coverage': 24 });
  assert.equal(suite.errors.length, 4);
  assert.ok(suite.errors.every(({ detail }) => detail?.includes("No module named 'distutils'") === true));
});

test('tornado: none of its test classes can be collected by a newer pytest, and that is a reject', async (t) => {
  const here = await upstream(t);
  if (here === undefined) return;
  const suite = only(await here.gate('moved', 'tornado'));
  assert.equal(suite.verdict.kind, 'reject: regression');
  const passed = suite.trials.find(({ step, side }) => step === 'screen' && side === 'baseline')?.counts
    .passed;
  assert.ok(passed !== undefined && passed > 400);
  assert.equal(kindsOf(suite)['lost-coverage'], passed);
});

test('qs 6.9.0: 405 tests pass on both', async (t) => {
  const here = await upstream(t);
  if (here === undefined) return;
  const suite = only(await here.gate('moved', 'qs'));
  assert.equal(suite.verdict.kind, 'promote');
  assert.deepEqual(kindsOf(suite), { same: 405 });
});

const rounds = 50;
const roundsMs = 3_600_000;

for (const [suite, tests, why] of [
  ['qs', 405, 'which is sound'],
  ['tornado', 547, 'which waits for ports, timers and processes'],
] as const) {
  test(
    `identical images, ${rounds} gates on ${suite}, ${why}: no reject`,
    { timeout: roundsMs },
    async (t) => {
      const here = await upstream(t);
      if (here === undefined) return;
      const gates = await gateOften(here, suite);
      for (const line of summaryOf(gates)) t.diagnostic(line);
      const rejected = gates.filter(({ verdict }) => verdict.kind.startsWith('reject'));
      assert.deepEqual(rejected, []);
      const promoted = gates.filter(({ verdict }) => verdict.kind === 'promote').length;
      assert.ok(promoted >= (suite === 'qs' ? rounds : 0.9 * rounds), `${promoted} of ${rounds} promoted`);
      for (const { observed } of gates) assert.deepEqual(observed, { baseline: tests, candidate: tests });
    },
  );
}

async function gateOften(here: Upstream, suite: UpstreamSuite): Promise<readonly ReportSuite[]> {
  const gates: ReportSuite[] = [];
  for (let round = 0; round < rounds; round += 1) gates.push(only(await here.gate('identical', suite)));
  return gates;
}

/** What the verdicts were, which tests did not do the same on both sides, and what it took. */
function summaryOf(gates: readonly ReportSuite[]): readonly string[] {
  const tests = gates.map(({ observed }) => observed.baseline);
  const runs = gates.map(({ trials }) => trials.filter(({ step }) => step !== 'preflight'));
  const whole = runs.map((each) => each.filter(({ only: asked }) => asked === undefined).length);
  const uneven = gates.flatMap(({ findings }) =>
    findings.filter(({ kind }) => kind !== 'still-failing').map(({ kind, test: name }) => `${kind}: ${name}`),
  );
  return [
    `tests: ${Math.min(...tests)} to ${Math.max(...tests)}`,
    `whole runs: ${sum(whole)}; of some tests only: ${sum(runs.map(({ length }) => length)) - sum(whole)}`,
    ...tallied(gates.map(({ verdict }) => verdict.kind)),
    ...tallied(uneven),
  ];
}

function tallied(words: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts]
    .toSorted(([, left], [, right]) => right - left)
    .map(([word, count]) => `${count} × ${word}`);
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

function only({ suites: [suite, ...others] }: ReportDocument): ReportSuite {
  assert.deepEqual(others, []);
  return suite ?? assert.fail('no suite was judged');
}

/** How many findings there are of each kind that occurs. */
function kindsOf({ counts }: ReportSuite): Partial<Record<FindingKind, number>> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}

function namesOf({ findings }: ReportSuite, kind: FindingKind): readonly string[] {
  return findings.filter((finding) => finding.kind === kind).map(({ test: name }) => name);
}

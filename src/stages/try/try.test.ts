import assert from 'node:assert/strict';
import { test } from 'node:test';
import { report, sample } from '../../../test/support/reports/sample.ts';
import { limits as bounds } from '../../base/limits.ts';
import { digestOf } from '../../model/digest.ts';
import { asTestId, type TestId, type TestParts } from '../../model/observation.ts';
import type { Suite } from '../../model/suite.ts';
import type { Trial, TrialEnd, TrialRequest } from '../../model/trial.ts';
import type {
  Collected,
  CollectedFile,
  ContainerRun,
  ContainerSource,
  ContainerSpec,
  Runner,
  SourceFile,
} from '../../ports/runner.ts';
import { tryOnce, type TryInput, type TryOutcome } from './try.ts';

const image = { id: digestOf('id'), manifest: digestOf('manifest'), fresh: false, sent: [] };
const source: ContainerSource = { mount: '/src', files: () => ReadableStream.from([]) };
const screen: TrialRequest = { step: 'screen', side: 'candidate', round: 2, only: undefined };
const exited = (status: number): TrialEnd => ({ kind: 'exited', status });
const files = (...all: readonly CollectedFile[]): Collected => ({ kind: 'files', files: all });

const junit: Suite = {
  name: 'unit',
  command: { kind: 'shell', line: 'make test' },
  source: '.',
  mount: '/src',
  workdir: '/src',
  env: { CI: '1' },
  results: { format: 'junit', from: { kind: 'files', glob: 'out/*.xml' } },
  rerun: { command: { kind: 'shell', line: 'pytest {tests}' }, test: '{name}', separator: undefined },
  timeoutMs: 90_000,
  network: 'default',
  user: '1000',
  mustPass: [],
  sentinel: { kind: 'argv', argv: ['false'] },
};
const tap: Suite = { ...junit, results: { format: 'tap', from: { kind: 'stdout' } } };
const exitStatus: Suite = { ...junit, results: { format: 'exit-status' } };

interface Happening {
  readonly suite?: Suite;
  readonly request?: TrialRequest;
  readonly parts?: ReadonlyMap<TestId, TestParts>;
  readonly end?: TrialEnd;
  readonly collected?: Collected;
  readonly from?: ContainerSource;
}

/** Runs nothing: the container does what the test says. */
async function happen({
  suite = junit,
  request = screen,
  parts = new Map(),
  end = exited(0),
  collected = files(),
  from = source,
}: Happening): Promise<TryOutcome & { readonly spec: ContainerSpec }> {
  const specs: ContainerSpec[] = [];
  const runner: Runner = {
    run: (spec) => {
      specs.push(spec);
      const output = { bytes: 3, head: 'log', tail: '', omittedBytes: 0 };
      const run: ContainerRun = {
        end,
        collected,
        output,
        startedAt: '2026-01-01T00:00:00.000Z',
        durationMs: 1234,
      };
      return Promise.resolve(run);
    },
  };
  const limits = { timeoutMs: suite.timeoutMs, memoryBytes: 1, cpus: 2, pids: 3, diskBytes: 4 };
  const input: TryInput = { suite, request, image, parts, limits, source: from };
  const outcome = await tryOnce(input, runner);
  const [spec] = specs;
  assert.ok(spec !== undefined && specs.length === 1);
  return { ...outcome, spec };
}

function code({ report: state }: Trial): string {
  return state.kind === 'complete' ? 'complete' : state.code;
}

function why({ report: state }: Trial): string {
  return state.kind === 'complete' ? '' : state.why;
}

const good = '<testsuite><testcase classname="c" name="a"/><testcase classname="c" name="b"/></testsuite>';
const bad =
  '<testsuite><testcase classname="c" name="a"/><testcase classname="c" name="b"><failure message="no"/></testcase></testsuite>';

test('a run of a suite becomes a trial with its reports by digest', async () => {
  const {
    trial,
    files: kept,
    spec,
  } = await happen({ collected: files(report('b.xml', bad), report('a.xml', good)), end: exited(1) });
  assert.deepEqual(trial, {
    ...screen,
    image: image.manifest,
    startedAt: '2026-01-01T00:00:00.000Z',
    durationMs: 1234,
    end: { kind: 'exited', status: 1 },
    report: { kind: 'complete' },
    observations: [
      { id: 'c › a', parts: { class: 'c', name: 'a' }, status: 'passed' },
      { id: 'c › b', parts: { class: 'c', name: 'b' }, status: 'passed' },
      { id: 'c › a #2', parts: { class: 'c', name: 'a' }, status: 'passed' },
      { id: 'c › b #2', parts: { class: 'c', name: 'b' }, status: 'failed', signature: 'no', detail: 'no' },
    ],
    output: { bytes: 3, head: 'log', tail: '', omittedBytes: 0 },
    reports: [
      { path: 'b.xml', digest: digestOf(bad), size: bad.length },
      { path: 'a.xml', digest: digestOf(good), size: good.length },
    ],
  });
  assert.deepEqual(
    kept.map(({ path }) => path),
    ['b.xml', 'a.xml'],
  );
  const { source: copied, ...rest } = spec;
  assert.equal(copied?.mount, source.mount);
  assert.deepEqual(rest, {
    image,
    command: junit.command,
    env: junit.env,
    workdir: '/src',
    user: '1000',
    network: 'default',
    limits: { timeoutMs: 90_000, memoryBytes: 1, cpus: 2, pids: 3, diskBytes: 4 },
    results: {
      kind: 'files',
      directory: '/src/out',
      glob: '*.xml',
      bytesMax: bounds.reportsBytesMax,
      filesMax: bounds.reportFilesMax,
    },
  });
});

test('the real reports of both demo suites are read as they end', async () => {
  const gyp = (
    await happen({ collected: files(report('gyp.xml', sample('gyp-trixie.xml'))), end: exited(2) })
  ).trial;
  assert.deepEqual([code(gyp), gyp.observations.length], ['complete', 7]);
  const resolve = (
    await happen({
      suite: tap,
      collected: files(report('stdout', sample('resolve-trixie.tap'))),
      end: exited(1),
    })
  ).trial;
  assert.deepEqual([code(resolve), resolve.observations.length], ['complete', 321]);
  assert.equal(resolve.observations[0]?.id, 'should be truthy');
});

const ends: readonly (readonly [TrialEnd, RegExp])[] = [
  [{ kind: 'timed-out', afterMs: 90_000 }, /90 seconds/],
  [{ kind: 'out-of-memory', bytesMax: 7 }, /memory of 7 bytes/],
  [{ kind: 'out-of-disk', bytesMax: 7 }, /disk space of 7 bytes/],
  [{ kind: 'engine-error', message: 'lost\u001b[31m' }, /the engine broke: lost\\x1b\[31m/],
  [{ kind: 'not-started', message: 'no such file' }, /could not be started: no such file/],
];

for (const [end, sentence] of ends) {
  test(`a run that is ${end.kind} ended early, whole as its report may look`, async () => {
    const { trial } = await happen({ end, collected: files(report('a.xml', good)) });
    assert.equal(code(trial), 'ended-early');
    assert.match(why(trial), sentence);
    assert.equal(trial.end, end);
    assert.equal(trial.observations.length, 2);
    assert.equal(code((await happen({ suite: exitStatus, end })).trial), 'ended-early');
  });
}

test('no report is missing, and the exit status is told', async () => {
  const { trial } = await happen({ end: exited(127) });
  assert.equal(code(trial), 'missing');
  assert.equal(why(trial), 'no file "out/*.xml" was left (the command ended with status 127)');
  const silent = (await happen({ suite: tap, collected: files(report('stdout', '')) })).trial;
  assert.equal(code(silent), 'missing');
  assert.match(why(silent), /^nothing was written to standard output/);
});

test('reports that may not be read are refused, too large, malformed or truncated', async () => {
  for (const refusal of ['refused', 'too-large'] as const) {
    const { trial } = await happen({ collected: { kind: 'refused', code: refusal, why: 'a link' } });
    assert.deepEqual([code(trial), why(trial)], [refusal, 'a link (the command ended with status 0)']);
  }
  assert.equal(code((await happen({ collected: files(report('a.xml', 'x')) })).trial), 'malformed');
  const cut = (await happen({ collected: files(report('a.xml', good.slice(0, -20))) })).trial;
  assert.deepEqual([code(cut), cut.observations.length], ['truncated', 1]);
});

test('an exit status that no failure explains is left for the judge to compare, unless no test was seen', async () => {
  const { trial } = await happen({ collected: files(report('a.xml', good)), end: exited(3) });
  assert.equal(code(trial), 'complete');
  const none = (await happen({ collected: files(report('a.xml', '<testsuites/>')), end: exited(5) })).trial;
  assert.equal(code(none), 'suite-error');
  assert.match(why(none), /holds none of the tests$/);
});

test('an exit status of 0 with failures is believed: the report knows better', async () => {
  assert.equal(
    code((await happen({ collected: files(report('a.xml', bad)), end: exited(0) })).trial),
    'complete',
  );
  const errored = good.replace('"a"/>', '"a"><error message="failed on setup with x"/></testcase>');
  assert.equal(
    code((await happen({ collected: files(report('a.xml', errored)), end: exited(1) })).trial),
    'complete',
  );
});

test('TAP files found by a wildcard name their tests after themselves, even when there is one', async () => {
  const suite: Suite = { ...junit, results: { format: 'tap', from: { kind: 'files', glob: 'out/*.tap' } } };
  const { trial } = await happen({ suite, collected: files(report('a.tap', '1..1\nok 1 - x\n')) });
  assert.equal(trial.observations[0]?.id, 'a.tap › x');
});

const known = new Map<TestId, TestParts>([
  [asTestId('c › a'), { class: 'c', name: 'a' }],
  [asTestId('c › b'), { class: 'c', name: 'b' }],
  [asTestId('c › r'), { class: 'c', name: 'r' }],
  [asTestId('c › r #2'), { class: 'c', name: 'r' }],
]);
const only = (...ids: readonly string[]): TrialRequest => ({
  step: 'confirm',
  side: 'baseline',
  round: 1,
  only: ids.map(asTestId),
});

test('a part of a suite tells of the tests that were asked for only', async () => {
  const { trial, spec } = await happen({
    request: only('c › b'),
    parts: known,
    collected: files(report('a.xml', good)),
  });
  assert.deepEqual(spec.command, { kind: 'shell', line: "pytest 'b'" });
  assert.deepEqual(
    trial.observations.map(({ id }) => id),
    ['c › b'],
  );
  assert.deepEqual(trial.only, ['c › b']);
});

test('a part of a suite may miss the thresholds of the whole, but not its tests', async () => {
  const request = only('c › b');
  assert.equal(
    code(
      (await happen({ request, parts: known, collected: files(report('a.xml', good)), end: exited(1) }))
        .trial,
    ),
    'complete',
  );
  const other = '<testsuite><testcase classname="c" name="x"/></testsuite>';
  assert.equal(
    code(
      (await happen({ request, parts: known, collected: files(report('a.xml', other)), end: exited(5) }))
        .trial,
    ),
    'suite-error',
  );
});

test('where a test of a name that repeats is asked for, the whole suite runs and tells of all', async () => {
  const { trial, spec } = await happen({
    request: only('c › r #2'),
    parts: known,
    collected: files(report('a.xml', good)),
  });
  assert.equal(spec.command, junit.command);
  assert.equal(trial.observations.length, 2);
});

test('an exit status is one test', async () => {
  const { trial, spec } = await happen({ suite: exitStatus, end: exited(1) });
  assert.deepEqual(spec.results, { kind: 'nothing' });
  assert.deepEqual(
    trial.observations.map(({ id, status }) => [id, status]),
    [['exit status', 'failed']],
  );
});

test('a report of another run that lies in the source is not copied in', async () => {
  const paths = ['a.py', 'out/old.xml', 'out/deep/b.xml', 'c.xml'];
  const link = (path: string): SourceFile => ({ kind: 'link', path, target: 'elsewhere' });
  const from: ContainerSource = { mount: '/src', files: () => ReadableStream.from(paths.map(link)) };
  const copied = async (suite: Suite): Promise<readonly string[]> => {
    const { spec } = await happen({ suite, from });
    const found: string[] = [];
    for await (const file of spec.source?.files() ?? []) found.push(file.path);
    return found;
  };
  assert.deepEqual(await copied(junit), ['a.py', 'out/deep/b.xml', 'c.xml']);
  assert.deepEqual(await copied(tap), paths);
});

test('the preflight is a no-op without source, network and results', async () => {
  const suite = { ...junit, timeoutMs: 1 };
  const { trial, spec } = await happen({ suite, request: { ...screen, step: 'preflight' }, end: exited(1) });
  assert.deepEqual(spec.command, { kind: 'shell', line: ':' });
  assert.deepEqual(
    [spec.source, spec.network, spec.results.kind, spec.limits.timeoutMs],
    [undefined, 'none', 'nothing', bounds.noopTimeoutMs],
  );
  assert.deepEqual([trial.observations, code(trial), trial.end], [[], 'complete', exited(1)]);
  assert.equal(
    code(
      (
        await happen({
          request: { ...screen, step: 'preflight' },
          end: { kind: 'not-started', message: 'x' },
        })
      ).trial,
    ),
    'ended-early',
  );
});

test('the sentinel runs where the suite runs, and only its end counts', async () => {
  const { trial, spec } = await happen({ request: { ...screen, step: 'sentinel' }, collected: files() });
  assert.deepEqual(spec.command, { kind: 'argv', argv: ['false'] });
  assert.deepEqual([spec.source, spec.network, spec.results.kind], [source, 'default', 'nothing']);
  assert.deepEqual([trial.observations, code(trial)], [[], 'complete']);
});

test('a signal is handed on to the runner', async () => {
  const { signal } = new AbortController();
  const seen: (AbortSignal | undefined)[] = [];
  const runner: Runner = {
    run: (_, given) => {
      seen.push(given);
      return Promise.reject(new Error('stopped'));
    },
  };
  const limits = { timeoutMs: 1, memoryBytes: 1, cpus: 2, pids: 3, diskBytes: 4 };
  await assert.rejects(
    tryOnce({ suite: junit, request: screen, image, parts: new Map(), limits, source }, runner, signal),
    /stopped/,
  );
  assert.deepEqual(seen, [signal]);
});

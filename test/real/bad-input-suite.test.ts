import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import type { ReportDocument } from '../../src/model/report-document.ts';
import { failureOfRun, reportOfRun, type Ended } from '../support/command-line.ts';
import { memoryProbe } from '../support/peak-memory.ts';
import { sharedGround, tapSuite, type Project } from '../support/gate-ground.ts';

const ground = sharedGround();

interface Judged {
  readonly project: Project;
  readonly ended: Ended;
  readonly report: ReportDocument;
  /** The candidate's last run of the suite. */
  readonly trial: ReportDocument['suites'][number]['trials'][number];
  readonly megabytes: number;
}

/** Gates a candidate by a suite that misbehaves, with one repetition of what breaks. Undefined: a peer is missing. */
async function judge(t: TestContext, misbehaving: Record<string, unknown>): Promise<Judged | undefined> {
  const here = await ground.open(t);
  if (here === undefined) return undefined;
  const project = await here.project({ suite: misbehaving, gate: { errors: 1 } });
  const memory = path.join(project.folder, 'memory');
  const standing = await here.digestOf('team/ci', 'latest');
  const ended = await project.run(['gate', '--bundle', 'bundle', '--json'], {
    node: ['--import', memoryProbe],
    // Coverage takes memory that is not the program's.
    env: { BENCH_MEMORY_FILE: memory, NODE_V8_COVERAGE: '' },
  });
  const report = reportOfRun(ended);
  const trial = report.suites[0]?.trials.findLast(
    ({ side, step }) => side === 'candidate' && step !== 'preflight',
  );
  assert.ok(trial !== undefined, ended.stderr);
  await project.assertNothingLeft();
  assert.equal(await here.digestOf('team/ci', 'latest'), standing);
  return { project, ended, report, trial, megabytes: Number(await readFile(memory, 'utf8')) / 1024 };
}

const junit = { source: false, results: { format: 'junit', files: 'out/*.xml' } } as const;

suite('a suite that', { concurrency: 3 }, () => {
  test('never ends is stopped on time, each time, and the candidate is rejected', async (t) => {
    const judged = await judge(t, { ...tapSuite({ onCandidate: 'sleep 1000' }), timeout: '4s' });
    if (judged === undefined) return;
    const { report, trial, project } = judged;
    assert.equal(report.verdict.kind, 'reject: regression');
    assert.match(report.verdict.sentence, /time-out after 4 seconds/);
    assert.deepEqual(trial.end, { kind: 'timed-out', afterMs: 4000 });
    assert.ok(trial.durationMs < 60_000, `${trial.durationMs} ms`);
    failureOfRun(await project.run(['promote', 'bundle', '--json']), 'verdict-forbids');
  });

  test('never ends, on both sides, says nothing of the candidate: on hold', async (t) => {
    const judged = await judge(t, { ...tapSuite({ onBoth: 'sleep 1000' }), timeout: '2s' });
    if (judged === undefined) return;
    assert.equal(judged.report.verdict.kind, 'hold: infrastructure');
    assert.equal(judged.ended.status, 4);
    failureOfRun(await judged.project.run(['promote', 'bundle', '--json']), 'verdict-forbids');
  });

  test('ignores every signal is killed all the same', async (t) => {
    const judged = await judge(t, {
      ...tapSuite({ onCandidate: "trap '' TERM INT HUP; while :; do sleep 1; done" }),
      timeout: '4s',
    });
    if (judged === undefined) return;
    assert.deepEqual(judged.trial.end, { kind: 'timed-out', afterMs: 4000 });
    assert.ok(judged.trial.durationMs < 60_000, `${judged.trial.durationMs} ms`);
  });

  test('writes a gigabyte of log takes no memory for it, and its result is read', async (t) => {
    const gigabyte = 'dd if=/dev/zero bs=1048576 count=1024 >&2 2>/dev/null';
    const judged = await judge(t, tapSuite({ onCandidate: gigabyte }));
    if (judged === undefined) return;
    const { report, trial, megabytes } = judged;
    assert.equal(report.verdict.kind, 'promote', report.verdict.sentence);
    assert.ok(trial.output.bytes > 1e9, `${trial.output.bytes} bytes`);
    assert.ok(megabytes < 300, `${megabytes} MB`);
  });

  test('writes more to standard output than a report may hold is broken, in bounded memory', async (t) => {
    const judged = await judge(
      t,
      tapSuite({ onCandidate: 'dd if=/dev/zero bs=1048576 count=260 2>/dev/null' }),
    );
    if (judged === undefined) return;
    const { report, megabytes } = judged;
    assert.equal(report.verdict.kind, 'reject: regression');
    assert.match(report.verdict.sentence, /standard output is larger than 268435456 bytes/);
    assert.ok(megabytes < 700, `${megabytes} MB`);
  });

  test('fills its disk is stopped, and says so', async (t) => {
    const here = await ground.open(t);
    if (here === undefined) return;
    const project = await here.project({
      suite: tapSuite({ onCandidate: 'dd if=/dev/zero of=/tmp/full bs=1048576 count=200; sleep 30' }),
      gate: { errors: 1, disk: '100m' },
    });
    const report = reportOfRun(await project.run(['gate', '--bundle', 'bundle', '--json']));
    assert.equal(report.verdict.kind, 'reject: regression');
    assert.match(report.verdict.sentence, /disk/);
    await project.assertNothingLeft();
  });

  test('leaves no results is not taken for one that passes', async (t) => {
    const judged = await judge(t, { ...junit, command: ['true'] });
    if (judged === undefined) return;
    const { report, trial } = judged;
    assert.equal(report.verdict.kind, 'hold: infrastructure');
    assert.match(trial.broken ?? '', /no file "out\/\*\.xml" was left \(the command ended with status 0\)/);
  });

  test('leaves no results where those of an earlier run lie in the source is not taken for it', async (t) => {
    const here = await ground.open(t);
    if (here === undefined) return;
    const project = await here.project({
      suite: { ...junit, command: ['true'], source: 'tests' },
      gate: { errors: 1 },
    });
    await mkdir(path.join(project.folder, 'tests/out'), { recursive: true });
    await writeFile(
      path.join(project.folder, 'tests/out/old.xml'),
      '<testsuite><testcase name="a"/></testsuite>',
    );
    const report = reportOfRun(await project.run(['gate', '--bundle', 'bundle', '--json']));
    assert.equal(report.verdict.kind, 'hold: infrastructure', report.verdict.sentence);
    await project.assertNothingLeft();
  });

  test('cannot be started in either image says which command', async (t) => {
    const judged = await judge(t, { ...tapSuite({}), command: ['/bin/nothing', 'at', 'all'] });
    if (judged === undefined) return;
    assert.equal(judged.report.verdict.kind, 'hold: infrastructure');
    assert.match(judged.report.verdict.sentence, /\/bin\/nothing/);
  });
});

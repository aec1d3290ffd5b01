import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { exitStatus } from '../../src/base/failure.ts';
import { median, runWithMemory, type Figure } from './measure.ts';

const tests = 100_000;

type Fails = (index: number) => boolean;

interface Kind {
  readonly title: string;
  readonly extension: string;
  readonly write: (fails: Fails) => string;
  readonly megabytesMax: number;
}

// Both reports lie in memory while they are judged: 12 MB each of JUnit, 5 of TAP, 33 of CTRF, 55 of go test.
const kinds: readonly Kind[] = [
  { title: 'JUnit', extension: 'xml', write: junit, megabytesMax: 300 },
  { title: 'TAP', extension: 'tap', write: tap, megabytesMax: 300 },
  { title: 'CTRF', extension: 'json', write: ctrf, megabytesMax: 350 },
  // Four lines a test.
  { title: 'go test', extension: 'jsonl', write: goTest, megabytesMax: 350 },
];

/** Two reports of 100,000 tests each, of which a thousand fail on both sides and ten in the candidate alone. */
export async function judge(): Promise<readonly Figure[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-bench-'));
  try {
    const figures: Figure[] = [];
    for (const kind of kinds) figures.push(...(await judgeKind(kind, folder)));
    return figures;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function judgeKind(
  { title, extension, write, megabytesMax }: Kind,
  folder: string,
): Promise<readonly Figure[]> {
  const place = (side: string): string => path.join(folder, `${side}.${extension}`);
  await writeFile(
    place('baseline'),
    write((index) => index % 100 === 0),
  );
  await writeFile(
    place('candidate'),
    write((index) => index % 100 === 0 || index % 10_000 === 1),
  );
  const words = ['judge', place('baseline'), place('candidate'), '--json'];
  const results = [];
  for (let round = 0; round < 3; round += 1)
    results.push(await runWithMemory(words, path.join(folder, 'memory')));
  if (results.some(({ status }) => status !== exitStatus.notProven))
    throw new Error(`judge did not hold on ten suspects in ${title} reports`);
  const seconds = median(results.map((each) => each.seconds));
  const megabytes = Math.max(...results.map((each) => each.megabytes));
  const claim = `judge on 2 × ${tests.toLocaleString('en')} tests, ${title}`;
  return [
    {
      claim: `${claim}: time`,
      measured: `${seconds.toFixed(2)} s`,
      peer: '',
      value: seconds,
      limit: 3,
      unit: 's',
    },
    {
      claim: `${claim}: peak memory`,
      measured: `${megabytes.toFixed(0)} MB`,
      peer: '',
      value: megabytes,
      limit: megabytesMax,
      unit: 'MB',
    },
  ];
}

/** As pytest writes it. */
function junit(fails: Fails): string {
  const cases = Array.from({ length: tests }, (_, index) => {
    const open = `<testcase classname="${module(index)}.TestCase" name="test_number_${index}" time="0.00${index % 10}"`;
    return fails(index)
      ? `${open}><failure message="${message(index)}">def test(): ${message(index)}</failure></testcase>`
      : `${open} />`;
  });
  return `<?xml version="1.0" encoding="utf-8"?><testsuites><testsuite name="pytest" tests="${tests}">${cases.join('\n')}</testsuite></testsuites>`;
}

/** As tape writes it. */
function tap(fails: Fails): string {
  const points = Array.from({ length: tests }, (_, index) => {
    const told = `${index + 1} ${module(index)} test_number_${index}`;
    return fails(index) ? `not ok ${told}\n  ---\n    message: ${message(index)}\n  ...` : `ok ${told}`;
  });
  return `TAP version 13\n${points.join('\n')}\n1..${tests}\n`;
}

/** As jest's reporter writes it. */
function ctrf(fails: Fails): string {
  const all = Array.from({ length: tests }, (_, index) => ({
    name: `test_number_${index}`,
    status: fails(index) ? 'failed' : 'passed',
    rawStatus: fails(index) ? 'failed' : 'passed',
    duration: index % 10,
    ...(fails(index) ? { message: message(index), trace: `def test(): ${message(index)}` } : {}),
    type: 'unit',
    filePath: `/src/tests/${module(index)}.test.js`,
    retries: 0,
    flaky: false,
    suite: `${module(index)} > TestCase`,
  }));
  const results = { tool: { name: 'jest' }, summary: { tests }, tests: all };
  return JSON.stringify({ reportFormat: 'CTRF', specVersion: '0.0.0', results }, undefined, 2);
}

/** As `go test -json` writes it, a package after the other. */
function goTest(fails: Fails): string {
  const packages = 500;
  const perPackage = tests / packages;
  const lines: string[] = [];
  for (let at = 0; at < packages; at += 1) {
    const event = (Action: string, more: object): number =>
      lines.push(
        JSON.stringify({ Time: '2026-11-21T15:00:00.354045114Z', Action, Package: module(at), ...more }),
      );
    let hasFailed = false;
    for (let index = at * perPackage; index < (at + 1) * perPackage; index += 1) {
      const Test = `TestNumber${index}`;
      const [word, action] = fails(index) ? ['FAIL', 'fail'] : ['PASS', 'pass'];
      hasFailed ||= fails(index);
      event('run', { Test });
      event('output', { Test, Output: `=== RUN   ${Test}\n` });
      if (fails(index)) event('output', { Test, Output: `    a_test.go:7: ${message(index)}\n` });
      event('output', { Test, Output: `--- ${word}: ${Test} (0.00s)\n` });
      event(action, { Test, Elapsed: 0 });
    }
    event('output', { Output: hasFailed ? 'FAIL\n' : 'PASS\n' });
    event(hasFailed ? 'fail' : 'pass', { Elapsed: 0.01 });
  }
  return `${lines.join('\n')}\n`;
}

function module(index: number): string {
  return `tests.module_${index % 500}`;
}

function message(index: number): string {
  return `assert ${index} == 0`;
}

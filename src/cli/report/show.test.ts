import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { sampleReports } from '../../../test/support/sample-report.ts';
import { isFailure } from '../../base/failure.ts';
import { parseReport } from '../../model/report-document.ts';
import type { Output } from '../command.ts';
import { checkReportNames, reportOptions, showReport } from './show.ts';

interface Shown {
  readonly stdout: string;
  readonly stderr: string;
}

async function show(
  cwd: string,
  options: {
    readonly json?: boolean;
    readonly quiet?: boolean;
    readonly all?: boolean;
    readonly files?: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
  },
): Promise<Shown> {
  const written = { stdout: '', stderr: '' };
  const output = (name: keyof Shown): Output => ({
    write: (text) => void (written[name] += text),
    isTerminal: false,
    columns: 80,
    colour: false,
  });
  const input = {
    flag: (long: string) => long === '--all' && options.all === true,
    values: () => options.files ?? [],
  };
  await showReport(sampleReports.promoted(), input, {
    json: options.json ?? false,
    quiet: options.quiet ?? false,
    env: options.env ?? {},
    cwd,
    stdout: output('stdout'),
    stderr: output('stderr'),
  });
  return written;
}

test('the result is on standard output, as text or as exactly one document', async () => {
  const text = await show('/', {});
  assert.match(text.stdout, /^✓ promote — nobody has to act\n/);
  assert.equal(text.stderr, '');
  const json = await show('/', { json: true });
  assert.equal(parseReport(new TextEncoder().encode(json.stdout), '-').exit, 0);
});

test('--all names the tests that are folded otherwise', async () => {
  assert.doesNotMatch((await show('/', {})).stdout, /wasi is a core module/);
  assert.match((await show('/', { all: true })).stdout, /wasi is a core module/);
});

test('each file is written once, relative to the folder of the call, and named on standard error', async (t) => {
  const place = await mkdtemp(path.join(tmpdir(), 'lockkeeper-show-'));
  t.after(() => rm(place, { recursive: true, force: true }));
  const { stderr } = await show(place, { files: ['a.md', 'a.md', 'b.html'] });
  assert.deepEqual(await readdir(place), ['a.md', 'b.html']);
  assert.equal(stderr, 'wrote a.md\nwrote b.html\n');
  assert.equal((await show(place, { files: ['a.md'], quiet: true })).stderr, '');
});

test('names are checked before any work', () => {
  assert.doesNotThrow(() => checkReportNames(['a.md', 'b.xml'], {}));
  assert.throws(
    () => checkReportNames(['a.md', 'b.pdf'], {}),
    (error) => isFailure(error, 'usage'),
  );
});

test('--report can be repeated', () => {
  assert.equal(reportOptions.find(({ long }) => long === '--report')?.repeatable, true);
});

test('github adds to the summary of the step, annotates beside a document, and is refused elsewhere', async (t) => {
  const place = await mkdtemp(path.join(tmpdir(), 'lockkeeper-show-'));
  t.after(() => rm(place, { recursive: true, force: true }));
  const summary = path.join(place, 'summary');
  await writeFile(summary, 'before\n');
  const env = { GITHUB_STEP_SUMMARY: summary };
  const { stdout, stderr } = await show(place, { files: ['github'], json: true, env });
  assert.match(await readFile(summary, 'utf8'), /^before\n### ✅ promote/);
  assert.match(stderr, /^::notice title=promote — nobody has to act::/);
  assert.equal(parseReport(new TextEncoder().encode(stdout), '-').exit, 0);
  assert.doesNotThrow(() => checkReportNames(['github'], env));
  assert.throws(
    () => checkReportNames(['github'], {}),
    (error) => isFailure(error, 'usage'),
  );
});

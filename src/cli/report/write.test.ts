import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { sampleReports } from '../../../test/support/sample-report.ts';
import { isFailure, type FailureCode } from '../../base/failure.ts';
import { checkReportFile, writeReport } from './write.ts';

async function folder(t: TestContext): Promise<string> {
  const made = await mkdtemp(path.join(tmpdir(), 'lockkeeper-report-'));
  t.after(() => rm(made, { recursive: true, force: true }));
  return made;
}

const fails =
  (code: FailureCode) =>
  (error: unknown): boolean =>
    isFailure(error, code);

test('each ending is its own format', async (t) => {
  const place = await folder(t);
  const beginnings = {
    'a.html': '<!doctype html>',
    'a.htm': '<!doctype html>',
    'a.HTML': '<!doctype html>',
    'a.md': '### ❌ reject',
    'a.markdown': '### ❌ reject',
    'a.xml': '<?xml version="1.0"',
    'a.json': '{\n  "schemaVersion": 1',
    'a.txt': '✗ reject: regression',
  };
  for (const [name, beginning] of Object.entries(beginnings)) {
    await writeReport(path.join(place, name), sampleReports.rejected());
    const text = await readFile(path.join(place, name), 'utf8');
    assert.ok(text.startsWith(beginning), `${name}: ${text.slice(0, 40)}`);
  }
});

test('an unknown ending is refused before any work, and the known ones are named', () => {
  for (const file of ['report', 'report.pdf', 'report.', '.html', 'report.constructor']) {
    assert.throws(
      () => checkReportFile(file),
      (error) =>
        fails('usage')(error) &&
        error instanceof Error &&
        'hint' in error &&
        /\.html .*\.md/.test(String(error.hint)),
      file,
    );
  }
});

test('a mistyped ending finds the one that was meant', () => {
  assert.throws(
    () => checkReportFile('a.hmtl'),
    (error) => error instanceof Error && 'hint' in error && String(error.hint).includes('did you mean .html'),
  );
});

test('missing folders are made, and what stood there is replaced', async (t) => {
  const file = path.join(await folder(t), 'out', 'reports', 'a.json');
  await writeReport(file, sampleReports.promoted());
  await writeReport(file, sampleReports.rejected());
  assert.match(await readFile(file, 'utf8'), /"kind": "reject: regression"/);
  assert.deepEqual(await readdir(path.dirname(file)), ['a.json']);
});

test('a folder in its place is refused, and nothing is left behind', async (t) => {
  const place = await folder(t);
  await mkdir(path.join(place, 'a.json'));
  await assert.rejects(
    writeReport(path.join(place, 'a.json'), sampleReports.promoted()),
    fails('path-refused'),
  );
  assert.deepEqual(await readdir(place), ['a.json']);
});

test('a file where a folder should be is refused', async (t) => {
  const place = await folder(t);
  await writeFile(path.join(place, 'out'), '');
  await assert.rejects(
    writeReport(path.join(place, 'out', 'a.json'), sampleReports.promoted()),
    fails('path-refused'),
  );
});

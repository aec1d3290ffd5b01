import assert from 'node:assert/strict';
import { mkdtemp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import type { FailureCode } from '../../base/failure.ts';
import { isFailure } from '../../base/failure.ts';
import { resultFiles } from './files.ts';

async function folder(t: TestContext, files: Readonly<Record<string, string>>): Promise<string> {
  const made = await mkdtemp(path.join(tmpdir(), 'lockkeeper-results-'));
  t.after(() => rm(made, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(made, name)), { recursive: true });
    await writeFile(path.join(made, name), text);
  }
  return made;
}

function fails(code: FailureCode): (error: unknown) => boolean {
  return (error) => isFailure(error, code);
}

test('a folder yields its reports in the order of their paths, and nothing else', async (t) => {
  const place = await folder(t, { 'b/z.xml': '<b/>', 'a.xml': '<a/>', 'notes.txt': 'no' });
  const { format, files } = await resultFiles.read(place, undefined);
  assert.equal(format, 'junit');
  assert.deepEqual(
    files.map((file) => file.path),
    ['a.xml', 'b/z.xml'],
  );
});

test('a file without a telling name is known by its first bytes', async (t) => {
  const place = await folder(t, {
    xml: '\uFEFF  <testsuite/>',
    tap: 'TAP version 13\n',
    'ctrf.json': '{"results":{"tests":[]}}',
    'go.json': '{"Time":"t","Action":"start"}\n',
    other: 'hello',
  });
  assert.equal((await resultFiles.read(path.join(place, 'xml'), undefined)).format, 'junit');
  assert.equal((await resultFiles.read(path.join(place, 'tap'), undefined)).format, 'tap');
  assert.equal((await resultFiles.read(path.join(place, 'ctrf.json'), undefined)).format, 'ctrf');
  assert.equal((await resultFiles.read(path.join(place, 'go.json'), undefined)).format, 'go-test');
  await assert.rejects(resultFiles.read(path.join(place, 'other'), undefined), fails('results-invalid'));
  assert.equal((await resultFiles.read(path.join(place, 'other'), 'tap')).format, 'tap');
});

test('two formats in one folder are refused, unless one is asked for', async (t) => {
  const place = await folder(t, { 'a.xml': '<a/>', 'b.tap': '1..0' });
  await assert.rejects(resultFiles.read(place, undefined), fails('results-invalid'));
  assert.deepEqual(
    (await resultFiles.read(place, 'tap')).files.map((file) => file.path),
    ['b.tap'],
  );
});

test('a place that is not there, a link, and a folder without results are told apart', async (t) => {
  const place = await folder(t, { 'real.xml': '<a/>' });
  await symlink(path.join(place, 'real.xml'), path.join(place, 'link.xml'));
  await mkdir(path.join(place, 'empty'));
  await assert.rejects(resultFiles.read(path.join(place, 'gone.xml'), undefined), fails('path-missing'));
  await assert.rejects(resultFiles.read(path.join(place, 'link.xml'), undefined), fails('path-refused'));
  await assert.rejects(resultFiles.read(path.join(place, 'empty'), undefined), fails('results-missing'));
});

test('JSON in a folder counts where it is asked for, or where there is no other report', async (t) => {
  const ctrf = '{"results":{"tests":[]}}';
  const mixed = await folder(t, { 'a.xml': '<a/>', 'coverage.json': '{}' });
  assert.deepEqual(
    (await resultFiles.read(mixed, undefined)).files.map((file) => file.path),
    ['a.xml'],
  );
  const alone = await folder(t, { 'x/a.json': ctrf, 'b.json': ctrf });
  const found = await resultFiles.read(alone, undefined);
  assert.deepEqual([found.format, ...found.files.map((file) => file.path)], ['ctrf', 'b.json', 'x/a.json']);
  const asked = await resultFiles.read(mixed, 'ctrf');
  assert.deepEqual(
    asked.files.map((file) => file.path),
    ['coverage.json'],
  );
  const go = await folder(t, { 'a.jsonl': '', 'b.ndjson': '', 'c.json': '' });
  assert.equal((await resultFiles.read(go, 'go-test')).files.length, 3);
});

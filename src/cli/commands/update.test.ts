import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { runCommandLine } from '../../../test/support/command-line.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';

test('a part of the names is for a dry run and for a local branch: on a forge it would take all else away', async () => {
  const { status, stderr } = await runCommandLine(['update', '--only', 'node'], { cwd: tmpdir() });
  assert.equal(status, 2);
  assert.match(stderr, /--only would take all else off the branch/);
});

test('a dry run outside of git says that an update would be refused; where nothing would be written, it shows no text for it', async (t) => {
  const cwd = await temporaryFolder(t);
  const { status, stdout } = await runCommandLine(['update', '--dry-run'], { cwd });
  assert.equal(status, 0);
  assert.match(
    stdout,
    /lies in no git repository with a commit: without --dry-run it is refused\.\nNothing moves\.\n$/,
  );
});

test('in a clone without a remote an update says how to do without one', async (t) => {
  const cwd = await temporaryFolder(t);
  execFileSync('git', ['init', '--quiet', cwd]);
  const { status, stderr } = await runCommandLine(['update'], { cwd });
  assert.equal(status, 2);
  assert.match(stderr, /"origin" is no remote of/);
  assert.match(stderr.replaceAll(/\s+/g, ' '), /leave the branch in this clone with --local/);
});

test('a report is what people read in the pull request, in a file and in the summary of a step', async (t) => {
  const cwd = await temporaryFolder(t);
  const summary = path.join(cwd, 'summary.md');
  await writeFile(summary, 'Before.\n');
  const words = ['update', '--dry-run', '--report', 'update.md', '--report', 'github'];
  const { status } = await runCommandLine(words, { cwd, env: { GITHUB_STEP_SUMMARY: summary } });
  assert.equal(status, 0);
  const text = await readFile(path.join(cwd, 'update.md'), 'utf8');
  assert.match(text, /^### .+\n\nNo image moves/);
  assert.equal(await readFile(summary, 'utf8'), `Before.\n${text}`);
});

test('a report that nobody can write is refused before anything is done', async () => {
  for (const [name, says] of [
    ['x.pdf', /no report called \.pdf/],
    ['github', /GITHUB_STEP_SUMMARY/],
  ] as const) {
    const { status, stderr } = await runCommandLine(['update', '--report', name], {
      cwd: tmpdir(),
      env: { GITHUB_STEP_SUMMARY: '' },
    });
    assert.equal(status, 2);
    assert.match(stderr, says);
  }
});

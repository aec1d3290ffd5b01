import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { systemClock } from '../../base/system-clock.ts';
import type { Context, Output } from '../command.ts';
import { parseInput } from '../parse.ts';
import { initCommand } from './init.ts';

test('init writes the file and says what it found, what is open and what comes next', async (t) => {
  const { folder, run } = await repository(t, { Dockerfile: 'FROM debian\n', 'go.mod': '' });
  const { status, stdout, stderr } = await run();
  assert.equal(status, 0);
  assert.equal(stderr, '');
  assert.match(await readFile(path.join(folder, 'lockkeeper.yaml'), 'utf8'), /^version: 1$/m);
  assert.match(
    stdout,
    /^wrote lockkeeper\.yaml\n\nfound\n {2}1 Dockerfile, 0 CI jobs in an image, 0 builds of an image in CI\n {2}test runners: go-test \(go\.mod\)\n/,
  );
  assert.match(stdout, /to replace before a gate can run\n {2}images\.[^\n]+baseline: replace-me\.invalid\//);
  assert.match(
    stdout,
    /next: replace what is marked REPLACE in lockkeeper\.yaml, then run `lockkeeper doctor`\n$/,
  );
});

test('with --dry-run the file itself is on standard output, and nothing is written', async (t) => {
  const { folder, run } = await repository(t, {});
  const { status, stdout, stderr } = await run('--dry-run');
  assert.equal(status, 0);
  assert.match(stdout, /^# Which images are gated/);
  assert.match(stderr, /^would write lockkeeper\.yaml/);
  await assert.rejects(readFile(path.join(folder, 'lockkeeper.yaml')));
});

test('with --json there is exactly one document', async (t) => {
  const { run } = await repository(t, {}, true);
  const { stdout, stderr } = await run('--dry-run');
  const document: unknown = JSON.parse(stdout);
  assert.ok(
    typeof document === 'object' && document !== null && 'text' in document && 'placeholders' in document,
  );
  assert.equal(stderr, '');
});

async function repository(
  t: TestContext,
  files: Readonly<Record<string, string>>,
  json: boolean = false,
): Promise<Repository> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-init-'));
  t.after(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  const run = async (...words: readonly string[]): Promise<Ran> => {
    const [stdout, stderr] = [recorder(), recorder()];
    const context: Context = {
      env: { PATH: process.env['PATH'] },
      cwd: folder,
      clock: systemClock,
      signal: new AbortController().signal,
      stdout,
      stderr,
      json,
      verbose: false,
      quiet: false,
      ask: undefined,
    };
    const status = await initCommand.run(parseInput(initCommand, words), context);
    return { status, stdout: stdout.text(), stderr: stderr.text() };
  };
  return { folder, run };
}

interface Repository {
  readonly folder: string;
  readonly run: (...words: readonly string[]) => Promise<Ran>;
}

interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

function recorder(): Output & { readonly text: () => string } {
  const written: string[] = [];
  return {
    write: (text) => void written.push(text),
    isTerminal: false,
    columns: 80,
    colour: false,
    text: () => written.join(''),
  };
}

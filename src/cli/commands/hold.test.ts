import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { runCommandLine } from '../../../test/support/command-line.ts';
import { statusSchema } from '../../model/status-document.ts';

test('a hold is written, told by status, and released; what makes no sense is refused with status 2', async (t) => {
  const cwd = await mkdtemp(path.join(tmpdir(), 'lockkeeper-hold-'));
  t.after(() => rm(cwd, { recursive: true }));
  await writeFile(path.join(cwd, 'Dockerfile'), `FROM example.invalid/node:22@sha256:${'a'.repeat(64)}\n`);
  const run = (...words: readonly string[]): ReturnType<typeof runCommandLine> =>
    runCommandLine(words, { cwd });
  const hold = (...words: readonly string[]): ReturnType<typeof runCommandLine> =>
    run('hold', 'example.invalid/node', '--reason', 'x', '--author', 'Ada', ...words);
  for (const words of [[], ['--until', '2001-12-31'], ['--digest', 'sha256:1']])
    assert.equal((await hold(...words)).status, 2, words.join(' '));
  assert.match(
    (await hold('--until', '2999-02-30')).stderr,
    /--until takes a day such as .*, not "2999-02-30"/,
  );
  const file = path.join(cwd, 'lockkeeper.yaml');
  await assert.rejects(readFile(file), 'nothing was written');
  assert.equal((await hold('--until', '2999-12-31')).status, 0);
  assert.match(await readFile(file, 'utf8'), /^version: 1\n\nholds:\n {2}- image: example\.invalid\/node\n/);
  const shown = await run('status', '--offline', '--json');
  assert.equal(shown.status, 0, shown.stderr);
  const { images } = statusSchema.parse(JSON.parse(shown.stdout));
  assert.deepEqual(
    images.map(({ state, mover, holds }) => [state, mover, holds.length]),
    [['held', 'holder', 1]],
  );
  assert.equal((await run('release', 'example.invalid/node')).status, 0);
  assert.equal(await readFile(file, 'utf8'), 'version: 1\n');
  assert.equal((await run('release', 'example.invalid/node')).status, 2);
});

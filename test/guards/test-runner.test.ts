import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { test } from 'node:test';

interface Ended {
  readonly status: number | null;
  readonly said: string;
  readonly lastLine: string;
}

/** Runs `npm test`'s wrapper in a project of these files. */
function runTests(files: Readonly<Record<string, string>>, ...args: readonly string[]): Ended {
  const folder = mkdtempSync(join(tmpdir(), 'lockkeeper-runner-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const wrapper = resolve('tools/test.ts');
    // This very process must not make the other one believe that it is a part of the same run.
    const env = { ...process.env, CI: '' };
    const { status, stdout, stderr } = spawnSync(process.execPath, [wrapper, ...args], {
      cwd: folder,
      encoding: 'utf8',
      env,
    });
    const said = `${stdout}${stderr}`;
    return { status, said, lastLine: stdout.trimEnd().split('\n').at(-1) ?? '' };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const header = `import { test } from 'node:test'; import assert from 'node:assert/strict';\n`;
const sound = {
  'src/a.ts': `export const one = 1;`,
  'src/a.test.ts': `${header}import { one } from './a.ts'; test('one', () => assert.equal(one, 1));`,
};

test('a run in which all is well passes and closes with its counts', () => {
  const ended = runTests(sound);
  assert.equal(ended.lastLine, '1 passed, 0 failed, 0 skipped');
  assert.equal(ended.status, 0, ended.said);
});

test('a failing test fails the run', () => {
  const ended = runTests({ ...sound, 'src/b.test.ts': `${header}test('no', () => assert.ok(false));` });
  assert.equal(ended.lastLine, '1 passed, 1 failed, 0 skipped');
  assert.equal(ended.status, 1);
});

test('a run without any test fails', () => {
  const ended = runTests({ 'src/a.ts': '' });
  assert.match(ended.said, /no test file matches/u);
  assert.equal(ended.status, 1);
});

test('a pattern chooses files, and one that matches none fails', () => {
  const files = { ...sound, 'src/b.test.ts': `${header}test('no', () => assert.ok(false));` };
  assert.equal(runTests(files, 'src/a').status, 0);
  assert.equal(runTests(files, 'src/c').status, 1);
});

test('slow tests are run by themselves, and only then', () => {
  const files = { ...sound, 'test/slow/b.test.ts': `${header}test('no', () => assert.ok(false));` };
  assert.equal(runTests(files).lastLine, '1 passed, 0 failed, 0 skipped');
  assert.equal(runTests(files, '--slow').lastLine, '0 passed, 1 failed, 0 skipped');
});

test('a file that holds no test fails the run', () => {
  const ended = runTests({ ...sound, 'src/b.test.ts': `export {};` });
  assert.match(ended.said, /src\/b\.test\.ts: holds no test/u);
  assert.equal(ended.status, 1);
});

test('a file that cannot be loaded fails the run', () => {
  assert.equal(runTests({ ...sound, 'src/b.test.ts': `import './missing.ts';` }).status, 1);
});

test('a source that no test loads fails the run', () => {
  const ended = runTests({ ...sound, 'src/lost.ts': 'export const lost = 1;' });
  assert.match(ended.said, /src\/lost\.ts: no test loads it/u);
  assert.equal(ended.status, 1);
});

test('a source of nothing but types need not be loaded', () => {
  const types = `import type { one } from './a.ts';\nexport type One = typeof one;\nexport interface Two {}`;
  assert.equal(runTests({ ...sound, 'src/types.ts': types }).status, 0);
});

test('a source that only a program loads which a test starts counts as loaded', () => {
  const start = `${header}import { execFileSync } from 'node:child_process';\ntest('x', () => execFileSync('node', ['src/program.ts']));`;
  assert.equal(
    runTests({ ...sound, 'src/program.ts': 'let x: number = 1;', 'src/b.test.ts': start }).status,
    0,
  );
});

test('a missing peer is skipped, counted and named', () => {
  const skips = `${header}for (const n of [1, 2]) test('x' + n, (t) => t.skip('peer missing: docker'));`;
  const ended = runTests({ ...sound, 'src/b.test.ts': skips });
  assert.match(ended.said, /^peer missing: docker \(2 skipped\)$/mu);
  assert.equal(ended.lastLine, '1 passed, 0 failed, 2 skipped');
  assert.equal(ended.status, 0);
});

test('a skip for any other reason fails the run', () => {
  const ended = runTests({
    ...sound,
    'src/b.test.ts': `${header}test('x', { skip: true }, () => undefined);`,
  });
  assert.match(ended.said, /“x” is skipped/u);
  assert.equal(ended.status, 1);
});

test('a test that is left for later fails the run', () => {
  assert.equal(
    runTests({ ...sound, 'src/b.test.ts': `${header}test('x', { todo: true }, () => undefined);` }).status,
    1,
  );
});

test('a test that ends the process fails the run', () => {
  const ended = runTests({ ...sound, 'src/b.test.ts': `${header}test('x', () => process.exit(0));` });
  assert.match(ended.said, /ended the process/u);
  assert.equal(ended.status, 1);
});

test('a test that kills the process fails the run', () => {
  const kills = `${header}test('x', () => process.kill(process.pid, 'SIGKILL'));`;
  const ended = runTests({ ...sound, 'src/b.test.ts': kills });
  assert.match(ended.said, /ended by SIGKILL/u);
  assert.match(ended.lastLine, /^0 passed, \d+ failed, 0 skipped$/u);
  assert.equal(ended.status, 1);
});

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { readPackageManifest } from '../../tools/project-files.ts';

const root = process.cwd();

suite('the package as npm publishes it', () => {
  let folder = '';
  let tarballs: readonly string[] = [];

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'lockkeeper-package-'));
    run(root, 'npm', 'pack', '--silent', '--pack-destination', folder);
    tarballs = globSync('*.tgz', { cwd: folder });
    // Into an empty project, so that nothing of the checkout can help it.
    run(folder, 'npm', 'init', '--yes', '--silent');
    run(
      folder,
      'npm',
      'install',
      '--silent',
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
      ...tarballs.map((name) => `./${name}`),
    );
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  const lockkeeper = (...args: readonly string[]): string =>
    run(folder, join('node_modules', '.bin', 'lockkeeper'), ...args);

  test('is one tarball of plain JavaScript without tests, tools or sources', () => {
    assert.equal(tarballs.length, 1);
    const files = globSync('**/*.*', { cwd: join(folder, 'node_modules', 'lockkeeper') });
    assert.ok(files.includes(join('dist', 'bin', 'lockkeeper.js')));
    assert.deepEqual(
      files.filter((path) => path.endsWith('.ts') || /^dist.(?:test|tools|demo)\b|\.test\.js$/u.test(path)),
      [],
    );
  });

  test('says its version', () => {
    assert.match(
      lockkeeper('--version'),
      new RegExp(`\\b${RegExp.escape(readPackageManifest(root).version)}\\b`, 'u'),
    );
  });

  test('says what it can do', () => {
    const help = lockkeeper('--help');
    for (const command of ['init', 'build', 'gate', 'promote', 'judge', 'doctor'])
      assert.match(help, new RegExp(`\\b${command}\\b`, 'u'));
  });

  test('can load every one of its files', () => {
    const dist = join(folder, 'node_modules', 'lockkeeper', 'dist', 'src');
    const files = globSync('**/*.js', { cwd: dist });
    assert.ok(files.length > 0);
    const load = files.map((path) => `await import(${JSON.stringify(join(dist, path))});`).join('\n');
    run(folder, process.execPath, '--input-type=module', '--eval', load);
  });

  test('carries its licence', () => {
    assert.match(
      readFileSync(join(folder, 'node_modules', 'lockkeeper', 'LICENSE'), 'utf8'),
      /Apache License/u,
    );
  });
});

function run(cwd: string, program: string, ...args: readonly string[]): string {
  const path = [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter);
  const env = { ...process.env, PATH: path };
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8', env });
  assert.equal(status, 0, `${program}: ${error?.message ?? ''}${stderr}${stdout}`);
  return stdout;
}

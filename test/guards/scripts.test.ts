import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { steps } from '../../tools/check.ts';
import { readPackageManifest } from '../../tools/project-files.ts';

const { scripts, version } = readPackageManifest(process.cwd());

/** What a person may run first on a bare clone. */
const first = [
  'demo',
  'test',
  'test:real',
  'test:slow',
  'check',
  'bench',
  'golden',
  'docs',
  'new-finder',
  'conformance',
  'github-api',
  'lockkeeper',
];

test('the scripts are those that CONTRIBUTING.md names, and one for npm', () => {
  assert.deepEqual(Object.keys(scripts).toSorted(), [...first, 'prepack'].toSorted());
});

test('every script that may be the first one run sets the clone up and then runs a file that is there', () => {
  for (const name of first) {
    const script = scripts[name] ?? '';
    assert.match(script, /^sh tools\/setup\.sh (?:node|demo|test) && (?:node|sh) /u, name);
  }
  for (const [name, script] of Object.entries(scripts)) {
    for (const [file] of script.matchAll(/\S+\.(?:ts|sh)/gu))
      assert.ok(existsSync(file), `${name}: ${file} is not there`);
  }
});

test('whoever copies a guide installs the version that it speaks of', () => {
  const installed = globSync('docs/guides/*.md').flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/npm install --global.* (lockkeeper\S*)$/gmu)].map(
      ([, what]) => what,
    ),
  );
  assert.ok(installed.length > 0);
  assert.deepEqual([...new Set(installed)], [`lockkeeper@${version}`]);
});

test('every program that check runs is installed by npm ci', () => {
  for (const [name, program] of steps) assert.ok(existsSync(join('node_modules', '.bin', program)), name);
});

test('set-up says how it is used when it is asked for something else', () => {
  const { status, stderr } = spawnSync('sh', ['tools/setup.sh', 'everything'], { encoding: 'utf8' });
  assert.match(stderr, /^usage: /u);
  assert.equal(status, 2);
});

test('set-up of a clone that is set up does nothing and says nothing', () => {
  const { status, stdout, stderr } = spawnSync('sh', ['tools/setup.sh', 'node'], { encoding: 'utf8' });
  assert.deepEqual({ status, said: stdout + stderr }, { status: 0, said: '' });
});

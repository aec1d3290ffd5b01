import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import * as z from 'zod';

const lockSchema = z.object({
  lockfileVersion: z.literal(3),
  packages: z.record(
    z.string(),
    z.looseObject({
      resolved: z.string().optional(),
      integrity: z.string().optional(),
      optionalDependencies: z.record(z.string(), z.string()).optional(),
    }),
  ),
});

type Lock = z.infer<typeof lockSchema>;

const lock = readLock(readFileSync('package-lock.json', 'utf8'));

function readLock(text: string): Lock {
  return lockSchema.parse(JSON.parse(text));
}

/** What `npm ci` says about a lock, without the network and without installing anything. */
function tryCleanInstall(changed: Lock): { readonly ok: boolean; readonly said: string } {
  const folder = mkdtempSync(join(tmpdir(), 'lockkeeper-lock-'));
  try {
    copyFileSync('package.json', join(folder, 'package.json'));
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(changed));
    const args = ['ci', '--dry-run', '--offline', '--ignore-scripts', '--loglevel=error'];
    const { status, stdout, stderr } = spawnSync('npm', args, { cwd: folder, encoding: 'utf8' });
    return { ok: status === 0, said: `${stdout}${stderr}` };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Optional packages, mostly one a platform, that the lock names but does not hold. */
function missingOptionals({ packages }: Lock): readonly string[] {
  return Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !placesFor(path, name).some((place) => place in packages),
    ),
  );
}

/** Where Node looks for a package from inside another: its own node_modules, and those above. */
function placesFor(path: string, name: string): readonly string[] {
  const own = path === '' ? `node_modules/${name}` : `${path}/node_modules/${name}`;
  const parent = path.lastIndexOf('/node_modules/');
  if (path === '') return [own];
  return [own, ...placesFor(parent === -1 ? '' : path.slice(0, parent), name)];
}

function without(name: string): Lock {
  const packages = Object.fromEntries(
    Object.entries(lock.packages).filter(([path]) => path !== `node_modules/${name}`),
  );
  assert.notDeepEqual(packages, lock.packages, `${name} is not in the lock`);
  return { ...lock, packages };
}

test('npm ci takes the lock as it is', () => {
  const { ok, said } = tryCleanInstall(lock);
  assert.ok(ok, said);
});

// Packages of other platforms that are left out are refused by some versions of npm only: hence the next test.
test('npm ci refuses a lock that leaves out a dependency', () => {
  assert.equal(tryCleanInstall(without('commander')).ok, false);
});

test('the lock holds every package of every platform', () => {
  assert.deepEqual(missingOptionals(lock), []);
  const native = Object.values(lock.packages).filter(
    ({ optionalDependencies }) => optionalDependencies !== undefined,
  );
  assert.ok(
    native.length >= 4,
    'the parser, the linter, the formatter and the compiler come as one package a platform',
  );
});

test('a lock without a package for another platform is noticed', () => {
  assert.deepEqual(missingOptionals(without('@oxlint/binding-darwin-arm64')), [
    '@oxlint/binding-darwin-arm64',
  ]);
});

test('the lock names hashes and no place to download from', () => {
  const packages = Object.entries(lock.packages).filter(([path]) => path !== '');
  assert.ok(packages.length > 0);
  assert.deepEqual(
    packages.filter(([, { resolved, integrity }]) => resolved !== undefined || integrity === undefined),
    [],
  );
});

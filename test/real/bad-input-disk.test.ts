import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { suite, test } from 'node:test';
import { failureOfRun, type CommandPlace } from '../support/command-line.ts';
import { sharedGround, tapSuite, type Project } from '../support/gate-ground.ts';

const ground = sharedGround();

/**
 * Mounts a disk where nobody else sees it, puts the bundle there, fills it up to some pages of 4 KiB, runs the command,
 * and copies the bundle off again.
 */
const script = `set -eu
disk=$1 kept=$2 pages=$3; shift 3
mount -t tmpfs -o size=8m tmpfs "$disk"
mkdir "$disk/bundle"
if [ -e "$kept" ]; then cp -a "$kept/." "$disk/bundle"; fi
free=$(stat --file-system --format=%a "$disk")
dd if=/dev/zero of="$disk/filler" bs=4096 count=$((free - pages)) status=none
status=0; "$@" || status=$?
rm "$disk/filler"; mkdir -p "$kept"; rm -rf "$kept"; cp -a "$disk/bundle" "$kept"
exit $status`;

async function onFullDisk({ folder, bundle }: Project, pages: number): Promise<Partial<CommandPlace>> {
  const disk = path.join(folder, 'disk');
  await mkdir(disk, { recursive: true });
  const asRoot = ['unshare', '--mount', '--map-root-user'];
  return { through: [...asRoot, 'sh', '-c', script, 'sh', disk, bundle, String(pages)] };
}

const onDisk = path.join('disk', 'bundle');

async function filesOf({ bundle }: Project): Promise<readonly string[]> {
  const names = await readdir(bundle, { recursive: true });
  assert.deepEqual(
    names.filter((name) => /\.tmp$|\.lock$/.test(name)),
    [],
    'nothing that is half written',
  );
  return names;
}

suite('a full disk', { concurrency: 2 }, () => {
  test('ends a build with disk-full, and there is no bundle; with room there is', async (t) => {
    const here = await ground.open(t, 'unshare');
    if (here === undefined) return;
    const project = await here.project();
    await rm(project.bundle, { recursive: true });
    const place = await onFullDisk(project, 20);
    const failure = failureOfRun(await project.run(['build', '--out', onDisk, '--json'], place), 'disk-full');
    assert.ok(failure.message.includes(onDisk), failure.message);
    assert.match(failure.hint ?? '', /Free some space/);
    assert.ok(!(await filesOf(project)).includes('lockkeeper.json'));
    failureOfRun(await project.run(['gate', '--bundle', 'bundle', '--json']), 'bundle-missing');
    assert.equal((await project.run(['build', '--out', 'bundle', '--quiet'])).status, 0);
  });

  test('ends a new build with disk-full, and the bundle of the one before stays', async (t) => {
    const here = await ground.open(t, 'unshare');
    if (here === undefined) return;
    const project = await here.project();
    const before = await readFile(path.join(project.bundle, 'lockkeeper.json'), 'utf8');
    const place = await onFullDisk(project, 1);
    failureOfRun(await project.run(['build', '--out', onDisk, '--json'], place), 'disk-full');
    await filesOf(project);
    assert.equal(await readFile(path.join(project.bundle, 'lockkeeper.json'), 'utf8'), before);
    assert.equal((await project.run(['gate', '--bundle', 'bundle', '--quiet'])).status, 0);
  });

  for (const pages of [0, 3]) {
    test(`with ${pages} pages left ends a gate with disk-full and no verdict; with room there is one`, async (t) => {
      const here = await ground.open(t, 'unshare');
      if (here === undefined) return;
      const project = await here.project();
      const index = await readFile(path.join(project.bundle, 'index.json'), 'utf8');
      const place = await onFullDisk(project, pages);
      failureOfRun(await project.run(['gate', '--bundle', onDisk, '--json'], place), 'disk-full');
      await filesOf(project);
      await project.assertNothingLeft();
      assert.equal(await readFile(path.join(project.bundle, 'index.json'), 'utf8'), index);
      failureOfRun(await project.run(['promote', 'bundle', '--json']), 'verdict-missing');
      assert.equal((await project.run(['gate', '--bundle', 'bundle', '--quiet'])).status, 0);
    });
  }

  test('for temporary files ends a gate with disk-full, not with half of the source', async (t) => {
    const here = await ground.open(t, 'unshare');
    if (here === undefined) return;
    const project = await here.project({ suite: { ...tapSuite({}), source: 'source' } });
    await mkdir(path.join(project.folder, 'source'));
    await writeFile(path.join(project.folder, 'source/large'), Buffer.alloc(100_000, 'x'));
    const place = await onFullDisk(project, 10);
    const env = { TMPDIR: path.join(project.folder, 'disk') };
    const ended = await project.run(['gate', '--bundle', onDisk, '--json'], { ...place, env });
    assert.match(failureOfRun(ended, 'disk-full').message, /lockkeeper-source-/);
    assert.doesNotMatch(ended.stderr, /screen/, 'no suite ran');
  });

  for (const pages of [0, 1]) {
    test(`with ${pages} pages left ends a promotion with disk-full before the name moves; with room it moves`, async (t) => {
      const here = await ground.open(t, 'unshare');
      if (here === undefined) return;
      const repository = `disk/promote-${pages}`;
      const project = await here.project({ repository });
      assert.equal((await project.run(['gate', '--bundle', 'bundle', '--quiet'])).status, 0);
      const standing = await here.digestOf(repository, 'latest');
      const place = await onFullDisk(project, pages);
      failureOfRun(await project.run(['promote', onDisk, '--json'], place), 'disk-full');
      assert.ok(!(await filesOf(project)).includes('promotion.json'));
      assert.equal(await here.digestOf(repository, 'latest'), standing);
      assert.equal((await project.run(['promote', 'bundle', '--quiet'])).status, 0);
      assert.notEqual(await here.digestOf(repository, 'latest'), standing);
    });
  }
});

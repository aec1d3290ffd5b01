import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import { writeBundle } from '../support/bundles.ts';
import { failureOfRun, runCommandLine } from '../support/command-line.ts';
import { realEngine } from '../support/engine.ts';
import { layeredImages } from '../support/load-ground.ts';
import { requirePeer } from '../support/peers.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/**
 * Runs what comes after it where a small disk that nobody else sees stands in the place of a folder, and without a
 * network: a docker that is to have no bridge takes away the one of the network that it finds.
 */
function onSmallDisk(folder: string, size: string): readonly string[] {
  const mount = `mount -t tmpfs -o size=${size} tmpfs "$0" && exec "$@"`;
  return ['unshare', '--mount', '--net', 'sh', '-c', mount, folder];
}

const startTries = 200;

/** A docker with a store of this size, and without a network; returns its DOCKER_HOST. */
async function startSmallDocker(t: TestContext, size: string): Promise<string> {
  const folder = await temporaryFolder(t);
  const store = path.join(folder, 'data');
  await mkdir(store);
  const host = `unix://${path.join(folder, 'docker.sock')}`;
  const places = ['--data-root', store, '--exec-root', path.join(folder, 'exec')];
  const others = ['--pidfile', path.join(folder, 'pid'), '--bridge', 'none', '--iptables=false'];
  const [program = '', ...words] = [
    ...onSmallDisk(store, size),
    ...['dockerd', '--host', host, '--storage-driver', 'vfs', ...places, ...others],
  ];
  const child = spawn(program, words, {
    stdio: 'ignore',
    env: { PATH: `${process.env['PATH']}:/usr/sbin:/sbin` },
  });
  const end = (): void => void child.kill('SIGTERM');
  process.once('exit', end);
  t.after(async () => {
    process.off('exit', end);
    const closed = child.exitCode === null ? once(child, 'close') : undefined;
    end();
    await closed;
  });
  const env = { PATH: process.env['PATH'], DOCKER_HOST: host };
  for (let tries = 0; spawnSync('docker', ['version'], { env }).status !== 0; tries += 1) {
    assert.ok(tries < startTries && child.exitCode === null, 'dockerd starts');
    await delay(100);
  }
  return host;
}

async function bundleFor(t: TestContext): Promise<string> {
  const folder = await temporaryFolder(t);
  const { image } = await layeredImages();
  await writeBundle(path.join(folder, 'bundle'), [{ name: 'ci', images: [image] }]);
  return folder;
}

const name = 'localhost/lockkeeper-test/disk:candidate';

test('a full disk in docker: image-unloadable says so, and there is no name and no image', async (t) => {
  if ((await realEngine('docker', t)) === undefined || !requirePeer('unshare', t)) return;
  const cwd = await bundleFor(t);
  const host = await startSmallDocker(t, '1200k');
  const load = ['load', 'bundle', '--into', 'docker', '--as', name, '--json'];
  const failure = failureOfRun(
    await runCommandLine(load, { cwd, env: { DOCKER_HOST: host } }),
    'image-unloadable',
  );
  assert.match(failure.message, /no space left/);
  const env = { PATH: process.env['PATH'], DOCKER_HOST: host };
  const listed = spawnSync('docker', ['image', 'ls', '--all', '--quiet'], { env, encoding: 'utf8' });
  assert.equal(listed.status, 0, listed.stderr);
  assert.equal(listed.stdout, '');
});

test('a full disk in podman: image-unloadable says so', async (t) => {
  const engine = await realEngine('podman', t);
  if (engine === undefined || !requirePeer('unshare', t)) return;
  const cwd = await bundleFor(t);
  // What stands there is podman's own store of this machine, which the load cannot see.
  const store = '/var/lib/containers';
  const load = ['load', 'bundle', '--into', 'podman', '--as', name, '--json'];
  const ended = await runCommandLine(load, { cwd, through: onSmallDisk(store, '1200k') });
  assert.match(failureOfRun(ended, 'image-unloadable').message, /no space left/);
});

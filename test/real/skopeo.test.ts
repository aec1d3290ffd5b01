import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { noCredentials } from '../../src/adapters/credentials/none.ts';
import { diskLayouts } from '../../src/adapters/registry/layout.ts';
import { copyImage } from '../../src/ports/copy.ts';
import { requirePeer } from '../support/peers.ts';
import { realRegistries, sharedRegistry } from '../support/real-registry.ts';
import { sampleBlob, sampleImage, sampleIndex, storeImage } from '../support/sample-images.ts';

const root = await mkdtemp(path.join(tmpdir(), 'lockkeeper-skopeo-'));
after(() => rm(root, { recursive: true, force: true }));
const shared = sharedRegistry();
const registries = realRegistries(noCredentials);

/** No policy of this machine decides, and nothing is signed. */
function skopeo(...args: readonly string[]): string {
  return execFileSync('skopeo', ['--insecure-policy', ...args], { encoding: 'utf8' });
}

test('an image goes from our layout through skopeo and a registry back to us with the same digests', async (t) => {
  if (!shared.isThere(t) || !requirePeer('skopeo', t)) return;
  const { host } = await shared.server();
  const layer = sampleBlob(gzipSync(Buffer.alloc(10_240)));
  const [amd, arm] = [sampleImage([layer]), sampleImage([layer], 'arm64')];
  const ours = await diskLayouts.openOrCreate(path.join(root, 'ours'));
  for (const image of [amd, arm]) await storeImage(ours, image);
  const index = sampleIndex([
    { ...amd, architecture: 'amd64' },
    { ...arm, architecture: 'arm64' },
  ]);
  await ours.putManifest(index, 'v1');

  skopeo(
    'copy',
    '--quiet',
    '--all',
    '--preserve-digests',
    '--dest-tls-verify=false',
    `oci:${ours.path}:v1`,
    `docker://${host}/skopeo/x:v1`,
  );
  const remote = registries.open(host, 'skopeo/x');
  assert.equal((await remote.resolve('v1'))?.digest, index.digest);

  const theirs = path.join(root, 'theirs');
  skopeo(
    'copy',
    '--quiet',
    '--all',
    '--preserve-digests',
    '--src-tls-verify=false',
    `docker://${host}/skopeo/x:v1`,
    `oci:${theirs}:v1`,
  );
  const opened = await diskLayouts.open(theirs);
  assert.equal((await opened.resolve('v1'))?.digest, index.digest);

  const back = registries.open(host, 'skopeo/back');
  await copyImage(opened, back, index.digest, { tag: 'v2', mountFrom: 'skopeo/x' });
  assert.equal((await back.resolve('v2'))?.digest, index.digest);
  const inspected: unknown = JSON.parse(
    skopeo('inspect', '--raw', '--tls-verify=false', `docker://${host}/skopeo/back:v2`),
  );
  assert.deepEqual(inspected, JSON.parse(Buffer.from(index.bytes).toString()));
});

import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { noCredentials } from '../../src/adapters/credentials/none.ts';
import { diskLayouts } from '../../src/adapters/registry/layout.ts';
import { descriptorOf } from '../../src/model/manifest.ts';
import { writeBundle } from '../support/bundles.ts';
import { failureOfRun, runCommandLine } from '../support/command-line.ts';
import { makeImage } from '../support/images.ts';
import { layeredImages, loadedOf } from '../support/load-ground.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { realRegistries, sharedRegistry } from '../support/real-registry.ts';
import { sampleArtifact, storeImage } from '../support/sample-images.ts';

const shared = sharedRegistry();
const registries = realRegistries(noCredentials);

test('a registry gets the whole index and its evidence under their digests; what is left out has to be there', async (t) => {
  if (!shared.isThere(t)) return;
  const registry = await shared.server();
  const { nonce, base, image } = await layeredImages();
  const other = await makeImage({ architecture: 'arm64', settings: { Labels: { nonce } } });
  const folder = await temporaryFolder(t);
  const images = [
    { ...image, architecture: 'amd64' },
    { ...other, architecture: 'arm64' },
  ] as const;
  await writeBundle(path.join(folder, 'bundle'), [{ name: 'ci', images }]);
  const layout = await diskLayouts.open(path.join(folder, 'bundle'));
  await storeImage(layout, sampleArtifact(descriptorOf(image.manifest)));
  const repository = `load/${nonce}`;
  const name = `${registry.host}/${repository}:candidate`;
  const load = ['load', 'bundle', '--into', 'registry', '--json'];

  failureOfRun(await runCommandLine(load, { cwd: folder }), 'usage');
  const ended = await runCommandLine([...load, '--as', name], { cwd: folder });
  const delivery = loadedOf(ended)[0]?.deliveries[0];
  assert.equal(delivery?.name, name);
  assert.equal(delivery?.started, 'none');
  const there = registries.open(registry.host, repository);
  assert.equal((await there.resolve('candidate'))?.digest, delivery?.identity.digest);
  assert.equal((await there.manifest(other.manifest.digest)).digest, other.manifest.digest);
  assert.equal((await there.referrers(image.manifest.digest)).length, 1);

  const left = base.manifest.layers.map(({ digest }) => digest).slice(1);
  await writeBundle(path.join(folder, 'bundle'), [{ name: 'ci', images: [image] }], left);
  const again = await runCommandLine([...load, '--as', name], { cwd: folder });
  assert.equal(loadedOf(again)[0]?.deliveries[0]?.layers.sent, 0);
  const elsewhere = `${registry.host}/${repository}/empty:candidate`;
  failureOfRun(await runCommandLine([...load, '--as', elsewhere], { cwd: folder }), 'blob-left-out');
  assert.equal(await registries.open(registry.host, `${repository}/empty`).resolve('candidate'), undefined);
});

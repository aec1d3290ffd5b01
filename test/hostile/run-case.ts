import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { DistributionRegistries } from '../../src/adapters/registry/distribution.ts';
import { FileLayouts } from '../../src/adapters/registry/layout.ts';
import { MemoryRepository } from '../../src/adapters/registry/memory.ts';
import type { Failure } from '../../src/base/failure.ts';
import { digestOf, parseDigest, type Digest } from '../../src/model/digest.ts';
import { copyImage } from '../../src/ports/copy.ts';
import type { Credentials } from '../../src/ports/credentials.ts';
import type { Repository } from '../../src/ports/repository.ts';
import { startFaultServer, type FaultServer } from '../support/fault-server.ts';
import { failureOf } from '../support/registry-under-test.ts';
import { RushedClock } from '../support/rushed-clock.ts';
import { bytesOf, freshBlob, sampleImage, storeImage, type SampleImage } from '../support/sample-images.ts';
import { SmallRegistry } from '../support/small-registry.ts';
import type { HostileCase, Work } from './hostile-case.ts';

const password = 'hunter2-that-nobody-may-see';
const credentials: Credentials = {
  find: () => Promise.resolve({ kind: 'basic', user: 'ann', password }),
};

/** Runs one case, and looks whether it ended as it must: in its failure, with nothing half-written and nothing told. */
export async function runCase(hostile: HostileCase, canary: FaultServer, folder: string): Promise<void> {
  const image = sampleImage([freshBlob(2000)]);
  const registry = goodRegistry(image);
  const asked = hostile.prepare?.(registry, image) ?? image.manifest.digest;
  let times = 0;
  const server = await startFaultServer((request, response) => {
    if (hostile.on.test(`${request.method} ${request.url}`)) {
      times += 1;
      const attack = {
        request,
        response,
        time: times,
        canary: canary.host,
        own: server.host,
        registry,
        image,
      };
      return hostile.does(attack);
    }
    if (hostile.work === 'push in pieces' && request.method === 'POST')
      response.setHeader('oci-chunk-min-length', '100');
    return registry.serve(request, response);
  });
  const registries = new DistributionRegistries({
    credentials,
    clock: new RushedClock(),
    random: () => 0.5,
    times: { connectMs: 100, headersMs: 60, idleMs: 60, transferGraceMs: 60 },
  });
  try {
    const repository = registries.open(server.host, 'team/ci');
    const failure = await failureOf(works[hostile.work](repository, parseDigest(asked), folder));
    assert.equal(failure.code, hostile.code, failure.message);
    assertSilent(failure, server);
  } finally {
    await registries.close();
    await server.stop();
  }
  assert.equal(registry.tags.has('v2') && hostile.code !== 'content-mismatch', false, 'a name moved');
  await assertNothingHalf(folder);
}

function goodRegistry(image: SampleImage): SmallRegistry {
  const registry = new SmallRegistry();
  for (const { bytes } of [...image.layers, image.config]) registry.putBlob(bytes);
  registry.put(image.manifest, 'stable');
  return registry;
}

const works: Readonly<
  Record<Work, (repository: Repository, digest: Digest, folder: string) => Promise<unknown>>
> = {
  resolve: (repository) => repository.resolve('stable'),
  manifest: (repository, digest) => repository.manifest(digest),
  async blob(repository, digest) {
    const manifest = await repository.manifest(digest);
    assert.ok(manifest.kind === 'manifest' && manifest.layers[0] !== undefined);
    return bytesOf(repository.blob(manifest.layers[0]));
  },
  tags: (repository) => repository.tags(),
  referrers: (repository, digest) => repository.referrers(digest),
  async pull(repository, digest, folder) {
    const layout = await new FileLayouts().openOrCreate(folder);
    return copyImage(repository, layout, digest, { tag: 'copied', withReferrers: true });
  },
  push,
  'push in pieces': push,
  async delete(repository, digest) {
    await repository.deleteTag('stable');
    await repository.deleteManifest(digest);
  },
};

async function push(repository: Repository): Promise<unknown> {
  const from = new MemoryRepository('from');
  const image = sampleImage();
  await storeImage(from, image);
  return copyImage(from, repository, image.manifest.digest, { tag: 'v2' });
}

/** The login goes to the registry itself in a header, and nowhere else. */
function assertSilent(failure: Failure, { seen }: FaultServer): void {
  const told = JSON.stringify([
    failure.message,
    failure.hint,
    String(failure.cause),
    seen.map(({ url }) => url),
  ]);
  for (const secret of [password, Buffer.from(`ann:${password}`).toString('base64')])
    assert.ok(!told.includes(secret), 'a secret was told');
}

/** What lies in the layout is whole: no name, no half of a file, no blob of other bytes than its name says. */
async function assertNothingHalf(folder: string): Promise<void> {
  const files: readonly string[] = await readdir(folder, { recursive: true }).catch(() => []);
  assert.deepEqual(
    files.filter((file) => /\.tmp$|\.lock$/.test(file)),
    [],
  );
  for (const file of files.filter((each) => each.includes('blobs/sha256/')))
    assert.equal(digestOf(await readFile(path.join(folder, file))), `sha256:${path.basename(file)}`);
  if (files.includes('index.json'))
    assert.doesNotMatch(await readFile(path.join(folder, 'index.json'), 'utf8'), /copied/);
}

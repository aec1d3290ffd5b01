import assert from 'node:assert/strict';
import { DistributionRegistries } from '../../src/adapters/registry/distribution.ts';
import { FileLayouts } from '../../src/adapters/registry/layout.ts';
import { MemoryRepository } from '../../src/adapters/registry/memory.ts';
import type { Failure } from '../../src/base/failure.ts';
import { parseDigest, type Digest } from '../../src/model/digest.ts';
import { copyImage } from '../../src/ports/copy.ts';
import type { Credentials } from '../../src/ports/credentials.ts';
import type { Repository } from '../../src/ports/repository.ts';
import { failureOf } from '../support/registry-under-test.ts';
import { RushedClock } from '../support/rushed-clock.ts';
import { bytesOf, sampleImage, storeImage } from '../support/sample-images.ts';
import type { Work } from './hostile-case.ts';

/** What our client is to do at a registry that misbehaves. */
export interface Order {
  readonly work: Work;
  /** `localhost:PORT` */
  readonly host: string;
  /** Of the image that is asked for. */
  readonly digest: string;
  /** Where what is pulled goes. */
  readonly folder: string;
  /** How long it waits for anything. */
  readonly patienceMs: number;
}

export const password = 'hunter2-that-nobody-may-see';
const credentials: Credentials = {
  find: () => Promise.resolve({ kind: 'basic', user: 'ann', password }),
};

/** The failure that it ends in. */
export async function follow({ work, host, digest, folder, patienceMs }: Order): Promise<Failure> {
  const registries = new DistributionRegistries({
    credentials,
    clock: new RushedClock(),
    random: () => 0.5,
    times: {
      connectMs: patienceMs,
      headersMs: patienceMs,
      idleMs: patienceMs,
      transferGraceMs: patienceMs,
    },
  });
  try {
    return await failureOf(works[work](registries.open(host, 'team/ci'), parseDigest(digest), folder));
  } finally {
    await registries.close();
  }
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

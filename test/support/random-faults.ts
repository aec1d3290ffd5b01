import type { ServerResponse } from 'node:http';
import { DistributionRegistries } from '../../src/adapters/registry/distribution.ts';
import { MemoryRepository } from '../../src/adapters/registry/memory.ts';
import { noCredentials } from '../../src/adapters/credentials/none.ts';
import { isFailure } from '../../src/base/failure.ts';
import { descriptorOf } from '../../src/model/manifest.ts';
import { copyImage } from '../../src/ports/copy.ts';
import type { Repository } from '../../src/ports/repository.ts';
import { answer, reset, startFaultServer, truncate, type SeenRequest } from './fault-server.ts';
import { RushedClock } from './rushed-clock.ts';
import { bytesOf, freshBlob, sampleArtifact, sampleImage, sampleIndex, storeImage } from './sample-images.ts';
import { SmallRegistry } from './small-registry.ts';

export interface Copied {
  /** `right`: all arrived, byte for byte. `failed`: a failure, and no name. Anything else is thrown. */
  readonly end: 'right' | 'failed';
  readonly faults: number;
}

/** Copies an index with all that belongs to it into a registry and out of it again, while `share` of the requests go wrong. */
export async function copyThroughFaults(random: () => number, share: number): Promise<Copied> {
  const registry = new SmallRegistry();
  let faults = 0;
  const server = await startFaultServer((request, response) => {
    if (random() >= share) return registry.serve(request, response);
    faults += 1;
    // Some go wrong before anything was done; of others only the answer is lost.
    if (random() < 0.5) return spoil(request, response, { registry, random });
    registry.serve(request, response);
    return reset(response);
  });
  const registries = new DistributionRegistries({
    credentials: noCredentials,
    clock: new RushedClock(),
    random,
    // These pass on the machine's own clock: where it is busy, an answer takes a tenth of a second, and is not one that
    // never comes.
    times: { connectMs: 5000, headersMs: 500, idleMs: 500, transferGraceMs: 5000 },
  });
  try {
    const end = await thereAndBack(registries.open(server.host, 'team/ci'), registry);
    return { end, faults };
  } finally {
    await registries.close();
    await server.stop();
  }
}

async function thereAndBack(repository: Repository, registry: SmallRegistry): Promise<Copied['end']> {
  const [from, back] = [new MemoryRepository('from'), new MemoryRepository('back')];
  const [left, right] = [sampleImage([freshBlob(50_000)]), sampleImage([freshBlob(20_000)], 'arm64')];
  for (const image of [left, right]) await storeImage(from, image);
  const index = sampleIndex([left, right]);
  await from.putManifest(index);
  const artifact = sampleArtifact(descriptorOf(index));
  await storeImage(from, artifact);
  const options = { tag: 'v1', withReferrers: true };
  try {
    await copyImage(from, repository, index.digest, options);
    await copyImage(repository, back, index.digest, options);
  } catch (error) {
    if (
      !isFailure(
        error,
        'registry-unreachable',
        'registry-unavailable',
        'registry-timeout',
        'registry-rate-limited',
      )
    )
      throw error;
    const tagged = registry.tags.get('v1');
    if (tagged !== undefined && tagged !== index.digest)
      throw new Error('a name stands at something else', { cause: error });
    if ((await back.tags()).length > 0) throw new Error('a name without its image', { cause: error });
    return 'failed';
  }
  for (const { layers, config } of [left, right, artifact])
    for (const blob of [...layers, config])
      if (!(await bytesOf(back.blob(blob.descriptor))).equals(blob.bytes)) throw new Error('a blob differs');
  if ((await back.resolve('v1'))?.digest !== index.digest) throw new Error('the name stands elsewhere');
  if ((await back.referrers(index.digest)).length !== 1)
    throw new Error('what belongs to the image is not there');
  return 'right';
}

function spoil(
  { method, url, headers }: SeenRequest,
  response: ServerResponse,
  { registry, random }: { readonly registry: SmallRegistry; readonly random: () => number },
): unknown {
  const blob = headers.range === undefined ? registry.blobs.get(url.split('/').at(-1) ?? '') : undefined;
  const kinds = [
    () => reset(response),
    () => answer(response, 503),
    () => answer(response, 500),
    () => answer(response, 429, { 'retry-after': '1' }),
    () => answer(response, 502, {}, '<html>'),
    () => response.socket?.end(),
    // Half-open: no answer, and no end.
    () => undefined,
    () =>
      method === 'GET' && blob !== undefined ? truncate(response, blob, blob.length >> 1) : reset(response),
  ] as const;
  return kinds[Math.floor(random() * kinds.length)]?.();
}

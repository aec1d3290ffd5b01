import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Failure } from '../../src/base/failure.ts';
import { digestOf } from '../../src/model/digest.ts';
import { startFaultServer, type FaultServer } from '../support/fault-server.ts';
import { freshBlob, sampleImage, type SampleImage } from '../support/sample-images.ts';
import { SmallRegistry } from '../support/small-registry.ts';
import { follow, password, type Order } from './client.ts';
import type { HostileCase } from './hostile-case.ts';

// Who waits in vain does so at each of its tries; who does not must not be hurried on a machine that is busy.
const shortMs = 60;
const longMs = 5_000;

/** A registry that misbehaves as a case says. */
export interface Stage {
  readonly order: Order;
  readonly server: FaultServer;
  readonly registry: SmallRegistry;
}

/** Runs one case, and looks whether it ended as it must: in its failure, with nothing half-written and nothing told. */
export async function runCase(hostile: HostileCase, canary: FaultServer, folder: string): Promise<void> {
  const { order, server, registry } = await setStage(hostile, canary, folder);
  try {
    const failure = await follow(order);
    assert.equal(failure.code, hostile.code, failure.message);
    assertSilent(failure, server);
  } finally {
    await server.stop();
  }
  assert.equal(registry.tags.has('v2') && hostile.code !== 'content-mismatch', false, 'a name moved');
  await assertNothingHalf(folder);
}

export async function setStage(hostile: HostileCase, canary: FaultServer, folder: string): Promise<Stage> {
  const image = sampleImage([freshBlob(2000)]);
  const registry = goodRegistry(image);
  const digest = hostile.prepare?.(registry, image) ?? image.manifest.digest;
  let times = 0;
  const server = await startFaultServer((request, response) => {
    if (hostile.on.test(`${request.method} ${request.url}`)) {
      times += 1;
      const [own, time] = [server.host, times];
      return hostile.does({ request, response, time, canary: canary.host, own, registry, image });
    }
    if (hostile.work === 'push in pieces' && request.method === 'POST')
      response.setHeader('oci-chunk-min-length', '100');
    return registry.serve(request, response);
  });
  const patienceMs = hostile.code === 'registry-timeout' ? shortMs : longMs;
  return { order: { work: hostile.work, host: server.host, digest, folder, patienceMs }, server, registry };
}

function goodRegistry(image: SampleImage): SmallRegistry {
  const registry = new SmallRegistry();
  for (const { bytes } of [...image.layers, image.config]) registry.putBlob(bytes);
  registry.put(image.manifest, 'stable');
  return registry;
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

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { diskLayouts } from '../../src/adapters/registry/layout.ts';
import { descriptorOf } from '../../src/model/manifest.ts';
import { writeBundle } from './bundles.ts';
import { startCommandLine, type Ended } from './command-line.ts';
import { startFaultServer } from './fault-server.ts';
import { makeImage } from './images.ts';
import { sampleArtifact, storeImage } from './sample-images.ts';
import { SmallRegistry } from './small-registry.ts';

/** Dies when its request of this number comes in, which the registry does not see (`before`) or does (`after`). */
export interface RegistryMoment {
  readonly request: number;
  readonly at: 'before' | 'after';
}

export interface LoadedRegistry {
  readonly ended: Ended;
  readonly requests: number;
}

/** A bundle on its way into a registry of one process, again and again. */
export interface RegistryKillGround extends AsyncDisposable {
  load(registry: SmallRegistry, moment?: RegistryMoment): Promise<LoadedRegistry>;
}

/** An index of two images, with evidence on one of them. */
export async function registryKillGround(): Promise<RegistryKillGround> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-load-killed-'));
  const images = [
    { ...(await makeImage()), architecture: 'amd64' },
    { ...(await makeImage({ architecture: 'arm64' })), architecture: 'arm64' },
  ] as const;
  await writeBundle(path.join(folder, 'bundle'), [{ name: 'ci', images }]);
  const layout = await diskLayouts.open(path.join(folder, 'bundle'));
  await storeImage(layout, sampleArtifact(descriptorOf(images[0].manifest)));
  return {
    async load(registry, moment) {
      const server = await startFaultServer((request, response, number) => {
        const isNow = moment?.request === number;
        if (isNow) started.kill('SIGKILL');
        return isNow && moment.at === 'before' ? undefined : registry.serve(request, response);
      });
      const words = ['load', 'bundle', '--into', 'registry', '--as', `${server.host}/team/ci:candidate`];
      const started = startCommandLine(words, { cwd: folder });
      const ended = await started.ended;
      await server.stop();
      return { ended, requests: server.seen.length };
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Kills it at each of these moments and runs it again: no name without all of its image, and the same end. */
export async function killAndLoadIntoRegistry(
  ground: RegistryKillGround,
  momentsOf: (requests: number) => readonly RegistryMoment[],
): Promise<number> {
  const whole = new SmallRegistry();
  const undisturbed = await ground.load(whole);
  assert.equal(undisturbed.ended.status, 0, undisturbed.ended.stderr);
  const moments = momentsOf(undisturbed.requests);
  for (const moment of moments) {
    const said = `${moment.at} request ${moment.request}`;
    const registry = new SmallRegistry();
    const killed = await ground.load(registry, moment);
    assert.equal(killed.ended.signal, 'SIGKILL', `${said}: ${killed.ended.stderr}`);
    if (registry.tags.size > 0) {
      assert.deepEqual(registry.tags, whole.tags, said);
      for (const [digest, bytes] of whole.blobs) assert.deepEqual(registry.blobs.get(digest), bytes, said);
    }
    const again = await ground.load(registry);
    assert.equal(again.ended.status, 0, `${said}: ${again.ended.stderr}`);
    for (const what of ['tags', 'blobs', 'manifests'] as const)
      assert.deepEqual(registry[what], whole[what], `${said}: ${what}`);
  }
  return moments.length;
}

import { after, type TestContext } from 'node:test';
import { DistributionRegistries } from '../../src/adapters/registry/distribution.ts';
import { systemClock } from '../../src/base/system-clock.ts';
import type { Credentials } from '../../src/ports/credentials.ts';
import { requirePeer } from './peers.ts';
import { startRegistry, type RegistryServer, type RegistryServerOptions } from './registry-server.ts';

/** One docker-registry for all tests of a file, started by the first one that needs it. */
export interface SharedRegistry {
  /** False: it is not installed here, and the test was skipped. */
  isThere(t: TestContext): boolean;
  server(): Promise<RegistryServer>;
}

export function sharedRegistry(options: RegistryServerOptions = {}): SharedRegistry {
  let started: Promise<RegistryServer> | undefined;
  after(async () => {
    if (started !== undefined) await (await started).stop();
  });
  return {
    isThere: (t) => requirePeer('registry', t) && (options.login === undefined || requirePeer('htpasswd', t)),
    server: () => (started ??= startRegistry(options)),
  };
}

/** Our client, on the machine's own clock; its connections are closed when the file has run. */
export function realRegistries(credentials: Credentials): DistributionRegistries {
  const registries = new DistributionRegistries({ credentials, clock: systemClock, random: Math.random });
  after(() => registries.close());
  return registries;
}

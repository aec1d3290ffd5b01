import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { noCredentials } from '../../src/adapters/credentials/none.ts';
import { DistributionRegistries } from '../../src/adapters/registry/distribution.ts';
import { machineFiles, type FileSystem } from '../../src/adapters/registry/files.ts';
import { FileRegistryFolders } from '../../src/adapters/registry/serve/registry-folder.ts';
import { HttpRegistryServers, type Patience } from '../../src/adapters/registry/serve/registry-server.ts';
import type { Clock } from '../../src/base/clock.ts';
import { systemClock } from '../../src/base/system-clock.ts';
import type { ServedRequest } from '../../src/model/served-request.ts';
import type { HostedRegistry } from '../../src/ports/hosted-registry.ts';

export interface Served {
  readonly host: string;
  /** The registry's folder. */
  readonly folder: string;
  /** In the order in which they ended. */
  readonly requests: readonly ServedRequest[];
  /** Our client, for this registry and all others. */
  readonly registries: DistributionRegistries;
}

export interface ServedOptions {
  readonly clock?: Clock;
  readonly patience?: Patience;
  readonly fs?: FileSystem;
  /** Lets a test come between the server and what it serves. */
  readonly through?: (registry: HostedRegistry) => HostedRegistry;
}

/** Runs `work` beside a registry of ours over an empty folder. Faults of the server fail the test. */
export async function serving(
  work: (served: Served) => Promise<void>,
  options: ServedOptions = {},
): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-served-'));
  const requests: ServedRequest[] = [];
  const registries = new DistributionRegistries({
    credentials: noCredentials,
    clock: systemClock,
    random: Math.random,
  });
  try {
    await new FileRegistryFolders(options.fs ?? machineFiles).hold(folder, async (registry) => {
      const running = await new HttpRegistryServers(options.clock ?? systemClock, options.patience).start({
        registry: options.through?.(registry) ?? registry,
        listen: '127.0.0.1',
        port: 0,
        observe: (served) => requests.push(served),
      });
      try {
        await work({ host: running.host, folder, requests, registries });
      } finally {
        await registries.close();
        await running.close();
      }
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const faulty = requests.find(({ fault }) => fault !== undefined);
  if (faulty !== undefined) throw new Error(`${faulty.method} ${faulty.url}`, { cause: faulty.fault });
}

/** One registry of ours for all tests of a file, started by the first one that needs it. */
export function sharedServedRegistry(): () => Promise<Served> {
  let started: Promise<Served> | undefined;
  let stop = (): void => undefined;
  let ended: Promise<void> = Promise.resolve();
  after(async () => {
    stop();
    await ended;
  });
  return () =>
    (started ??= new Promise((resolve, reject) => {
      ended = serving(
        (served) =>
          new Promise((done) => {
            stop = () => done();
            resolve(served);
          }),
      );
      ended.catch(reject);
    }));
}

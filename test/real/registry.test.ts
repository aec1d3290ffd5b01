import { after } from 'node:test';
import { suite, before } from 'node:test';
import { systemClock } from '../../src/base/system-clock.ts';
import { noCredentials } from '../../src/adapters/credentials/none.ts';
import { DistributionRegistries } from '../../src/adapters/registry/distribution.ts';
import { repositoryContract } from '../contracts/repository.ts';
import { startRegistry, type RegistryServer } from '../support/registry-server.ts';

const server = await startRegistry();
after(() => server.stop());
const registries = new DistributionRegistries({ credentials: noCredentials, clock: systemClock, random: Math.random });
after(() => registries.close());
let made = 0;
const name = (): string => { made += 1; return `contract/r${made}`; };
repositoryContract('docker-registry', {
  make: () => Promise.resolve(registries.open(server.host, name())),
  makePair: () => { const fromPath = name(); return Promise.resolve({ from: registries.open(server.host, fromPath), fromPath, to: registries.open(server.host, name()) }); },
});

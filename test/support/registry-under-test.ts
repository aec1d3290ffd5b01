import assert from 'node:assert/strict';
import { noCredentials } from '../../src/adapters/credentials/none.ts';
import {
  DistributionRegistries,
  type DistributionOptions,
} from '../../src/adapters/registry/distribution.ts';
import { Failure } from '../../src/base/failure.ts';
import type { Repository } from '../../src/ports/repository.ts';
import { FakeClock } from './fake-clock.ts';
import { startFaultServer, type FaultServer, type Misbehaviour } from './fault-server.ts';

export interface Against {
  readonly server: FaultServer;
  /** `team/ci` on that server. */
  readonly repository: Repository;
  readonly clock: FakeClock;
}

export interface AgainstOptions extends Partial<DistributionOptions> {
  readonly misbehave: Misbehaviour;
}

/** Runs `work` with our client against a server that misbehaves. Waits take no time and are as long as they can be. */
export async function against(
  { misbehave, ...options }: AgainstOptions,
  work: (against: Against) => Promise<void>,
): Promise<void> {
  const server = await startFaultServer(misbehave);
  const clock = new FakeClock();
  const registries = new DistributionRegistries({
    credentials: noCredentials,
    clock,
    random: () => 0.999,
    times: { connectMs: 20_000, headersMs: 10_000, idleMs: 10_000, transferGraceMs: 10_000 },
    ...options,
  });
  try {
    await work({ server, clock, repository: registries.open(server.host, 'team/ci') });
  } finally {
    await registries.close();
    await server.stop();
  }
}

/** The failure that some work ends in. */
export async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const outcome = await work.then(
    () => 'no error at all',
    (error: unknown) => error,
  );
  assert.ok(outcome instanceof Failure, `expected a failure, got ${String(outcome)}`);
  return outcome;
}

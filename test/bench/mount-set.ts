import process from 'node:process';
import { noCredentials } from '../../src/adapters/credentials/none.ts';
import { DistributionRegistries } from '../../src/adapters/registry/distribution.ts';
import { systemClock } from '../../src/base/system-clock.ts';
import { parseDigest } from '../../src/model/digest.ts';
import { copyImage } from '../../src/ports/copy.ts';

/**
 * A program: copies an image inside a registry, to each of several repositories in turn, as `promote` does with a set.
 * Prints how many milliseconds all of that took. Arguments: registry, from, digest, and where to.
 */
async function main([host = '', from = '', digest = '', ...targets]: readonly string[]): Promise<void> {
  const registries = new DistributionRegistries({
    credentials: noCredentials,
    clock: systemClock,
    random: Math.random,
  });
  const started = performance.now();
  for (const to of targets) {
    const options = { tag: 'v1', mountFrom: from };
    await copyImage(registries.open(host, from), registries.open(host, to), parseDigest(digest), options);
  }
  process.stdout.write(String(performance.now() - started));
  await registries.close();
}

await main(process.argv.slice(2));

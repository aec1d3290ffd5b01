import { isFailure } from '../base/failure.ts';
import { readConfig } from '../model/config.ts';
import type { Hold } from '../model/hold.ts';
import type { GitRepository } from '../ports/git.ts';
import { readArrivals } from './arrivals.ts';

/**
 * Since when each hold stands in lockkeeper.yaml, by git: the oldest version, from the newest on without a break, that has
 * it. ISO 8601, UTC; undefined: it is not committed, or nobody knows.
 */
export async function readHoldHistory(
  repository: GitRepository,
  file: string,
): Promise<(hold: Hold) => string | undefined> {
  const head = await repository.resolve('HEAD');
  if (head === undefined) return () => undefined;
  const { changes } = await repository.history({ from: head, paths: [file] });
  const keysIn = (bytes: Buffer): ReadonlySet<string> => new Set(holdsIn(bytes, file).map(keyOf));
  const { files } = await readArrivals(repository, { changes, keysIn });
  return (hold) => files.get(file)?.came.get(keyOf(hold))?.at;
}

/** A config that cannot be read any more tells nothing of holds. */
function holdsIn(bytes: Buffer, file: string): readonly Hold[] {
  try {
    return readConfig(bytes.toString(), file, '/').holds;
  } catch (error) {
    if (isFailure(error, 'config-syntax', 'config-invalid')) return [];
    throw error;
  }
}

/** A hold whose day or reason is written anew is the same one. */
function keyOf({ image, digest, keep }: Hold): string {
  return JSON.stringify([image, digest, keep]);
}

import type { Clock } from '../../base/clock.ts';
import { tagOrDigest, type Reference } from '../../model/reference.ts';
import type { Resolution } from '../../model/resolution.ts';
import type { Repository } from '../../ports/repository.ts';

export interface ResolveTools {
  /** The repository that the reference names. */
  readonly repository: Repository;
  readonly clock: Clock;
}

/**
 * Asks once what a name stands for. A flow calls this once for each name and hands the answer on; a tag that is asked for
 * twice may be two images.
 * @throws Failure `registry-*`
 */
export async function resolve(
  reference: Reference,
  { repository, clock }: ResolveTools,
): Promise<Resolution> {
  const lookedUpAt = clock.now().toISOString();
  const descriptor = await repository.resolve(tagOrDigest(reference));
  return { reference, lookedUpAt, descriptor };
}

import type { Candidate } from '../model/candidate.ts';
import { parseEvidence } from '../model/evidence-document.ts';
import type { Evidence } from '../model/evidence.ts';
import { mediaTypes } from '../model/media-type.ts';
import type { Repository } from '../ports/repository.ts';
import { newestOf, verdictsOf } from './verdicts.ts';

/** What the last gate of a candidate ran, and on which baseline. */
export type StoredRuns = Pick<Evidence, 'baseline' | 'trials'>;

/**
 * Of one suite on one platform; undefined: no gate has run it. For names and commands only: nothing is judged by it, and
 * so it need not lead to the verdict beside it.
 */
export async function storedRuns(
  repository: Repository,
  candidate: Candidate,
  unit: Pick<Evidence, 'suite' | 'platform'>,
): Promise<StoredRuns | undefined> {
  const newest = newestOf(await verdictsOf(repository, [candidate]));
  for (const layer of newest?.layers ?? []) {
    if (layer.mediaType !== mediaTypes.evidence) continue;
    const evidence = await parseEvidence(repository.blob(layer));
    if (evidence.suite === unit.suite && evidence.platform === unit.platform) return evidence;
  }
  return undefined;
}

import type { Candidate } from '../model/candidate.ts';
import { annotationKeys } from '../model/artifact-manifest.ts';
import type { ImageManifest } from '../model/manifest.ts';
import { mediaTypes } from '../model/media-type.ts';
import { findArtifacts } from '../ports/artifact.ts';
import type { Repository } from '../ports/repository.ts';

/** All verdicts that a bundle, or a repository of a registry, holds on these candidates. */
export async function verdictsOf(
  repository: Repository,
  candidates: readonly Pick<Candidate, 'digest'>[],
): Promise<readonly ImageManifest[]> {
  const found: ImageManifest[] = [];
  for (const { digest } of candidates)
    found.push(...(await findArtifacts(repository, digest, mediaTypes.verdict)));
  return found;
}

/** ISO 8601 in UTC, which sorts as text. */
export function createdAtOf({ annotations }: ImageManifest): string {
  return annotations[annotationKeys.created] ?? '';
}

/** Undefined: there is none. */
export function newestOf(verdicts: readonly ImageManifest[]): ImageManifest | undefined {
  return verdicts.reduce<ImageManifest | undefined>(
    (last, each) => (last === undefined || createdAtOf(each) > createdAtOf(last) ? each : last),
    undefined,
  );
}

/**
 * The time that a new verdict is recorded under: now, or just after the last one that is there. Clocks differ between
 * machines, and an older verdict must never count as the newer one.
 */
export function timeAfter(verdicts: readonly ImageManifest[], now: string): string {
  const last = verdicts.map(createdAtOf).reduce((latest, each) => (each > latest ? each : latest), '');
  const lastMs = Date.parse(last);
  return last >= now && !Number.isNaN(lastMs) ? new Date(lastMs + 1).toISOString() : now;
}

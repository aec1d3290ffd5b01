import { Failure } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import { eachInParallel } from '../../base/parallel.ts';
import { formatReference, tagOrDigest, type Reference } from '../../model/reference.ts';
import type { LookUp } from '../../model/resolution.ts';
import type { Registries, Repository } from '../../ports/repository.ts';

export interface LookUpTools {
  readonly registries: Registries;
  /** Called as the answers come, for progress. */
  readonly onAnswer?: (reference: Reference, answer: LookUp) => void;
}

/** The answers, by {@link lookUpKey}. */
export type LookUps = ReadonlyMap<string, LookUp>;

/** Names that mean the same have the same key, however they are written. */
export function lookUpKey(reference: Omit<Reference, 'written'>): string {
  const { registry, repository, digest } = reference;
  // Where there is a digest, the tag says nothing to a registry.
  if (digest !== undefined) return formatReference({ registry, repository, digest });
  return formatReference({ registry, repository, tag: reference.tag ?? 'latest' });
}

/**
 * Asks once for each distinct name, all registries at the same time and each with a bounded number of questions at once.
 * What a registry fails to answer is an answer.
 * @throws Failure `interrupted`
 */
export async function lookUpAll(
  references: Iterable<Reference>,
  { registries, onAnswer }: LookUpTools,
): Promise<LookUps> {
  const byRegistry = new Map<string, Map<string, Reference>>();
  for (const reference of references) {
    const names = byRegistry.get(reference.registry) ?? new Map<string, Reference>();
    byRegistry.set(reference.registry, names.set(lookUpKey(reference), reference));
  }
  const answers = new Map<string, LookUp>();
  const repositories = new Map<string, Repository>();
  const ask = async (key: string, reference: Reference): Promise<void> => {
    const place = `${reference.registry}/${reference.repository}`;
    const repository = repositories.get(place) ?? registries.open(reference.registry, reference.repository);
    repositories.set(place, repository);
    const answer = await lookUp(repository, reference);
    answers.set(key, answer);
    onAnswer?.(reference, answer);
  };
  const atOnceMax = limits.lookUpsAtOnceMax;
  await Promise.all(
    [...byRegistry.values()].map((names) =>
      eachInParallel(names, atOnceMax, ([key, name]) => ask(key, name)),
    ),
  );
  return answers;
}

async function lookUp(repository: Repository, reference: Reference): Promise<LookUp> {
  try {
    const descriptor = await repository.resolve(tagOrDigest(reference));
    return descriptor === undefined ? { kind: 'absent' } : { kind: 'found', descriptor };
  } catch (error) {
    if (!(error instanceof Failure) || error.code === 'interrupted') throw error;
    return { kind: 'failed', failure: error };
  }
}

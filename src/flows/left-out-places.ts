import { Failure } from '../base/failure.ts';
import type { LeftOut } from '../model/bundle.ts';
import { parseReference } from '../model/reference.ts';
import type { Layout } from '../ports/layout.ts';
import type { Registries, Repository } from '../ports/repository.ts';

/** Where layers that were left out may be found. */
export interface LeftOutPlaces {
  /** Layouts, bundles or archives to look in first: a restored cache, a bundle that was not thin. */
  readonly near: readonly Layout[];
  readonly registries: Registries;
}

/** Layouts that were named, then the registries that the document names. Bundles and caches are for people to fetch. */
export function* placesOf({ sources }: LeftOut, { near, registries }: LeftOutPlaces): Generator<Repository> {
  yield* near;
  for (const source of sources) {
    if (source.kind !== 'registry') continue;
    const { registry, repository } = parseReference(source.reference);
    yield registries.open(registry, repository);
  }
}

/** What looking for a layer ends with when no place has it: what the last one said, or where people can get it. */
export function nowhere({ digest, sources }: LeftOut, bundle: string, troubles: readonly Failure[]): Failure {
  const last = troubles.at(-1);
  if (last !== undefined) return last;
  const others = sources.flatMap((source) =>
    source.kind === 'registry'
      ? []
      : [source.kind === 'cache' ? `cache ${source.key}` : `bundle of set ${source.set}`],
  );
  return new Failure('blob-missing', `${bundle}: layer ${digest} was found nowhere`, {
    hint:
      others.length === 0
        ? 'Name a folder or archive that holds it with --from.'
        : `It is listed for the ${others.join(' and the ')}: fetch that, and name its folder with --from.`,
  });
}

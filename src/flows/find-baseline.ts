import type { Bundle } from '../model/bundle.ts';
import type { ImageDefinition } from '../model/definition.ts';
import type { Descriptor } from '../model/descriptor.ts';
import { descriptorOf } from '../model/manifest.ts';
import { formatReference } from '../model/reference.ts';
import type { Layout } from '../ports/layout.ts';
import type { Repository } from '../ports/repository.ts';
import { resolve } from '../stages/resolve/resolve.ts';
import type { Tools } from './tools.ts';

/** Where a baseline lies. */
export interface FoundBaseline {
  readonly repository: Repository;
  /** Undefined: the name does not exist yet. */
  readonly descriptor: Descriptor | undefined;
}

export interface OpenBundle {
  readonly bundle: Bundle;
  readonly layout: Layout;
}

/**
 * What an image's name stands for now. Where `lockkeeper resolve` looked it up before and put it into the bundle, that
 * counts, and no registry is asked; promotion still refuses when the name has moved since.
 */
export async function findBaseline(
  { name, baseline }: ImageDefinition,
  opened: OpenBundle | undefined,
  { registries, clock }: Pick<Tools, 'registries' | 'clock'>,
): Promise<FoundBaseline> {
  const reference = formatReference(baseline);
  const ahead = opened?.bundle.baselines.find((each) => each.image === name && each.reference === reference);
  if (opened === undefined || ahead === undefined) {
    const repository = registries.open(baseline.registry, baseline.repository);
    const { descriptor } = await resolve(baseline, { repository, clock });
    return { repository, descriptor };
  }
  const { layout } = opened;
  return {
    repository: layout,
    descriptor: ahead.digest === undefined ? undefined : descriptorOf(await layout.manifest(ahead.digest)),
  };
}

import { readBuilderLabels } from '../model/builder-labels.ts';
import { formatImageSource, type ImageSource } from '../model/image-source.ts';
import { invariant } from '../base/invariant.ts';
import type { Platform } from '../model/platform.ts';
import type { ResolvedBuilder, ResolvedImage } from '../model/platform-profile.ts';
import type { LayerCache } from '../ports/layer-cache.ts';
import type { Repository } from '../ports/repository.ts';
import { openImages, platformImages, type OpenedSource, type OpenTools } from './open-images.ts';
import { remembered } from './remembered-repository.ts';
import type { Watching } from './tools.ts';

export interface BuilderTools extends OpenTools {
  readonly layerCache: LayerCache;
}

/** Looks images up, each name once however many channels share it. */
export interface BuilderReader {
  /**
   * Manifest and config: two answers of a registry, three where the name stands for an index, and none where they were kept
   * from an earlier look. @throws Failure
   */
  readonly builder: (source: ImageSource) => Promise<ResolvedBuilder>;
  /** One question. @throws Failure */
  readonly image: (source: ImageSource) => Promise<ResolvedImage>;
  /** Where the layers of a builder that was read lie. */
  readonly repositoryOf: (builder: ResolvedBuilder) => Repository;
}

export function builderReader(platform: Platform, tools: BuilderTools, watching: Watching): BuilderReader {
  const opened = new Map<string, Promise<OpenedSource>>();
  const open = (source: ImageSource): Promise<OpenedSource> => {
    const key = formatImageSource(source);
    const known = opened.get(key) ?? openOne(source, tools, watching);
    opened.set(key, known);
    return known;
  };
  const builders = new Map<string, Promise<ResolvedBuilder>>();
  const repositories = new Map<ResolvedBuilder, Repository>();
  const readBuilder = async (source: ImageSource): Promise<ResolvedBuilder> => {
    const found = await open(source);
    const repository =
      source.kind === 'registry' ? remembered(found.repository, tools.layerCache) : found.repository;
    const [offered] = await platformImages({ ...found, repository }, platform);
    invariant(offered !== undefined, 'what has no image of the platform is refused');
    const { manifest, config } = await offered.open();
    const facts = readBuilderLabels(config.labels, found.name);
    const builder = { source, digest: found.descriptor.digest, manifest, config, facts };
    repositories.set(builder, found.repository);
    return builder;
  };
  return {
    builder: (source) => {
      const key = formatImageSource(source);
      const known = builders.get(key) ?? readBuilder(source);
      builders.set(key, known);
      return known;
    },
    image: async (source) => ({ source, digest: (await open(source)).descriptor.digest }),
    repositoryOf: (builder) => {
      const repository = repositories.get(builder);
      invariant(repository !== undefined, 'a builder comes from here');
      return repository;
    },
  };
}

async function openOne(source: ImageSource, tools: BuilderTools, watching: Watching): Promise<OpenedSource> {
  const [opened] = await openImages([source], tools, watching);
  invariant(opened !== undefined, 'each source is opened or a failure');
  return opened;
}

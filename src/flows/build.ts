import path from 'node:path';
import type { Bundle } from '../model/bundle.ts';
import { bundleDocument, formatBundle } from '../model/bundle.ts';
import type { Candidate, CandidatePlatform } from '../model/candidate.ts';
import type { Config, ImageDefinition, PlatformOrigin } from '../model/definition.ts';
import type { SourceState } from '../model/evidence.ts';
import { formatPlatform } from '../model/platform.ts';
import { formatReference, tagOrDigest, type Reference } from '../model/reference.ts';
import { copyImage } from '../ports/copy.ts';
import type { Layout } from '../ports/layout.ts';
import { buildCandidate, type BuildInput, type BuildTools } from '../stages/build/build.ts';
import { resolve } from '../stages/resolve/resolve.ts';
import { imagesOf } from '../stages/resolve/platforms.ts';
import { Failure } from '../base/failure.ts';
import { invariant, unreachable } from '../base/invariant.ts';
import { ledgerFolder } from './ledger-folder.ts';
import { selectByName } from './select.ts';
import { buildImageOnPlatform } from './build-on-platform.ts';
import type { LifecycleFlowTools } from './lifecycle-ground.ts';
import type { Watching } from './tools.ts';

export interface BuildOrder {
  readonly config: Config;
  /** Names in the config; empty: all of them. */
  readonly images: readonly string[];
  /** Folder of the bundle; made where it does not exist. */
  readonly out: string;
}

/**
 * Makes a bundle: every image of the order built, or fetched where somebody else builds it, with its inputs on record.
 * The bundle names no member before all of them are there.
 */
export async function buildBundle(
  order: BuildOrder,
  tools: LifecycleFlowTools,
  watching: Watching,
): Promise<Bundle> {
  const made = order.config.images.filter(({ origin }) => origin.kind !== 'pinned');
  const images = selectByName(made, order.images, ({ name }) => name, 'image that is built or fetched');
  if (images.length === 0) {
    throw new Failure('config-invalid', 'all images are pinned: there is none to build or fetch', {
      where: { file: order.config.file },
      hint: '`lockkeeper update` proposes what pinned images move to, and judges it.',
    });
  }
  const ours = [order.out, ledgerFolder(undefined, order.config, order.config.directory)];
  // The bundle often lies in the repository, and must not make a clean one dirty.
  const source = await (await tools.worktrees.open(order.config.directory, ours)).state();
  const layout = await tools.layouts.openOrCreate(order.out);
  return layout.exclusively(async () => {
    const maker = new CandidateMaker({ ...order, ours, source, layout, tools, watching });
    const members: Candidate[] = [];
    for (const image of images) members.push(await maker.make(image));
    const bundle: Bundle = {
      schemaVersion: 1,
      set: tools.newId(),
      createdAt: tools.clock.now().toISOString(),
      source,
      members,
      baselines: [],
      leftOut: [],
    };
    await layout.putDocument(bundleDocument, formatBundle(bundle));
    return bundle;
  });
}

interface MakerInput {
  readonly config: Config;
  readonly out: string;
  /** Folders that we write into; absolute. */
  readonly ours: readonly (string | undefined)[];
  readonly source: SourceState;
  readonly layout: Layout;
  readonly tools: LifecycleFlowTools;
  readonly watching: Watching;
}

class CandidateMaker {
  readonly #config: Config;
  readonly #out: string;
  readonly #ours: MakerInput['ours'];
  readonly #source: SourceState;
  readonly #layout: Layout;
  readonly #tools: LifecycleFlowTools;
  readonly #watching: Watching;
  /** One search for all images; an order of ready images only needs no engine. */
  #buildTools: Promise<BuildTools> | undefined;

  constructor({ config, out, ours, source, layout, tools, watching }: MakerInput) {
    this.#config = config;
    this.#out = out;
    this.#ours = ours;
    this.#source = source;
    this.#layout = layout;
    this.#tools = tools;
    this.#watching = watching;
  }

  make(image: ImageDefinition): Promise<Candidate> {
    const { origin } = image;
    invariant(origin.kind !== 'pinned', 'what is pinned was left out before');
    switch (origin.kind) {
      case 'build':
        return this.#build(image, origin);
      case 'ready':
        return this.#fetch(image, origin.reference);
      case 'platform':
        return this.#onPlatform(image, origin);
      default:
        return unreachable(origin);
    }
  }

  async #onPlatform(image: ImageDefinition, origin: PlatformOrigin): Promise<Candidate> {
    const [config, out, tools, watching] = [this.#config, this.#out, this.#tools, this.#watching];
    const { candidate } = await buildImageOnPlatform(
      { config, image, origin, out },
      this.#layout,
      tools,
      watching,
    );
    return candidate;
  }

  async #build(image: ImageDefinition, origin: BuildInput['origin']): Promise<Candidate> {
    const dockerfile = path.resolve(this.#config.directory, origin.dockerfile);
    const context = path.resolve(this.#config.directory, origin.context);
    const files = {
      dockerfile: await this.#tools.worktrees.digestOf(dockerfile),
      context: (await (await this.#tools.worktrees.open(context, this.#ours)).state()).tree,
    };
    const labels: Record<string, string> =
      this.#source.commit === undefined || this.#source.dirty
        ? {}
        : { 'org.opencontainers.image.revision': this.#source.commit };
    this.#buildTools ??= this.#findTools();
    return buildCandidate({ image, origin, dockerfile, context, files, labels }, await this.#buildTools);
  }

  async #findTools(): Promise<BuildTools> {
    const { engines, builderOf, clock } = this.#tools;
    const { observe, signal } = this.#watching;
    const engine = await engines.find(this.#config.gate.engine, signal);
    observe({ kind: 'engine-found', engine: `${engine.kind} ${engine.version}` });
    return { builder: builderOf(engine), layout: this.#layout, clock, observe, signal };
  }

  /** Somebody else built it: it is resolved once, here, and travels by digest from then on. */
  async #fetch(image: ImageDefinition, reference: Reference): Promise<Candidate> {
    const { registries, clock } = this.#tools;
    const { observe } = this.#watching;
    const from = registries.open(reference.registry, reference.repository);
    const { descriptor, lookedUpAt } = await resolve(reference, { repository: from, clock });
    if (descriptor === undefined) {
      throw new Failure(
        'manifest-missing',
        `${formatReference(reference)}, the candidate for ${image.name}, does not exist`,
        {
          hint: `Push it first, or correct images.${image.name}.image (asked for ${tagOrDigest(reference)}).`,
          where: { file: this.#config.file },
        },
      );
    }
    observe({
      kind: 'resolved',
      image: image.name,
      reference: formatReference(reference),
      digest: descriptor.digest,
    });
    observe({ kind: 'fetch-started', reference: formatReference(reference) });
    await copyImage(from, this.#layout, descriptor.digest, {
      tag: image.name,
      onBlob: ({ digest, size }, result) => observe({ kind: 'blob-copied', digest, size, result }),
    });
    const platforms = (await imagesOf(this.#layout, descriptor)).map(
      ({ platform, manifest }): CandidatePlatform => ({
        platform: formatPlatform(platform),
        manifest: manifest.digest,
      }),
    );
    return {
      image: image.name,
      digest: descriptor.digest,
      mediaType: descriptor.mediaType,
      platforms,
      origin: { kind: 'ready', reference: formatReference(reference), resolvedAt: lookedUpAt },
    };
  }
}

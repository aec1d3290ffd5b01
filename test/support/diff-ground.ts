import { MemoryLayerCache } from '../../src/adapters/layer-cache/memory.ts';
import { diskLayouts } from '../../src/adapters/registry/layout.ts';
import { MemoryRegistries } from '../../src/adapters/registry/memory.ts';
import { streamOf } from '../../src/base/stream.ts';
import { diff, type Diff, type DiffOrder, type DiffTools } from '../../src/flows/diff.ts';
import { digestOf, type Digest } from '../../src/model/digest.ts';
import { parseImageSource } from '../../src/model/image-source.ts';
import { descriptorOf, parseManifest } from '../../src/model/manifest.ts';
import { mediaTypes } from '../../src/model/media-type.ts';
import type { Repository } from '../../src/ports/repository.ts';
import { FakeClock } from './fake-clock.ts';
import { pushLayers, type LayeredImage } from './layered-image.ts';
import type { RawMember } from './layers.ts';

/** Registries in memory, layouts on disk, and no engine. */
export interface DiffGround {
  readonly tools: DiffTools;
  readonly repository: Repository;
  readonly push: (tag: string, image: LayeredImage) => Promise<Digest>;
  readonly pushIndex: (tag: string, images: Readonly<Record<string, LayeredImage>>) => Promise<Digest>;
  /** Of `r.test/team/ci`, by tag, or of any source that is spelled out. */
  readonly diff: (from: string, to: string, order?: Partial<DiffOrder>) => Promise<Diff>;
}

export function diffGround(): DiffGround {
  const registries = new MemoryRegistries();
  const repository = registries.open('r.test', 'team/ci');
  const none = (): never => {
    throw new Error('no engine is asked here');
  };
  const tools: DiffTools = {
    registries,
    layouts: diskLayouts,
    layerCache: new MemoryLayerCache(),
    engines: { find: none, examine: none },
    exporterOf: none,
    clock: new FakeClock(),
    scratch: none,
  };
  return {
    tools,
    repository,
    push: (tag, image) => pushLayers(repository, { ...image, tag }),
    pushIndex: async (tag, images) => {
      const manifests = [];
      for (const [platform, image] of Object.entries(images)) {
        const [os = '', architecture = ''] = platform.split('/');
        const digest = await pushLayers(repository, { ...image, architecture });
        manifests.push({
          ...descriptorOf(await repository.manifest(digest)),
          platform: { os, architecture },
        });
      }
      const bytes = Buffer.from(
        JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests }),
      );
      const index = parseManifest(bytes, mediaTypes.ociIndex);
      await repository.putManifest(index, tag);
      return index.digest;
    },
    diff: (from, to, order = {}) => {
      const source = (name: string): DiffOrder['baseline'] =>
        parseImageSource(/[:/]/.test(name) ? name : `r.test/team/ci:${name}`);
      return diff(
        {
          baseline: source(from),
          candidate: source(to),
          platform: undefined,
          reach: 'layers',
          noise: [],
          ...order,
        },
        tools,
        { observe: () => undefined, signal: undefined },
      );
    },
  };
}

/** Puts an artifact with an image's `subject` beside it, as registries hold signatures and attestations. */
export async function pushNotes(repository: Repository, subject: Digest): Promise<void> {
  const empty = Buffer.from('{}');
  const config = { mediaType: mediaTypes.ociEmpty, digest: digestOf(empty), size: empty.length };
  await repository.putBlob(config, () => streamOf([empty]));
  const of = descriptorOf(await repository.manifest(subject));
  const document = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    artifactType: 'application/notes',
    config,
    layers: [config],
    subject: of,
  };
  await repository.putManifest(parseManifest(Buffer.from(JSON.stringify(document)), mediaTypes.ociManifest));
}

const dpkgEntry = (name: string, version: string, kibibytes: number): string =>
  `Package: ${name}\nStatus: install ok installed\nInstalled-Size: ${kibibytes}\nVersion: ${version}\nArchitecture: amd64\n\n`;

/** dpkg's database of packages, each `name version kibibytes`. */
export function dpkgStatus(...packages: readonly string[]): RawMember {
  const content = packages
    .map((each) => {
      const [name = '', version = '', size = '0'] = each.split(' ');
      return dpkgEntry(name, version, Number(size));
    })
    .join('');
  return { name: 'var/lib/dpkg/status', content };
}

/** dpkg's list of the files of one package. */
export function dpkgList(name: string, ...paths: readonly string[]): RawMember {
  return { name: `var/lib/dpkg/info/${name}.list`, content: ['/.', ...paths, ''].join('\n') };
}

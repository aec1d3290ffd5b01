import { Failure } from '../../src/base/failure.ts';
import { MemoryDocuments } from '../../src/adapters/documents/memory.ts';
import { MemoryRegistries } from '../../src/adapters/registry/memory.ts';
import { diskLayouts } from '../../src/adapters/registry/layout.ts';
import { digestOf, type Digest } from '../../src/model/digest.ts';
import { KnowledgeFiles } from '../../src/adapters/knowledge/files.ts';
import { MemoryLayerCache } from '../../src/adapters/layer-cache/memory.ts';
import type { ParityTools } from '../../src/flows/platform-judge.ts';
import { memoryTree } from './memory-tree.ts';
import { parseReference } from '../../src/model/reference.ts';
import { FakeClock } from './fake-clock.ts';
import { pushLayers } from './layered-image.ts';
import { rawLayer, type RawMember } from './layers.ts';

/** A buildpack of a builder that a test makes. */
export interface MadeBuildpack {
  readonly id: string;
  readonly version: string;
  /** The layer that holds it; none: the labels name no layer. */
  readonly files?: readonly RawMember[];
  /** What a composite buildpack is made of, `id` or `id@version`, `?` at the end where it is optional. */
  readonly order?: readonly (readonly string[])[];
}

export interface MadeBuilder {
  readonly buildpacks: readonly MadeBuildpack[];
  readonly order: readonly (readonly string[])[];
  readonly runImage?: string;
  /** In place of what is made of the above. */
  readonly labels?: Readonly<Record<string, string | undefined>>;
  readonly architecture?: string;
}

interface OrderLabel {
  readonly group: readonly object[];
}

/** The labels that `pack builder create` writes, as far as they are read. */
export function builderLabels(made: MadeBuilder): Record<string, string> {
  const { buildpacks, order, runImage, labels = {} } = made;
  const layers: Record<string, Record<string, object>> = {};
  for (const { id, version, files, order: own } of buildpacks) {
    layers[id] = {
      ...layers[id],
      [version]: {
        api: '0.10',
        targets: [{ os: 'linux', arch: 'amd64' }],
        ...(files === undefined ? {} : { layerDiffID: digestOf(rawLayer(files)) }),
        ...(own === undefined ? {} : { order: own.map(groupOf) }),
      },
    };
  }
  const made0: Record<string, string | undefined> = {
    'io.buildpacks.builder.metadata': JSON.stringify({
      description: '',
      buildpacks: buildpacks.map(({ id, version }) => ({ id, version })),
      stack: { runImage: { image: runImage ?? '' } },
      lifecycle: {
        version: '0.20.5',
        apis: { platform: { supported: ['0.7', '0.12'] }, buildpack: { supported: ['0.7', '0.10'] } },
      },
    }),
    'io.buildpacks.buildpack.order': JSON.stringify(order.map(groupOf)),
    'io.buildpacks.buildpack.layers': JSON.stringify(layers),
    ...labels,
  };
  return Object.fromEntries(
    Object.entries(made0).flatMap(([name, text]) => (text === undefined ? [] : [[name, text]])),
  );
}

function groupOf(entries: readonly string[]): OrderLabel {
  return {
    group: entries.map((entry) => {
      const [id = '', version] = entry.replace(/\?$/, '').split('@');
      return {
        id,
        ...(version === undefined ? {} : { version }),
        ...(entry.endsWith('?') ? { optional: true } : {}),
      };
    }),
  };
}

/** Registries and documents in memory. */
export function parityGround(): {
  readonly registries: MemoryRegistries;
  readonly documents: MemoryDocuments;
  readonly clock: FakeClock;
  readonly tools: ParityTools;
  /** Folders by path, each with its files. */
  readonly folders: Map<string, Readonly<Record<string, string>>>;
  readonly pushBuilder: (name: string, made: MadeBuilder) => Promise<Digest>;
  readonly pushPlain: (name: string, content?: string) => Promise<Digest>;
} {
  const registries = new MemoryRegistries();
  const documents = new MemoryDocuments();
  const clock = new FakeClock();
  const folders = new Map<string, Readonly<Record<string, string>>>();
  const none = (): never => {
    throw new Error('no engine is asked here');
  };
  const repositoryOf = (name: string) => {
    const { registry, repository, tag = 'latest' } = parseReference(name);
    return { repository: registries.open(registry, repository), tag };
  };
  return {
    registries,
    documents,
    clock,
    folders,
    tools: {
      trees: {
        open: (path) => {
          const files = folders.get(path);
          return files === undefined
            ? Promise.reject(new Failure('path-missing', `${path} does not exist`))
            : Promise.resolve({ ...memoryTree(files), path, root: path });
        },
        openCommit: none,
      },
      knowledge: new KnowledgeFiles(),
      layerCache: new MemoryLayerCache(),
      registries,
      documents,
      layouts: diskLayouts,
      engines: { find: none, examine: none },
      exporterOf: none,
      clock,
      scratch: none,
    },
    pushBuilder: (name, made) => {
      const { repository, tag } = repositoryOf(name);
      return pushLayers(repository, {
        tag,
        layers: [
          [{ name: 'cnb/order.toml', content: JSON.stringify(made.order) }],
          ...made.buildpacks.flatMap(({ files }) => (files === undefined ? [] : [files])),
        ],
        settings: { Labels: builderLabels(made) },
        ...(made.architecture === undefined ? {} : { architecture: made.architecture }),
      });
    },
    pushPlain: (name, content = 'run') => {
      const { repository, tag } = repositoryOf(name);
      return pushLayers(repository, { tag, layers: [[{ name: 'run', content }]] });
    },
  };
}

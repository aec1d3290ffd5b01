import { Failure } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import { collectBytes } from '../base/stream.ts';
import { readTar } from '../base/tar-read.ts';
import { unpack } from '../base/unpack.ts';
import type { BuilderBuildpack } from '../model/builder-facts.ts';
import { entryFor, type BuildpackKnowledge, type VersionTable } from '../model/buildpack-knowledge.ts';
import type { Descriptor } from '../model/descriptor.ts';
import { DigestBuilder, digestAlgorithm, digestHex, digestOf, type Digest } from '../model/digest.ts';
import type { ResolvedBuilder } from '../model/platform-profile.ts';
import { parseVersionList, type VersionList } from '../model/version-list.ts';
import type { LayerCache } from '../ports/layer-cache.ts';
import type { Repository } from '../ports/repository.ts';
import { readBuildpackToml } from '../stages/parity/buildpack-toml.ts';
import { nameOf } from '../stages/parity/installers.ts';
import { carveInventory } from '../stages/parity/inventory.ts';
import { forgiving } from './forgiving-cache.ts';

export interface TableOrder {
  readonly builder: ResolvedBuilder;
  readonly repository: Repository;
  readonly buildpack: BuilderBuildpack;
  readonly knowledge: BuildpackKnowledge;
}

/** In the file of what is kept: counts up whenever tables are read otherwise. */
const tableVersion = 3;

/**
 * The versions that a buildpack holds in itself (level L1): one layer of the builder is fetched, the one that its labels
 * name, and what was read of it is kept. Kept is only what proven bytes say: a layer that is another one than its name, and
 * a builder whose labels do not fit its layers, leave nothing behind. Undefined: the buildpack has no table of its own.
 * @throws Failure of the registry, `content-refused`, `content-mismatch` (the layer is not what the builder says), `interrupted`
 */
export async function buildpackTable(
  order: TableOrder,
  layerCache: LayerCache,
): Promise<VersionList | undefined> {
  const cache = forgiving(layerCache);
  const { buildpack, knowledge, builder } = order;
  const table = entryFor(knowledge.bounds, buildpack.version)?.table;
  if (table?.kind !== 'inventory' && table?.kind !== 'buildpack.toml') return undefined;
  const diffId = buildpack.layer;
  if (diffId === undefined) {
    const why = `the builder’s labels do not say which layer holds ${nameOf(buildpack)}`;
    return { kind: 'unknown', why };
  }
  const layer = builder.manifest.layers[builder.config.diffIds.indexOf(diffId)];
  if (layer === undefined) {
    const why = `the builder has no layer ${diffId}, which its labels name for ${buildpack.id}`;
    return { kind: 'unknown', why };
  }
  const { os, architecture } = builder.config.platform;
  const key = JSON.stringify([
    diffId,
    buildpack.id,
    buildpack.version,
    table,
    os,
    architecture,
    stackOf(builder),
  ]);
  const name = `parity.${tableVersion}-${digestHex(digestOf(key))}`;
  const kept = await cache.get(name);
  const known = kept === undefined ? undefined : parseVersionList(kept);
  if (known !== undefined) return known;
  const read = await readTable(order, table, { layer, diffId });
  await cache.put(name, [Buffer.from(JSON.stringify(read))]);
  return read;
}

type OwnTable = Extract<VersionTable, { readonly kind: 'inventory' | 'buildpack.toml' }>;

interface NamedLayer {
  readonly layer: Descriptor;
  readonly diffId: Digest;
}

/** What the bytes of the layer say, and nothing else of the builder. */
async function readTable(
  { builder, repository, buildpack }: TableOrder,
  table: OwnTable,
  { layer, diffId }: NamedLayer,
): Promise<VersionList> {
  const within = table.kind === 'inventory' ? table.program : 'buildpack.toml';
  const path = `cnb/buildpacks/${buildpack.id.replaceAll('/', '_')}/${buildpack.version}/${within}`;
  const source = `/${path}`;
  const bytes = await readMember(repository.blob(layer), path, { layer, diffId });
  if (bytes === undefined)
    return { kind: 'unknown', why: `${source} is not in the layer of ${buildpack.id}` };
  const { platform } = builder.config;
  return table.kind === 'inventory'
    ? carveInventory(bytes, { least: table.least, platform, source })
    : readBuildpackToml(bytes, { dependency: table.dependency, platform, stack: stackOf(builder), source });
}

/** Older builders say it, and those of targets alone do not. */
function stackOf({ config }: ResolvedBuilder): string | undefined {
  return config.labels['io.buildpacks.stack.id'];
}

/** One file of a layer. The layer is read to its end, since only there both of its digests are proven. */
async function readMember(
  packed: AsyncIterable<Uint8Array>,
  path: string,
  { layer, diffId }: NamedLayer,
): Promise<Buffer | undefined> {
  const refuse = (why: string): Failure =>
    new Failure('content-refused', `layer ${layer.digest} is refused: ${why}`);
  const tooLarge = (): never => {
    throw refuse('it is larger than any buildpack');
  };
  const hash = new DigestBuilder(digestAlgorithm(diffId));
  let found: Buffer | undefined;
  for await (const { name: member, kind, content } of readTar(
    hashed(unpack(packed, refuse), hash, tooLarge),
    refuse,
  )) {
    const plain = member.replace(/^(?:\.?\/)+/, '');
    if (kind === 'file' && plain === path)
      found = Buffer.from(await collectBytes(content, limits.buildpackFileBytesMax, tooLarge));
  }
  const unpacked = hash.digest();
  if (unpacked === diffId) return found;
  throw new Failure(
    'content-mismatch',
    `layer ${layer.digest} unpacks to ${unpacked}, and the builder’s config says ${diffId}`,
    { hint: 'Manifest and config of the builder contradict each other; nothing of it was believed.' },
  );
}

async function* hashed(
  chunks: AsyncIterable<Buffer>,
  hash: DigestBuilder,
  tooLarge: () => never,
): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    if (hash.bytes + chunk.length > limits.buildpackLayerBytesMax) tooLarge();
    hash.update(chunk);
    yield chunk;
  }
}

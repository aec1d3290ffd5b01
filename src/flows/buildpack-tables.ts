import { Failure, isFailure } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import { collectBytes } from '../base/stream.ts';
import { readTar } from '../base/tar-read.ts';
import { unpack } from '../base/unpack.ts';
import type { BuilderBuildpack } from '../model/builder-facts.ts';
import { entryFor, type BuildpackKnowledge, type VersionTable } from '../model/buildpack-knowledge.ts';
import { digestHex, digestOf } from '../model/digest.ts';
import type { ResolvedBuilder } from '../model/platform-profile.ts';
import { parseVersionList, type VersionList } from '../model/version-list.ts';
import type { LayerCache } from '../ports/layer-cache.ts';
import type { Repository } from '../ports/repository.ts';
import { readBuildpackToml } from '../stages/parity/buildpack-toml.ts';
import { carveInventory } from '../stages/parity/inventory.ts';

export interface TableOrder {
  readonly builder: ResolvedBuilder;
  readonly repository: Repository;
  readonly buildpack: BuilderBuildpack;
  readonly knowledge: BuildpackKnowledge;
}

/** In the file of what is kept: counts up whenever tables are read otherwise. */
const tableVersion = 1;

/**
 * The versions that a buildpack holds in itself (level L1): one layer of the builder is fetched, the one that its labels
 * name, and what was read of it is kept. Undefined: the buildpack has no table of its own.
 * @throws Failure of the registry, `interrupted`
 */
export async function buildpackTable(order: TableOrder, cache: LayerCache): Promise<VersionList | undefined> {
  const { buildpack, knowledge, builder } = order;
  const table = entryFor(knowledge.bounds, buildpack.version)?.table;
  if (table?.kind !== 'inventory' && table?.kind !== 'buildpack.toml') return undefined;
  const place = `${buildpack.id} ${buildpack.version}`;
  if (buildpack.layer === undefined)
    return { kind: 'unknown', why: `the builder’s labels do not say which layer holds ${place}` };
  const { os, architecture } = builder.config.platform;
  const key = JSON.stringify([buildpack.layer, buildpack.id, buildpack.version, table, os, architecture]);
  const name = `parity.${tableVersion}-${digestHex(digestOf(key))}`;
  const kept = await trying(() => cache.get(name));
  const known = kept === undefined ? undefined : parseVersionList(kept);
  if (known !== undefined) return known;
  const read = await readTable(order, table);
  await trying(() => cache.put(name, Buffer.from(JSON.stringify(read))));
  return read;
}

type OwnTable = Extract<VersionTable, { readonly kind: 'inventory' | 'buildpack.toml' }>;

async function readTable(
  { builder, repository, buildpack }: TableOrder,
  table: OwnTable,
): Promise<VersionList> {
  const { manifest, config } = builder;
  const at = config.diffIds.findIndex((diffId) => diffId === buildpack.layer);
  const layer = manifest.layers[at];
  if (layer === undefined) {
    const why = `the builder has no layer ${buildpack.layer ?? ''}, which its labels name for ${buildpack.id}`;
    return { kind: 'unknown', why };
  }
  const within = table.kind === 'inventory' ? table.program : 'buildpack.toml';
  const path = `cnb/buildpacks/${buildpack.id.replaceAll('/', '_')}/${buildpack.version}/${within}`;
  const source = `/${path}`;
  const bytes = await readMember(repository.blob(layer), path, layer.digest);
  if (bytes === undefined)
    return { kind: 'unknown', why: `${source} is not in the layer of ${buildpack.id}` };
  const { platform } = config;
  return table.kind === 'inventory'
    ? carveInventory(bytes, { least: table.least, platform, source })
    : readBuildpackToml(bytes, { dependency: table.dependency, platform, source });
}

/** One file of a layer. The layer is read to its end, since only there its digest is proven. */
async function readMember(
  packed: AsyncIterable<Uint8Array>,
  path: string,
  name: string,
): Promise<Buffer | undefined> {
  const refuse = (why: string): Failure => new Failure('content-refused', `layer ${name} is refused: ${why}`);
  const tooLarge = (): never => {
    throw refuse('it is larger than any buildpack');
  };
  let found: Buffer | undefined;
  for await (const { name: member, kind, content } of readTar(
    bounded(unpack(packed, refuse), tooLarge),
    refuse,
  )) {
    const plain = member.replace(/^(?:\.?\/)+/, '');
    if (kind === 'file' && plain === path)
      found = Buffer.from(await collectBytes(content, limits.buildpackFileBytesMax, tooLarge));
  }
  return found;
}

async function* bounded(chunks: AsyncIterable<Buffer>, tooLarge: () => never): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > limits.buildpackLayerBytesMax) tooLarge();
    yield chunk;
  }
}

/** A cache that cannot be used stops nobody. */
async function trying<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isFailure(error)) return undefined;
    throw error;
  }
}

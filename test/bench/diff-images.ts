import { createReadStream, createWriteStream } from 'node:fs';
import { lstat, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { diskLayouts } from '../../src/adapters/registry/layout.ts';
import { streamOf } from '../../src/base/stream.ts';
import { writeTar, type TarMember } from '../../src/base/tar-write.ts';
import type { Descriptor } from '../../src/model/descriptor.ts';
import { DigestBuilder, digestOf, type Digest } from '../../src/model/digest.ts';
import { parseManifest } from '../../src/model/manifest.ts';
import { mediaTypes } from '../../src/model/media-type.ts';

const head = { mode: 0o644, uid: 0, gid: 0, mtime: 1_700_000_000 } as const;

/** A packed layer in a file. */
export interface BenchLayer {
  readonly file: string;
  readonly blob: Descriptor;
  readonly diffId: Digest;
}

/** Packs members as builders do. */
export async function packLayer(
  file: string,
  members: AsyncIterable<TarMember> | Iterable<TarMember>,
  level = 6,
): Promise<BenchLayer> {
  const unpacked = new DigestBuilder();
  const packed = new DigestBuilder();
  const watch = (digest: DigestBuilder) =>
    async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const chunk of chunks) {
        digest.update(chunk);
        yield chunk;
      }
    };
  await pipeline(
    writeTar(members),
    watch(unpacked),
    createGzip({ level }),
    watch(packed),
    createWriteStream(file),
  );
  const blob = { mediaType: mediaTypes.ociLayerGzip, digest: packed.digest(), size: packed.bytes };
  return { file, blob, diffId: unpacked.digest() };
}

/** Puts an image of these layers under a tag of the layout at `folder`. */
export async function layImage(folder: string, tag: string, layers: readonly BenchLayer[]): Promise<void> {
  const layout = await diskLayouts.openOrCreate(folder);
  for (const { file, blob } of layers) await layout.putBlob(blob, () => createReadStream(file));
  const config = Buffer.from(
    JSON.stringify({
      os: 'linux',
      architecture: 'amd64',
      config: {},
      rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    }),
  );
  const descriptor = { mediaType: mediaTypes.ociConfig, digest: digestOf(config), size: config.length };
  await layout.putBlob(descriptor, () => streamOf([config]));
  const document = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: descriptor,
    layers: layers.map(({ blob }) => blob),
  };
  await layout.putManifest(parseManifest(Buffer.from(JSON.stringify(document)), mediaTypes.ociManifest), tag);
}

/**
 * This machine's own programs, libraries and package database, up to `bytes` bytes: what is in a layer of a distribution.
 * With `salt`, every tenth file has another first byte.
 */
export async function* machineFiles(bytes: number, salt: number): AsyncGenerator<TarMember> {
  let left = bytes;
  let count = 0;
  for await (const file of walk([
    '/var/lib/dpkg/status',
    '/var/lib/dpkg/info',
    '/usr/bin',
    '/usr/lib',
    '/usr/share',
  ])) {
    if (left <= 0) return;
    const content = await readFile(file);
    count += 1;
    if (salt > 0 && count % 10 === 0 && content.length > 0) content[0] = (content[0] ?? 0) ^ salt;
    left -= content.length;
    yield { ...head, kind: 'file', name: file.slice(1), size: content.length, content: streamOf([content]) };
  }
}

async function* walk(places: readonly string[]): AsyncGenerator<string> {
  for (const place of places) {
    const info = await lstat(place);
    if (info.isFile() && info.size < 32 * 1024 ** 2) yield place;
    if (!info.isDirectory()) continue;
    const names = await readdir(place);
    yield* walk(names.toSorted().map((name) => path.join(place, name)));
  }
}

/** Many files of one size; `salt` tells two sets apart in every hundredth of them. */
export function* manyFiles(count: number, size: number, salt: number): Generator<TarMember> {
  const content = Buffer.alloc(size);
  for (let at = 0; at < size; at += 1) content[at] = (at * at) >> 5;
  for (let at = 0; at < count; at += 1) {
    const own = Buffer.from(content);
    own.writeUInt32LE(at, 0);
    if (at % 100 === 0) own.writeUInt32LE(salt, 4);
    const name = `opt/folder-${at % 500}/file-${at}`;
    yield { ...head, kind: 'file', name, size, content: streamOf([own]) };
  }
}

export function removeFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true });
}

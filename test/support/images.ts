import { readFile } from 'node:fs/promises';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { askCommand } from '../../src/base/command.ts';
import { collectBytes, streamOf } from '../../src/base/stream.ts';
import { writeTar, type TarMember } from '../../src/base/tar-write.ts';
import { MemoryRepository } from '../../src/adapters/registry/memory.ts';
import type { Descriptor } from '../../src/model/descriptor.ts';
import { digestOf, type Digest } from '../../src/model/digest.ts';
import { parseManifest, type ImageManifest } from '../../src/model/manifest.ts';
import { mediaTypes } from '../../src/model/media-type.ts';
import type { Repository } from '../../src/ports/repository.ts';

/** Small real images, made from the machine's own busybox without any engine: a tenth of a second each. */
export interface TestImage {
  readonly repository: Repository;
  readonly manifest: ImageManifest;
  readonly config: Digest;
  readonly diffIds: readonly Digest[];
}

export interface TestImageOptions {
  /** Put into the image, over what every image has: busybox with its applets, users root and tester, `/tmp`. */
  readonly files?: readonly TarMember[];
  /** Without busybox and all that: one empty folder. */
  readonly bare?: boolean;
  /** A third layer, over `files`. */
  readonly top?: readonly TarMember[];
  /** Each a layer of its own, over all others. */
  readonly layers?: readonly (readonly TarMember[])[];
  /** Members of the config's `config`, such as `User` or `Env`. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly compression?: keyof typeof compressions;
  /** Docker's own types know gzip only. */
  readonly spelling?: 'oci' | 'docker';
  /** Instead of the digests of the layers; for images that lie. */
  readonly diffIds?: readonly string[];
  /** Defaults to this machine's own. */
  readonly architecture?: string;
}

/** A user of every test image, `tester`, in group `testers`. */
export const tester = { uid: 1234, gid: 2345 };

export function textFile(name: string, text: string, mode = 0o644): TarMember {
  const content = Buffer.from(text);
  return { ...owned(name, mode), kind: 'file', size: content.length, content: streamOf([content]) };
}

export function folder(name: string, mode = 0o755): TarMember {
  return { ...owned(name, mode), kind: 'directory' };
}

export function link(name: string, linkName: string): TarMember {
  return { ...owned(name, 0o777), kind: 'link', linkName };
}

/** The same options give the same image, down to its digests. */
export async function makeImage(options: TestImageOptions = {}): Promise<TestImage> {
  const { compression = 'gzip', spelling = 'oci', files = [], settings = {} } = options;
  const more = [files, options.top ?? [], ...(options.layers ?? [])].filter((each) => each.length > 0);
  const lowest = options.bare === true ? await tarOf([folder('empty')]) : await busyboxLayer();
  const layers = [lowest, ...(await Promise.all(more.map(tarOf)))];
  const diffIds = layers.map((layer) => digestOf(layer));
  const config = Buffer.from(
    JSON.stringify({
      architecture: options.architecture ?? machine(),
      os: 'linux',
      config: { Env: ['PATH=/bin'], ...settings },
      rootfs: { type: 'layers', diff_ids: options.diffIds ?? diffIds },
    }),
  );
  const types = spellings[spelling];
  const repository = new MemoryRepository('memory/test');
  const put = async (bytes: Uint8Array, mediaType: string): Promise<Descriptor> => {
    const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.length };
    await repository.putBlob(descriptor, () => streamOf([bytes]));
    return descriptor;
  };
  const blobs: Descriptor[] = [];
  for (const layer of layers)
    blobs.push(
      await put(
        compressions[compression](layer),
        spelling === 'docker' ? types.layer : types.layer + suffixes[compression],
      ),
    );
  const document = {
    schemaVersion: 2,
    mediaType: types.manifest,
    config: await put(config, types.config),
    layers: blobs,
  };
  const manifest = parseManifest(Buffer.from(JSON.stringify(document)), types.manifest);
  if (manifest.kind !== 'manifest') throw new Error('made an index');
  await repository.putManifest(manifest);
  return { repository, manifest, config: manifest.config.digest, diffIds };
}

const compressions = {
  gzip: (bytes: Buffer): Buffer => gzipSync(bytes, { level: 1 }),
  zstd: (bytes: Buffer): Buffer => zstdCompressSync(bytes),
  none: (bytes: Buffer): Buffer => bytes,
} as const;

const suffixes = { gzip: '+gzip', zstd: '+zstd', none: '' } as const;

const spellings = {
  oci: { manifest: mediaTypes.ociManifest, config: mediaTypes.ociConfig, layer: mediaTypes.ociLayer },
  docker: {
    manifest: mediaTypes.dockerManifest,
    config: mediaTypes.dockerConfig,
    layer: mediaTypes.dockerLayerGzip,
  },
} as const;

let layer: Promise<Buffer> | undefined;

function busyboxLayer(): Promise<Buffer> {
  layer ??= makeBusyboxLayer();
  return layer;
}

async function makeBusyboxLayer(): Promise<Buffer> {
  const busybox = await readFile('/bin/busybox');
  const list = { program: '/bin/busybox', args: ['--list'], env: {}, timeoutMs: 10_000 };
  const applets = (await askCommand(list))
    .trim()
    .split('\n')
    .filter((name) => name !== 'busybox');
  return tarOf([
    folder('bin'),
    { ...owned('bin/busybox', 0o755), kind: 'file', size: busybox.length, content: streamOf([busybox]) },
    ...applets.map((name) => link(`bin/${name}`, 'busybox')),
    folder('etc'),
    textFile(
      'etc/passwd',
      `root:x:0:0:root:/root:/bin/sh\ntester:x:${tester.uid}:${tester.gid}::/home/tester:/bin/sh\n`,
    ),
    textFile('etc/group', `root:x:0:\ntesters:x:${tester.gid}:\nwheel:x:77:tester\n`),
    folder('root', 0o700),
    folder('tmp', 0o1777),
  ]);
}

function owned(name: string, mode: number): Pick<TarMember, 'name' | 'mode' | 'uid' | 'gid' | 'mtime'> {
  return { name, mode, uid: 0, gid: 0, mtime: 1_577_836_800 };
}

function tarOf(members: readonly TarMember[]): Promise<Buffer> {
  return collectBytes(writeTar(members), 64 * 1024 ** 2, () => {
    throw new Error('a test image is small');
  });
}

function machine(): string {
  return process.arch === 'x64' ? 'amd64' : process.arch;
}

import { Failure } from '../../base/failure.ts';
import { chainIds } from '../../model/chain.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import { isDigest, type Digest } from '../../model/digest.ts';
import { parsePlatform, type Platform } from '../../model/platform.ts';
import { engineComplaint } from '../../ports/engine-command.ts';
import { layersOf, type ArchivedImage } from './archived-image.ts';
import type { Ctr } from './ctr.ts';

/** What a containerd holds of images: blobs as they came, and snapshots, which are layers unpacked upon each other. */
export interface Holdings {
  readonly blobs: ReadonlySet<Digest>;
  readonly snapshotter: string;
  /** Committed snapshots by chain id, each with the one that it stands on (empty for the lowest). */
  readonly snapshots: ReadonlyMap<string, string>;
}

/** The store of one containerd. What it holds is asked once before images come, and anew after each. */
export class ContainerdStore {
  readonly #ctr: Ctr;
  #holdings: Holdings | undefined;

  constructor(ctr: Ctr) {
    this.#ctr = ctr;
  }

  /** @throws Failure `engine-unreachable` and whatever asking throws */
  async holdings(signal: AbortSignal | undefined): Promise<Holdings> {
    this.#holdings ??= await holdingsOf(this.#ctr, signal);
    return this.#holdings;
  }

  /** Something is about to come. */
  forget(): void {
    this.#holdings = undefined;
  }
}

async function holdingsOf(ctr: Ctr, signal: AbortSignal | undefined): Promise<Holdings> {
  const lines = await tableOf(ctr, ['content', 'ls'], signal);
  const blobs = new Set(lines.flatMap(([digest = '']) => (isDigest(digest) ? [digest] : [])));
  const snapshotter = snapshotterOf(lines);
  const rows = await tableOf(ctr, ['snapshots', '--snapshotter', snapshotter, 'ls'], signal);
  const snapshots = new Map(
    rows.flatMap((row) => {
      const [key = '', parent = ''] = row;
      return row.at(-1) === 'Committed' ? [[key, row.length > 2 ? parent : ''] as const] : [];
    }),
  );
  return { blobs, snapshotter, snapshots };
}

/**
 * Layers that have to be sent: one that is there as a blob is unpacked when it is needed, and of one that is unpacked
 * already in all its places nobody reads the blob again (nodes that discard blobs hold nothing else).
 */
export function lackingLayers(image: ArchivedImage, { blobs, snapshots }: Holdings): readonly Descriptor[] {
  const chain = chainIds(image.diffIds);
  return layersOf(image).flatMap(({ blob, positions }) =>
    blobs.has(blob.digest) || positions.every((position) => snapshots.has(chain[position] ?? ''))
      ? []
      : [blob],
  );
}

/** What is not there of an image that is said to be there, in words; undefined: it is all there, and unpacked. */
export function missingOf(image: ArchivedImage, holdings: Holdings): string | undefined {
  const { manifest } = image;
  for (const { digest } of [manifest, manifest.config])
    if (!holdings.blobs.has(digest)) return `blob ${digest}`;
  for (const [position, id] of chainIds(image.diffIds).entries()) {
    const below = chainIds(image.diffIds)[position - 1] ?? '';
    if (holdings.snapshots.get(id) !== below)
      return `layer ${position + 1} (${manifest.layers[position]?.digest})`;
  }
  return undefined;
}

/** The platform that a containerd unpacks for. */
export async function platformOf(ctr: Ctr, signal: AbortSignal | undefined): Promise<Platform> {
  for (const row of await tableOf(ctr, ['plugins', 'ls'], signal)) {
    const written = row[0] === 'io.containerd.snapshotter.v1' ? (row[2] ?? '-') : '-';
    if (written.includes('/')) return parsePlatform(written.split(',')[0] ?? '');
  }
  throw new Failure('engine-refused', `${ctr.name} does not say for which platform it unpacks images`);
}

// The name of a label that containerd puts on the config of an image when it has unpacked it.
const unpackedLabel = /(?:^|,)containerd\.io\/gc\.ref\.snapshot\.([a-z0-9._-]+)=/;

/**
 * The snapshotter with which this containerd's images were unpacked, so the one that its kubelet uses; before the first
 * image, the default of containerd.
 */
function snapshotterOf(content: readonly (readonly string[])[]): string {
  const counts = new Map<string, number>();
  for (const row of content) {
    const name = unpackedLabel.exec(row.at(-1) ?? '')?.[1];
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const [most] = [...counts].toSorted(([, left], [, right]) => right - left);
  return most?.[0] ?? 'overlayfs';
}

/** The rows below the head of a table, cut at white space. */
async function tableOf(
  ctr: Ctr,
  args: readonly string[],
  signal: AbortSignal | undefined,
): Promise<readonly (readonly string[])[]> {
  const result = await ctr.ask(args, { signal });
  if (result.status !== 0) {
    throw new Failure('engine-unreachable', `${ctr.name} does not answer: ${engineComplaint(result)}`, {
      hint: 'Look whether containerd is running there, and whether this user may speak to it (CONTAINERD_ADDRESS names its socket).',
    });
  }
  return result.stdout
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/));
}

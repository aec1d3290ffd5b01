import { rm } from 'node:fs/promises';
import path from 'node:path';
import { diskLayouts } from '../../src/adapters/registry/layout.ts';
import { bundleDocument, formatBundle } from '../../src/model/bundle.ts';
import type { Candidate } from '../../src/model/candidate.ts';
import { digestAlgorithm, digestHex, type Digest } from '../../src/model/digest.ts';
import { descriptorOf, parseManifest, type ImageIndex } from '../../src/model/manifest.ts';
import { mediaTypes } from '../../src/model/media-type.ts';
import { copyImage } from '../../src/ports/copy.ts';
import type { TestImage } from './images.ts';

export interface BundleMember {
  readonly name: string;
  /** Of several platforms: the member is an index then. */
  readonly images: readonly (TestImage & { readonly architecture?: string })[];
}

/** A bundle of images; `without` leaves blobs out, as a thin one does. */
export async function writeBundle(
  folder: string,
  members: readonly BundleMember[],
  without: readonly Digest[] = [],
): Promise<void> {
  const layout = await diskLayouts.openOrCreate(folder);
  const candidates: Candidate[] = [];
  for (const { name, images } of members) {
    for (const { repository, manifest } of images) await copyImage(repository, layout, manifest.digest);
    const [only, ...others] = images;
    if (only === undefined) throw new Error('a member has an image');
    const root = others.length === 0 && only.architecture === undefined ? only.manifest : indexOf(images);
    await layout.putManifest(root);
    const platforms = images.map(({ manifest, architecture = 'amd64' }) => ({
      platform: `linux/${architecture}`,
      manifest: manifest.digest,
    }));
    const origin = { kind: 'ready', reference: name, resolvedAt: '2026-11-21T00:00:00Z' } as const;
    candidates.push({ image: name, digest: root.digest, mediaType: root.mediaType, platforms, origin });
  }
  const layers = members.flatMap(({ images }) => images.flatMap(({ manifest }) => manifest.layers));
  const bundle = {
    schemaVersion: 1,
    set: 'test',
    createdAt: '2026-11-21T00:00:00Z',
    source: { commit: undefined, tree: undefined, dirty: false },
    members: candidates,
    baselines: [],
    leftOut: layers
      .filter(({ digest }) => without.includes(digest))
      .map(({ digest, size, mediaType }) => ({
        digest,
        size,
        mediaType,
        sources: [{ kind: 'cache', key: 'base' } as const],
      })),
  } as const;
  await layout.putDocument(bundleDocument, formatBundle(bundle));
  for (const digest of without) await rm(blobPath(folder, digest));
}

export function blobPath(folder: string, digest: Digest): string {
  return path.join(folder, 'blobs', digestAlgorithm(digest), digestHex(digest));
}

function indexOf(images: BundleMember['images']): ImageIndex {
  const manifests = images.map(({ manifest, architecture = 'amd64' }) =>
    descriptorOf(manifest, { os: 'linux', architecture }),
  );
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests }));
  const index = parseManifest(bytes, mediaTypes.ociIndex);
  if (index.kind !== 'index') throw new Error('made a manifest');
  return index;
}

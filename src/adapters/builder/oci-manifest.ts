import { canonicalJson } from '../../base/canonical-json.ts';
import { invariant } from '../../base/invariant.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import { parseManifest, type ImageManifest } from '../../model/manifest.ts';
import { mediaTypes } from '../../model/media-type.ts';

/** A manifest of our own, for an image that has none; equal images get equal bytes. */
export function ociManifest(config: Descriptor, layers: readonly Descriptor[]): ImageManifest {
  const document = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: plain(config),
    layers: layers.map(plain),
  };
  const manifest = parseManifest(Buffer.from(canonicalJson(document)), mediaTypes.ociManifest);
  invariant(manifest.kind === 'manifest', 'what has a config and layers is a manifest');
  return manifest;
}

function plain({ mediaType, digest, size }: Descriptor): Readonly<Record<string, string | number>> {
  return { mediaType, digest, size };
}

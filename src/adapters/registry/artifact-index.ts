import { descriptorJson } from '../../model/artifact-manifest.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import { descriptorOf, parseManifest, type Manifest } from '../../model/manifest.ts';
import { mediaTypes } from '../../model/media-type.ts';

/** How a list of referrers describes an artifact: its type and annotations stand in the list itself. */
export function referrerDescriptor(artifact: Manifest): Descriptor {
  const type =
    artifact.artifactType ?? (artifact.kind === 'manifest' ? artifact.config.mediaType : undefined);
  const { annotations } = artifact;
  return {
    ...descriptorOf(artifact),
    ...(type === undefined ? {} : { artifactType: type }),
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
  };
}

/** An index that lists these descriptors, as bytes. */
export function artifactIndex(entries: readonly Descriptor[]): Manifest {
  const document = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociIndex,
    manifests: entries.map(descriptorJson),
  };
  return parseManifest(Buffer.from(JSON.stringify(document)), mediaTypes.ociIndex);
}

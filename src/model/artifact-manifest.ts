import type { Json } from '../base/canonical-json.ts';
import { Failure } from '../base/failure.ts';
import type { Descriptor } from './descriptor.ts';
import { digestOf } from './digest.ts';
import { parseManifest, type ImageManifest, type Manifest } from './manifest.ts';
import { mediaTypes } from './media-type.ts';

/** Names of annotations that we write or read; those of the OCI image-spec but for the last. */
export const annotationKeys = {
  created: 'org.opencontainers.image.created',
  title: 'org.opencontainers.image.title',
  refName: 'org.opencontainers.image.ref.name',
  /** On layers that are in-toto statements; where BuildKit puts it, and readers of its attestations look. */
  predicateType: 'in-toto.io/predicate-type',
  /** Docker and containerd show an image of a layout only under the name that stands here. */
  containerdName: 'io.containerd.image.name',
} as const;

/** The config of an artifact that has none (image-spec, "Guidance for an Empty Descriptor"). */
export const emptyConfig = new TextEncoder().encode('{}');

export const emptyConfigDescriptor: Descriptor = {
  mediaType: mediaTypes.ociEmpty,
  digest: digestOf(emptyConfig),
  size: emptyConfig.length,
};

export interface ArtifactContent {
  /** What the artifact is about. */
  readonly subject: Descriptor;
  readonly artifactType: string;
  readonly layers: readonly Descriptor[];
  readonly annotations: Readonly<Record<string, string>>;
}

/**
 * The manifest of an artifact that belongs to an image (image-spec, "Guidelines for Artifact Usage"). Equal content gives
 * equal bytes. @throws Failure `content-refused` when it would be larger than a manifest may be
 */
export function artifactManifest({
  subject,
  artifactType,
  layers,
  annotations,
}: ArtifactContent): ImageManifest {
  const { mediaType, digest, size } = subject;
  const document = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    artifactType,
    config: descriptorJson(emptyConfigDescriptor),
    // The specification asks for one layer at least.
    layers: (layers.length === 0 ? [emptyConfigDescriptor] : layers).map(descriptorJson),
    subject: { mediaType, digest, size },
    annotations: Object.fromEntries(
      Object.entries(annotations).toSorted(([left], [right]) => (left < right ? -1 : 1)),
    ),
  };
  const manifest = parseManifest(new TextEncoder().encode(JSON.stringify(document)), mediaTypes.ociManifest);
  if (manifest.kind === 'manifest') return manifest;
  throw new Failure('content-refused', `an artifact for ${digest} cannot be an index`);
}

/** An artifact that holds nothing and is about nothing: what a name stands at while it is taken away. */
export function placeholderManifest(createdAt: string, title: string): Manifest {
  const empty = descriptorJson(emptyConfigDescriptor);
  const document = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    artifactType: mediaTypes.placeholder,
    config: empty,
    layers: [empty],
    annotations: { [annotationKeys.created]: createdAt, [annotationKeys.title]: title },
  };
  return parseManifest(new TextEncoder().encode(JSON.stringify(document)), mediaTypes.ociManifest);
}

/** A descriptor as it stands in a manifest: members in the order of the specification, nothing that is undefined. */
export function descriptorJson({
  mediaType,
  artifactType,
  digest,
  size,
  platform,
  annotations,
}: Descriptor): { readonly [key: string]: Json | undefined } {
  return {
    mediaType,
    ...(artifactType === undefined ? {} : { artifactType }),
    digest,
    size,
    ...(platform === undefined ? {} : { platform: { ...platform } }),
    ...(annotations === undefined ? {} : { annotations: { ...annotations } }),
  };
}

/** Media types of the OCI image-spec 1.1 and of Docker's schema 2, which registries still serve. */
export const mediaTypes = {
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  ociConfig: 'application/vnd.oci.image.config.v1+json',
  ociLayer: 'application/vnd.oci.image.layer.v1.tar',
  ociLayerGzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
  ociLayerZstd: 'application/vnd.oci.image.layer.v1.tar+zstd',
  ociEmpty: 'application/vnd.oci.empty.v1+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerIndex: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerConfig: 'application/vnd.docker.container.image.v1+json',
  dockerLayerGzip: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  dockerForeignLayerGzip: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
  /** What ran and what each test did, as lines of JSON. */
  evidence: 'application/vnd.lockkeeper.evidence.v1+jsonl',
  /** What was concluded. Artifacts that hold a gate's record are of this type too. */
  verdict: 'application/vnd.lockkeeper.verdict.v1+json',
  /** Artifacts that hold a proof that an image is the same as one that was tested, and what that one was judged by. */
  equivalence: 'application/vnd.lockkeeper.equivalence.v1',
  /** The raw reports of one suite's runs, each under its SHA-256. */
  reports: 'application/vnd.lockkeeper.reports.v1.tar',
  /** A statement of the in-toto attestation framework, unsigned. */
  statement: 'application/vnd.in-toto+json',
  placeholder: 'application/vnd.lockkeeper.placeholder.v1',
} as const;

/** All manifest types that we can read; a registry that is not told them answers 404. */
export const acceptedManifests: readonly string[] = [
  mediaTypes.ociManifest,
  mediaTypes.ociIndex,
  mediaTypes.dockerManifest,
  mediaTypes.dockerIndex,
];

export function isIndexType(mediaType: string): boolean {
  return mediaType === mediaTypes.ociIndex || mediaType === mediaTypes.dockerIndex;
}

/** Layers whose bytes lie elsewhere by licence; their `urls` are never followed: they lead wherever a stranger likes. */
export function isForeignLayerType(mediaType: string): boolean {
  return mediaType.includes('.foreign.') || mediaType.includes('.nondistributable.');
}

export function isManifestType(mediaType: string): boolean {
  return mediaType === mediaTypes.ociManifest || mediaType === mediaTypes.dockerManifest;
}

/** Artifacts have other configs, or none. */
export function isImageConfigType(mediaType: string): boolean {
  return mediaType === mediaTypes.ociConfig || mediaType === mediaTypes.dockerConfig;
}

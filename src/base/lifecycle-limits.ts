import { KiB, MiB, GiB, minute } from './multiples.ts';

/**
 * The bounds of builds with the lifecycle of a platform, whose buildpacks and builder may do what they like; a part of
 * `limits`, which is what code reads.
 */
export const lifecycleLimits = {
  // Without a network a build ends where it would download; what still runs then hangs.
  lifecycleProbeMs: 5 * minute,
  // Platforms stop builds after 15 to 60 minutes.
  lifecycleBuildMs: 60 * minute,
  // What a build may write where the platform says nothing: runtime, dependencies and caches.
  lifecycleDiskBytes: 16 * GiB,
  lifecycleMemoryBytes: 4 * GiB,
  lifecyclePids: 4096,
  // What is kept of what one buildpack says: versions stand at the beginning, errors at the end.
  saidHeadLinesMax: 400,
  saidTailLinesMax: 100,
  saidLineCharsMax: 1_000,
  // Buildpacks in a log; the largest builders try 200.
  saidBuildpacksMax: 1_000,
  saidErrorsMax: 50,
  // What an export leaves: a base of a hundred layers, and as many again.
  exportFilesMax: 2_000,
  exportBytesMax: 32 * GiB,
  // Manifest, index and config are looked for among blobs of this size; what a layer holds is never kept.
  exportDocumentBytesMax: 8 * MiB,
  exportDocumentsMax: 64,
  lifecycleReportBytesMax: 64 * KiB,
  // An injected buildpack is scripts and a table, at most a program or two.
  injectedBytesMax: 1 * GiB,
  injectedFilesMax: 50_000,
  buildpackTomlBytesMax: 4 * MiB,
} as const;

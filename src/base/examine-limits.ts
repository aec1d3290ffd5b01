import { KiB, MiB, GiB } from './multiples.ts';

/** The bounds of reading layers and comparing images; a part of `limits`, which is what code reads. */
export const examineLimits = {
  // What one layer may unpack to: this much, and so many times its packed size. Gzip cannot pack text of a program more
  // than tenfold, and a bomb wants thousands.
  layerUnpackedBytesMin: 1 * GiB,
  layerUnpackedRatioMax: 100,
  // What is kept of one layer: the largest in use hold 300,000 files; all their names, link targets and attributes.
  layerEntriesMax: 500_000,
  layerNamesCharsMax: 64 * MiB,
  // All layers of one image together, which are held at once, and twice for a comparison.
  imageEntriesMax: 1_000_000,
  imageNamesCharsMax: 128 * MiB,
  // What one proof read of layers, while it lasts.
  proofCacheBytesMax: 256 * MiB,
  // Packages, and files that packages own, that one layer tells of; a whole Debian has 400,000.
  layerFactsMax: 1_000_000,
  // What was read of some thousands of layers, packed; a Debian base takes a megabyte.
  layerCacheBytesMax: 1 * GiB,
  layerRecordBytesMax: 256 * MiB,
  // Beyond it, comparing what is kept of layers takes little longer than reading an answer that was kept.
  comparisonFilesKeptMax: 50_000,
  // Of what a failing test says, this much is held against what changed.
  leadTextCharsMax: 64 * KiB,
  // Hints for one test, and tests that get some: more is no hint.
  leadsMax: 3,
  leadFindingsMax: 50,
  // A file that is compared without its times is held whole; the largest jars have some tens of megabytes.
  normalisedBytesMax: 64 * MiB,
} as const;

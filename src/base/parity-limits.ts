import { MiB, second } from './multiples.ts';

/** The bounds of what is asked about deployment platforms; a part of `limits`, which is what code reads. */
export const parityLimits = {
  // The labels of the largest public builders take 200 KiB together, and engines refuse configs of some megabytes.
  builderLabelBytesMax: 2 * MiB,
  // Three times what the largest public builders hold.
  builderBuildpacksMax: 1_000,
  builderGroupsMax: 1_000,
  // Buildpacks that are made of buildpacks, which are made of buildpacks; the largest have three levels.
  builderOrderDepthMax: 8,
  // A document of a platform's own people: a file of values, written by hand.
  documentBytesMax: 1 * MiB,
  // What people write by hand; package.json of the largest workspaces has some hundreds of kilobytes.
  pinFileBytesMax: 4 * MiB,
  // Versions that one file names; the longest lists of tools have some dozens.
  pinsOfFileMax: 500,
  // A version or a range; the longest that people write name a dozen series.
  pinCharsMax: 200,
  // The version of an artifact in a list.
  artifactVersionCharsMax: 100,
  // The largest buildpack program has 40 MB, and buildpack.toml some hundreds of kilobytes.
  buildpackFileBytesMax: 128 * MiB,
  // Ten times the longest inventory there is.
  inventoryBytesMax: 16 * MiB,
  artifactsMax: 20_000,
  // One layer of a builder: a buildpack with all its programs.
  buildpackLayerBytesMax: 1024 * MiB,
  // 10,000 repositories with five pins each, which three builders were asked about, take 26 MB.
  watchStateBytesMax: 32 * MiB,
  // One a platform; a ledger that several teams share has some tens.
  watchStatesMax: 100,
  documentMs: 30 * second,
} as const;

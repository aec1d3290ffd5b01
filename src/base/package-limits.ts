import { KiB, MiB } from './multiples.ts';

/** The bounds of reading package databases; a part of `limits`, which is what code reads. */
export const packageLimits = {
  // The list of all packages of a system as text: 5 MiB for a large Debian.
  packageDatabaseBytesMax: 32 * MiB,
  // rpm keeps change logs and lists of files with it: 60 MiB for a large system.
  rpmDatabaseBytesMax: 128 * MiB,
  // What is installed with one package to describe it; the longest lists of files have 100,000 lines.
  packageFileBytesMax: 16 * MiB,
  // The same as JSON, of which a byte may take twenty in memory.
  packageJsonBytesMax: 8 * MiB,
  packageJsonValuesMax: 500_000,
  // What one file says. The largest distribution has 70,000 packages, of which nobody installs a tenth.
  packagesOfFileMax: 100_000,
  // Names, versions, licences; longer ones are no names.
  packageFieldCharsMax: 1_000,
  ownedPathsMax: 1_000_000,
  ownedPathCharsMax: 32 * MiB,
  troublesOfFileMax: 10,
  // A program in Java with all its libraries; it is held whole, as its list of members stands at its end.
  jarBytesMax: 96 * MiB,
  // Libraries stand in a program, which may stand in a web archive, which may stand in an enterprise archive.
  jarDepthMax: 4,
  // A jar within a jar takes this much once more, all that is unpacked of one file as much time.
  jarMemberBytesMax: 64 * MiB,
  jarUnpackedBytesMax: 512 * MiB,
  // The part of a manifest that is about the whole jar stands first.
  jarManifestBytesMax: 256 * KiB,
  // All jars within one, and all their members.
  jarsInJarMax: 5_000,
  jarMembersMax: 1_000_000,
  // What `go version -m` prints; 1,000 modules take 100 KiB.
  goBuildInfoBytesMax: 1 * MiB,
  // The mark of build info stands in programs that read it, too; more often than a few times only in attacks.
  goBuildInfoTriesMax: 16,
  goBuildInfoMarksMax: 1_000,
  // The smallest program that Go links has a megabyte.
  goProgramBytesMin: 64 * KiB,
} as const;

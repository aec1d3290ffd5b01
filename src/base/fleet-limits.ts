import { KiB, GiB, second } from './multiples.ts';

/** The bounds of what is done over many repositories; a part of `limits`, which is what code reads. */
export const fleetLimits = {
  // The largest organisations that keep such a list have some thousands.
  fleetReposMax: 10_000,
  // Of a hundred repositories each.
  organisationPagesMax: 100,
  // Each holds a file open, a clone on the disk, and questions to registries.
  fleetAtOnceMax: 4,
  // A shallow clone of the largest public repositories takes a minute or two.
  cloneMs: 300 * second,
  // A table says how many; who wants all of them asks that repository alone.
  fleetLinesMax: 20,
  // Of one finding: twenty of them, each character written as six, fit into a line of the journal.
  fleetLineCharsMax: 400,
  // Of what a dry run shows of one repository; a change of pins takes some hundreds.
  fleetPatchBytesMax: 16 * KiB,
  // Of one line of a journal: a name, an answer and a sentence.
  journalLineBytesMax: 64 * KiB,
  // A clone that is larger is not looked at: most of a disk must stay free for others.
  cloneBytesMax: 4 * GiB,
  // How often a running clone is measured.
  cloneLookMs: 2 * second,
} as const;

import { KiB, MiB, minute } from './multiples.ts';

/** The bounds of the nightly update: of its trials, of what it remembers, and of what it writes; a part of `limits`, which is what code reads. */
export const nightlyLimits = {
  // One gate in a process of its own: suites of hours, both sides, screen and confirm.
  gateMs: 24 * 60 * minute,
  // A failure as a document: message, hint and causes are bounded each.
  failureDocumentBytesMax: 256 * KiB,
  // A verdict with a finding for each of a hundred thousand tests.
  verdictBytesMax: 64 * MiB,
  // Verdicts that are kept: a year of twenty a night.
  verdictsKeptMax: 8_000,
  // A hidden line in a body of 65,536 characters: all keys, a whole search, and the keys of 600 checks.
  markerCharsMax: 48_000,
  markerKeysMax: 1_500,
  // Digests that people said no to, the latest ones.
  declinedKeysMax: 500,
  // Units that no search was sure of, the latest ones.
  apartKeysMax: 300,
  // Runs of outer loops that are followed by their id.
  notedRunsMax: 8,
  // A host of 255, a path of 255 and a tag of 128, or a number of images.
  titleCharsMax: 700,
  // Checks that fail without us: a whole matrix of 256 jobs and those beside it.
  baseFailingMax: 300,
  // Those of them that are told by their names.
  checkNameCharsMax: 200,
  baseFailingToldMax: 20,
  // Among more than these nothing is searched for: each night would be a small part of it.
  searchUnitsMax: 400,
  // Pushed subsets of one search: two culprits among 64 take 30.
  searchAnswersMax: 60,
  // Checks that a search is about: a whole matrix of 256 jobs and those beside it. More are counted, and acquit nobody.
  searchFailingMax: 300,
  // A check that has not reported by then does not run on what is on the branch: queues of runners take hours at worst.
  checkSilenceMs: 6 * 60 * minute,
} as const;

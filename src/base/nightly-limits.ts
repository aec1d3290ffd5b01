const minute = 60_000;
const KiB = 1024;

/** The bounds of the nightly update: of its trials, of what it remembers, and of what it writes. */
export const nightlyLimits = {
  // One gate in a process of its own: suites of hours, both sides, screen and confirm.
  gateMs: 24 * 60 * minute,
  // A failure as a document: message, hint and causes are bounded each.
  failureDocumentBytesMax: 256 * KiB,
  // A verdict with a finding for each of a hundred thousand tests.
  verdictBytesMax: 64 * 1024 * KiB,
  // Verdicts that are kept: a year of twenty a night.
  verdictsKeptMax: 8_000,
  // A hidden line in a body of 65,536 characters, beside 300 lines of text.
  markerCharsMax: 24_000,
  markerKeysMax: 1_000,
  titleCharsMax: 300,
  // Names of checks that fail without us; more of them is a broken base.
  checkNameCharsMax: 300,
  checksMax: 50,
  // Pushed subsets of one search: two culprits among 64 take 30.
  searchAnswersMax: 60,
} as const;

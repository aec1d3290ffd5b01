import { KiB, MiB } from './multiples.ts';

/** The bounds of reading what test runs report; a part of `limits`, which is what code reads. */
export const resultLimits = {
  // One report of a test run; 100,000 tests with output take about 40 MiB.
  reportBytesMax: 256 * MiB,
  // All reports of one trial together.
  reportsBytesMax: 512 * MiB,
  reportFilesMax: 10_000,
  reportDepthMax: 64,
  // Two and a half times what `judge` is measured with; a gate keeps eight whole runs in memory, and more.
  observationsMax: 250_000,
  // The names of all tests of one run, and what its failures say: names tell tests apart, so they are kept whole or the
  // report is too large; of details, those beyond the bound are left out.
  observationNamesCharsMax: 32 * MiB,
  observationDetailsCharsMax: 64 * MiB,
  // Names and messages are cut to this many characters before they are kept.
  testNameCharsMax: 1_000,
  failureDetailCharsMax: 4_000,
  // A report line without an end (TAP, logs) is cut here.
  reportLineCharsMax: 64 * KiB,
  // A text in a JSON report is cut here; screenshots and whole logs stand in such texts.
  reportStringBytesMax: 256 * KiB,
  // Runners write a dozen attributes into a tag, and some of them whole messages. Beyond this it is no report.
  xmlAttributesMax: 256,
  xmlAttributeCharsMax: 16 * MiB,
  // What is kept of one failure's text while it is read: a message stands at the beginning, and where a stack comes
  // first at the end.
  failureHeadCharsMax: 64 * KiB,
  failureTailCharsMax: 16 * KiB,
  // Diagnostics that are kept of one TAP test; all of it is read.
  tapDiagnosticsCharsMax: 16 * KiB,
  // The name of a TAP test with more hashes than this is looked at from its end only.
  tapHashesMax: 8,
  // Suites around one CTRF test; a longer path would be cut anyway.
  ctrfSuitesMax: 100,
  // Long enough to tell failures apart, short enough for a line.
  signatureCharsMax: 200,
  // A line is cut to this before a signature is looked for in it: minified sources put megabytes into one line.
  signatureLineCharsMax: 500,
  // Lines of a text that are looked at for a signature before giving up.
  signatureLinesMax: 100,
  // Linux takes no single argument of more than 128 KiB (MAX_ARG_STRLEN), its last zero included; a shell line is one.
  rerunArgumentsBytesMax: 128 * KiB - 1,
} as const;

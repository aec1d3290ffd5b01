/** Bounds of what a report shows. What is left out is counted and said; all of it is in the evidence. */
export const reportLimits = {
  // A pull-request comment on GitHub holds 65,536 characters; leave room for what a bot adds.
  markdownCharsMax: 60_000,
  // A report is for people and for the page of a CI system; nobody reads the 20,001st finding.
  findingsMax: 20_000,
  // Details of one suite's findings together; with 4,000 characters each, 2,000 findings keep theirs in full.
  detailCharsMax: 8 * 1024 * 1024,
  // Places where the harness broke; they explain, they do not decide.
  errorsMax: 200,
  // Findings of one suite for which the logs are searched; each search may read a megabyte.
  logMentionsMax: 50,
  // The end of what a run wrote.
  outputCharsMax: 4_000,

  // Sentences and names are cut to this on their way into a line, a heading or a summary.
  lineCharsMax: 300,
  // Lines of an excerpt on the terminal and in a comment; the page shows all that the document holds.
  excerptLinesMax: 6,
  excerptCharsMax: 1_500,
  // Tests of one group that are named before "and 12 more".
  groupNamesMax: 3,
  // Findings of one kind that are shown in full on the terminal, and with their name only.
  terminalDetailsMax: 5,
  terminalNamesMax: 20,
  // The page: findings of one kind shown with both sides, and in a list.
  pageDetailsMax: 200,
  pageNamesMax: 2_000,
  pageNameCharsMax: 1_000,
  // Findings that stand open on the page when it is loaded.
  pageOpenMax: 4,
  // Suites in the timeline; trials in a table of runs.
  timelineRowsMax: 40,
  pageTrialsMax: 500,
  // The summary of a step holds 1 MiB, or nothing at all is shown of it; half of it is left to what else the step says.
  summaryBytesMax: 1024 * 1024,
  summaryOwnBytesMax: 512 * 1024,
  // Packages of a change that a report of a gate holds, and that it names; `diff` shows all.
  changePackagesMax: 500,
  changeNamedMax: 8,
  // Annotations of one level that GitHub shows of a step; the rest stands in the log only.
  annotationsMax: 10,
  // Results of a SARIF file; GitHub shows 5,000 of a run, and refuses files above 10 MB when packed.
  sarifResultsMax: 5_000,
  // Test cases of one unit in a JUnit file; GitLab refuses files above 30 MB.
  junitCasesMax: 100_000,
} as const;

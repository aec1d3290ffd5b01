/** Bounds of what is told while the work runs. */
export const progressLimits = {
  // A line of progress is one line; what does not fit is in the report.
  partCharsMax: 200,
  // Moves that the line of a gate names; more are a number.
  gateNamesMax: 3,
  // Fast enough to look alive, slow enough for a slow connection.
  frameMs: 125,
  // CI systems end jobs after ten minutes without a line, some after five.
  silenceMsMax: 60_000,
} as const;

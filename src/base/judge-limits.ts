/** The bounds of how often suites run; a part of `limits`, which is what code reads. */
export const judgeLimits = {
  // Reruns: fixed before the start and equal for both sides, or a candidate that fails at random would be tried until it passes.
  screenRunsMax: 9,
  confirmRunsMax: 6,
  errorRerunsMax: 3,

  // Ten pairs of runs show a test that fails one time in seven, 19 times in 20; more than a hundred take days.
  calibrationRoundsDefault: 10,
  calibrationRoundsMax: 100,
  // Gates that a forecast draws: enough for a few tenths of a per cent, fewer where each takes many unsteady tests.
  forecastDrawsMin: 200,
  forecastDrawsMax: 2_000,
  forecastObservationsMax: 40_000,
} as const;

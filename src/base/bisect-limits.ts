import { MiB, minute } from './multiples.ts';

/** The bounds of bisecting; a part of `limits`, which is what code reads. */
export const bisectLimits = {
  // Gates that could not decide while none was good: more of them would not either.
  bisectUnsureMax: 5,
  // Moves of one search: their names have to fit into one variable of an environment.
  bisectMovesMax: 400,
  // Some hundreds of gates find dozens of culprits among as many moves as there may be.
  bisectGatesDefault: 500,
  bisectGatesMax: 10_000,
  // Gates at once, each with a checkout and a command of its own.
  bisectRunnersMax: 64,
  bisectTimeoutMsDefault: 30 * minute,
  bisectTimeoutMsMax: 24 * 60 * minute,
  // Of what one command writes, its end is kept.
  bisectLogBytesMax: 1 * MiB,
  // A thousand gates, each with the names of hundreds of moves.
  bisectionBytesMax: 256 * MiB,
  // The line of a command's output that is quoted.
  bisectSaidCharsMax: 160,
} as const;

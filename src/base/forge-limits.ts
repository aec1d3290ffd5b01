import { MiB, second } from './multiples.ts';

/** The bounds of speaking to forges and to other CI; a part of `limits`, which is what code reads. */
export const forgeLimits = {
  // A hundred pull requests with their bodies at the limit of GitHub take about 10 MiB.
  forgeAnswerBytesMax: 32 * MiB,
  // From connecting to the last byte; forges give up after 10 to 30 seconds themselves.
  forgeExchangeMs: 60 * second,
  // What GitHub asks for where it does not say how long.
  forgeQuietMs: 60 * second,
  // The windows of rate limits are minutes and hours; a reset beyond is of another clock.
  forgeWindowMsMax: 24 * 3600 * second,
  // Of a hundred each: 2,000 comments, checks or issues.
  forgePagesMax: 20,
  // Between two looks whether a run has started, and how many looks: two minutes.
  outerLoopLookMs: 5 * second,
  outerLoopLooksMax: 24,
  // A program that asks another CI over the network.
  outerLoopCommandMs: 5 * 60 * second,
} as const;

import type { Figure } from './measure.ts';

export interface Ratio {
  readonly ours: number;
  readonly theirs: number;
  /** What ours may be of theirs at most. */
  readonly limit: number;
}

/** In seconds. */
export function inTime(claim: string, ratio: Ratio): Figure {
  return figureOf(`${claim}, time`, ratio, (seconds) => `${seconds.toFixed(2)} s`);
}

/** In bytes. */
export function inBytes(claim: string, ratio: Ratio): Figure {
  return figureOf(`${claim}, bytes`, ratio, (bytes) => `${(bytes / 1e6).toFixed(1)} MB`);
}

function figureOf(claim: string, { ours, theirs, limit }: Ratio, format: (value: number) => string): Figure {
  return {
    claim,
    measured: format(ours),
    peer: format(theirs),
    value: ours / theirs,
    limit,
    unit: 'ratio',
  };
}

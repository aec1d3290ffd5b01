import type { NoiseCount } from './change.ts';
import type { Digest } from './digest.ts';

/** A rebuild that takes the place of an image that was tested: they differ in nothing but known noise. */
export interface StandIn {
  /** Name in lockkeeper.yaml. */
  readonly image: string;
  /** What the verdict is on, and what stands in for it: indexes where there are several platforms. */
  readonly tested: Digest;
  readonly rebuilt: Digest;
  /** Of the source that both were made of, 40 or 64 hexadecimal digits. */
  readonly commit: string;
  /** Each platform of both. */
  readonly platforms: readonly StandInPlatform[];
}

export interface StandInPlatform {
  readonly platform: string;
  readonly tested: Digest;
  readonly rebuilt: Digest;
  /** In what the two differ all the same. */
  readonly noise: readonly NoiseCount[];
}

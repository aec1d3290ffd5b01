import type { Failure } from '../base/failure.ts';
import type { Digest } from './digest.ts';
import type { Mention } from './mention.ts';

/** A digest that is written at a mention, or taken from it. */
export interface Pin {
  readonly mention: Mention;
  /** Undefined: there was none. */
  readonly from: Digest | undefined;
  /** Undefined: there is none afterwards. */
  readonly to: Digest | undefined;
}

/** What became of a file whose mentions were to change. */
export type FileOutcome =
  | { readonly kind: 'written'; readonly file: string; readonly pins: readonly Pin[] }
  /** Nothing was to be written at all. */
  | { readonly kind: 'planned'; readonly file: string; readonly pins: readonly Pin[] }
  /** The file is as it was. */
  | {
      readonly kind: 'failed';
      readonly file: string;
      readonly pins: readonly Pin[];
      readonly failure: Failure;
    };

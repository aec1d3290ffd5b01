import type { Failure } from '../base/failure.ts';
import type { Descriptor } from './descriptor.ts';
import type { Digest } from './digest.ts';
import type { Reference } from './reference.ts';

/** What a name stood for at one instant. It is looked up once; from then on the digest travels. */
export interface Resolution {
  readonly reference: Reference;
  /** ISO 8601, UTC. */
  readonly lookedUpAt: string;
  /** Undefined: the registry says that there is no such name. */
  readonly descriptor: Descriptor | undefined;
}

/** What came of asking for one of many names: a registry that does not answer never stops the others. */
export type LookUp =
  | { readonly kind: 'found'; readonly descriptor: Descriptor }
  /** The registry says that there is no such tag or digest. */
  | { readonly kind: 'absent' }
  /** Denied, rate-limited, unreachable, …: the failure's code tells. */
  | { readonly kind: 'failed'; readonly failure: Failure };

/** How the image of a pin is related to the image that the pin's name stands for now. */
export type Kinship =
  /** They are one. */
  | { readonly kind: 'same' }
  /** The registry does not hold the pinned image any more: whoever pulls it fails. */
  | { readonly kind: 'dead' }
  /**
   * Two indexes that hold the same images for the platforms that count; what differs are attestations, annotations or
   * other platforms.
   */
  | { readonly kind: 'same images' }
  /** The pinned image is for one platform and the name stands for an index; `now` is that index's image for it. */
  | { readonly kind: 'one platform'; readonly platform: string; readonly now: Digest | undefined }
  /** Another image. */
  | { readonly kind: 'other' }
  /** It could not be found out. */
  | { readonly kind: 'unknown'; readonly failure: Failure };

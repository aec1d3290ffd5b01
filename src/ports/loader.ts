import type { Descriptor } from '../model/descriptor.ts';
import type { Digest } from '../model/digest.ts';
import type { Repository } from './repository.ts';

/** Puts images into an engine's own store. */
export interface Loader {
  /** Layers of the image manifest `digest` that the engine lacks, or cannot be asked about. Changes nothing. */
  lacks(from: Repository, digest: Digest, signal?: AbortSignal): Promise<readonly Descriptor[]>;

  /**
   * Loads the image manifest `digest` (of one platform, not an index) unless the engine has it, and proves that what the
   * engine holds is that image: its id is the config digest or manifest digest, its layers are those that the config
   * names, and those are the ones that the manifest names. Layers that the engine has are not sent again.
   * @throws Failure `image-unloadable`, `blob-left-out`, `disk-full`, `engine-*`, `content-*`
   */
  load(from: Repository, digest: Digest, signal?: AbortSignal, options?: LoadOptions): Promise<LoadedImage>;
}

export interface LoadOptions {
  /**
   * For an image that is in use already: where the engine has an image with this config, do not read the layers again
   * only to prove that manifest and config agree. Never for a candidate, whose maker may be lying.
   */
  readonly heldIsEnough?: boolean;
  /**
   * For a thin bundle: a layer that is not there may be one that the engine holds under the name that the config gives
   * it. That manifest and config agree on it is then not proven; never for an image that is to be judged.
   */
  readonly thin?: boolean;
}

/** An image in an engine's store, addressed by content, never by name. */
export interface LoadedImage {
  /** What the engine calls it: `sha256:…`. */
  readonly id: Digest;
  readonly manifest: Digest;
  /** True when this load brought it, so that it may be removed afterwards. */
  readonly fresh: boolean;
  /** Layers that went over the wire. */
  readonly sent: readonly Descriptor[];
}

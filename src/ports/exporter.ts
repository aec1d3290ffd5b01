import type { Descriptor } from '../model/descriptor.ts';
import type { Digest } from '../model/digest.ts';
import type { ImageManifest } from '../model/manifest.ts';
import type { Platform } from '../model/platform.ts';
import type { Layout } from './layout.ts';

/** Takes images out of an engine's store. */
export interface Exporter {
  /**
   * Copies what images are made of into a layout, with one trip to the engine where it can; names none of them there.
   * Bytes that the engine keeps packed stay as they are; what it keeps unpacked is packed once. `names` are names or ids.
   * @throws Failure `manifest-missing` when the engine has no such image, `engine-*`, `program-output`, `content-*`
   */
  export(names: readonly string[], into: Layout, options: ExportOptions): Promise<readonly ExportedImage[]>;
}

export interface ExportOptions {
  /** Layers that stay behind, because whoever receives the images has them. */
  readonly known: readonly KnownLayer[];
  readonly signal: AbortSignal | undefined;
}

/** A layer that exists elsewhere, packed and unpacked. */
export interface KnownLayer {
  readonly diffId: Digest;
  readonly blob: Descriptor;
}

/** In the order of the names. */
export interface ExportedImage {
  readonly manifest: ImageManifest;
  /** As its config says. */
  readonly platform: Platform;
}

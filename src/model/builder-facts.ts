import type { Digest } from './digest.ts';

/**
 * What the labels of a builder image say (platform spec, "Builder": `io.buildpacks.builder.metadata`,
 * `io.buildpacks.buildpack.order`, `io.buildpacks.buildpack.layers`). Hints of whoever made the builder: text that may lie.
 */
export interface BuilderFacts {
  readonly buildpacks: readonly BuilderBuildpack[];
  /** Groups in the order in which they are tried; of a composite buildpack its own groups are not unfolded. */
  readonly order: readonly OrderGroup[];
  readonly runImages: readonly string[];
  readonly lifecycle: LifecycleFacts | undefined;
}

/** A buildpack as `id@version`. */
export interface BuildpackName {
  readonly id: string;
  readonly version: string;
}

export interface BuilderBuildpack extends BuildpackName {
  /** Buildpack API, such as `0.10`; undefined where no layer is told. */
  readonly api: string | undefined;
  /** `linux/amd64`, with the distributions behind it; empty: not told. */
  readonly targets: readonly string[];
  /** The uncompressed layer that holds it; undefined where no layer is told. */
  readonly layer: Digest | undefined;
  /** What a composite buildpack is made of. */
  readonly order: readonly OrderGroup[];
}

export interface OrderGroup {
  readonly group: readonly OrderEntry[];
}

export interface OrderEntry {
  readonly id: string;
  /** Undefined: the only one in the builder. */
  readonly version: string | undefined;
  readonly optional: boolean;
}

export interface LifecycleFacts {
  readonly version: string | undefined;
  readonly platformApis: readonly string[];
  readonly buildpackApis: readonly string[];
}

import type { Failure } from '../base/failure.ts';
import type { Digest } from './digest.ts';

/** Where `load` can bring images. */
export const receiverKinds = ['docker', 'podman', 'containerd', 'kind', 'k3d', 'registry'] as const;

export type ReceiverKind = (typeof receiverKinds)[number];

/** A receiver on this machine, or the cluster whose nodes are receivers. */
export type ReceiverPlace =
  | { readonly kind: 'docker' | 'podman' | 'containerd' }
  | {
      readonly kind: 'kind' | 'k3d';
      /** Undefined: the only one that there is. */
      readonly cluster: string | undefined;
    };

/**
 * What a receiver's name for an image was proven to stand for. `manifest`: the very digest of the bundle, or that of the
 * receiver's platform in it. `config`: docker's classic store knows no manifests; there an image is its config, and the
 * layers are those of the config's diff ids.
 */
export type Identity =
  | { readonly kind: 'manifest'; readonly digest: Digest }
  | { readonly kind: 'config'; readonly digest: Digest; readonly diffIds: readonly Digest[] };

/** An image that a receiver holds, by proof. */
export interface Delivery {
  /** The member of the bundle. */
  readonly image: string;
  /** The name in the receiver, spelled out. */
  readonly name: string;
  readonly identity: Identity;
  readonly layers: {
    readonly sent: number;
    readonly sentBytes: number;
    /** Those that the receiver had. */
    readonly held: number;
  };
  /** `no-op`: a container was started from it. `none`: a registry starts nothing. */
  readonly started: 'no-op' | 'none';
}

/** How one receiver fared: a cluster has several, and none speaks for another. */
export type Reception =
  | { readonly receiver: string; readonly state: 'loaded'; readonly deliveries: readonly Delivery[] }
  | {
      readonly receiver: string;
      readonly state: 'failed';
      /** Those that came to hold before the failure. */
      readonly deliveries: readonly Delivery[];
      readonly failure: Failure;
    };

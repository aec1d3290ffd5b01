import type { Identity, ReceiverPlace } from '../model/delivery.ts';
import type { Descriptor } from '../model/descriptor.ts';
import type { Digest } from '../model/digest.ts';
import type { ImageManifest, Manifest } from '../model/manifest.ts';
import type { Platform } from '../model/platform.ts';
import type { Reference } from '../model/reference.ts';
import type { Repository } from './repository.ts';

/**
 * One store that takes images in and starts containers from them: an engine's, a containerd's, that of a node. What its
 * programs answer is a hint; each step looks for itself and throws where the image is not what it was.
 */
export interface Receiver {
  /** For people: `docker`, `node kind-worker`. */
  readonly name: string;
  readonly platform: Platform;

  /** Layers that it lacks. Changes nothing. @throws Failure `engine-*`, `content-*` */
  lacks(image: Shipment, signal?: AbortSignal): Promise<readonly Descriptor[]>;

  /**
   * Brings the image in under no name of the person's, without the layers that are there, and proves that all of it is.
   * Run twice is run once. @throws Failure `image-unloadable`, `blob-left-out`, `engine-*`, `content-*`
   */
  load(image: Shipment, signal?: AbortSignal): Promise<Arrival>;

  /** Starts a container from it that ends at once, and takes it away. @throws Failure `image-unloadable`, `engine-*` */
  start(image: Shipment, arrival: Arrival, signal?: AbortSignal): Promise<void>;

  /** Moves the name to it, and looks up what the name then stands for. @throws Failure `image-unloadable`, `engine-*` */
  give(image: Shipment, arrival: Arrival, name: Reference): Promise<Identity>;

  /** Takes away what {@link load} brought and what no name needs: for an image that did not stand its proof. */
  withdraw(arrival: Arrival): Promise<void>;
}

/** An image of one platform on its way. */
export interface Shipment {
  readonly from: Repository;
  readonly manifest: ImageManifest;
  /** Of the image itself, which is not always that of its entry in an index. */
  readonly platform: Platform;
  /** The indexes that it was chosen from, outermost first; none where the bundle's member is this image. */
  readonly indexes: readonly Manifest[];
}

export interface Arrival {
  /** What the receiver calls it while it has no name: `sha256:…`. */
  readonly id: Digest;
  /** It was not there before. */
  readonly fresh: boolean;
  /** Layers that went over the wire. */
  readonly sent: readonly Descriptor[];
}

/** Finds receivers; a cluster is as many as it has nodes. */
export interface Receivers {
  /** @throws Failure `receiver-missing`, `usage` (which cluster?), `engine-*` */
  find(place: ReceiverPlace, signal?: AbortSignal): Promise<readonly [Receiver, ...Receiver[]]>;
}

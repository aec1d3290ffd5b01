/**
 * What was read of layers, kept under their digests from one command to the next. It is a convenience: what is damaged or
 * gone is read again, and a cache that cannot be written never stops anybody.
 */
export interface LayerCache {
  /** Undefined: it is not there, or it was damaged and has been taken away. @throws Failure of the disk */
  get(name: string): Promise<Uint8Array | undefined>;
  /** Keeps it, and takes away what was not used for longest where there is too much. @throws Failure of the disk */
  put(name: string, pieces: Iterable<Uint8Array>): Promise<void>;
  /** For what turns out to be no use after all. */
  remove(name: string): Promise<void>;
}

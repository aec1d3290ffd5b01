import { dpkgListReader, dpkgStatusReader } from './deb.ts';
import type { FactsReader, LayerFile, PackageReader } from './facts-reader.ts';

/** In the order in which they are asked; the first one that wants a file gets it. */
const readers: readonly PackageReader[] = [dpkgStatusReader, dpkgListReader];

export const packageReaders = {
  /**
   * Counts up whenever a reader learns to see more or otherwise; facts that were kept under another number
   * are read again.
   */
  version: 1,

  /** Undefined where the file tells nothing of packages. Hand every byte of the file to the reader, in order. */
  open(file: LayerFile): FactsReader | undefined {
    return readers.find(({ wants }) => wants(file))?.open(file);
  },
} as const;

import type { FileFacts } from '../../../model/package.ts';

/** A regular file of a layer, as its tar header tells. */
export interface LayerFile {
  /** Without a leading slash or `./`. */
  readonly path: string;
  readonly size: number;
  /** Any of the execute bits. */
  readonly executable: boolean;
}

/** Takes the bytes of one file as they stream by. Bounded in memory, never throws for what the bytes are. */
export interface FactsReader {
  readonly push: (chunk: Uint8Array) => void;
  /** Once, after the last byte. */
  readonly end: () => FileFacts;
}

/** Reads one kind of file. */
export interface PackageReader {
  readonly wants: (file: LayerFile) => boolean;
  readonly open: (file: LayerFile) => FactsReader;
}

export const noFacts: FileFacts = { packages: [], owns: [], troubles: [] };

/** The bytes are not what the file's name promises; becomes one of {@link FileFacts.troubles}. */
export class UnreadableError extends Error {
  override readonly name = 'UnreadableError';
}

/** A reader for files that are small enough to be held whole. `read` may throw {@link UnreadableError}. */
export function wholeFile(
  bytesMax: number,
  wants: PackageReader['wants'],
  read: (path: string, bytes: Buffer) => FileFacts,
): PackageReader {
  return { wants, open: (file) => openWhole(file, bytesMax, (bytes) => read(file.path, bytes)) };
}

function openWhole({ size }: LayerFile, bytesMax: number, read: (bytes: Buffer) => FileFacts): FactsReader {
  if (size > bytesMax) {
    return {
      push: () => {},
      end: () => troubled(`it has ${size} bytes, and at most ${bytesMax} are read`),
    };
  }
  const bytes = Buffer.alloc(size);
  let at = 0;
  let beyond = false;
  return {
    push: (chunk) => {
      beyond ||= at + chunk.length > size;
      bytes.set(chunk.subarray(0, size - at), at);
      at = Math.min(size, at + chunk.length);
    },
    end: () => {
      if (beyond || at < size) return troubled('it does not have the size that the layer says');
      try {
        return read(bytes);
      } catch (error) {
        if (error instanceof UnreadableError) return troubled(error.message);
        throw error;
      }
    },
  };
}

function troubled(trouble: string): FileFacts {
  return { ...noFacts, troubles: [trouble] };
}

import { isFailure } from '../../base/failure.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import { verifiedBytes } from './verify.ts';

/** Where the bytes of a blob come from; each opening reads from the beginning and verifies. */
export interface Source {
  open(): AsyncIterable<Uint8Array>;
}

/**
 * Runs `work`, which sends a source somewhere. What goes wrong in the source is the source's own error, whatever the
 * receiver made of it. When its bytes came out wrong, it is read once more from zero: a resumed download may have been
 * put together from two different answers.
 */
export async function restartable<T>(
  descriptor: Descriptor,
  open: () => AsyncIterable<Uint8Array>,
  place: string,
  work: (source: Source) => Promise<T>,
): Promise<T> {
  for (let restarted = false; ; restarted = true) {
    const watched = new WatchedSource(descriptor, open, place);
    try {
      return await work(watched);
    } catch (error) {
      const cause = watched.error ?? error;
      if (restarted || !isFailure(watched.error, 'content-mismatch')) throw cause;
    }
  }
}

class WatchedSource implements Source {
  readonly #descriptor: Descriptor;
  readonly #open: () => AsyncIterable<Uint8Array>;
  readonly #place: string;
  /** What reading threw; undefined as long as it threw nothing. */
  error: unknown;

  constructor(descriptor: Descriptor, open: () => AsyncIterable<Uint8Array>, place: string) {
    this.#descriptor = descriptor;
    this.#open = open;
    this.#place = place;
  }

  async *open(): AsyncGenerator<Uint8Array> {
    try {
      yield* verifiedBytes(this.#open(), this.#descriptor, this.#place);
    } catch (error) {
      this.error ??= error;
      throw error;
    }
  }
}

import { isFailure } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import { parseWatchState, type WatchState } from '../model/parity-watch.ts';
import type { Ledger } from '../ports/ledger.ts';

/** Where a ledger keeps what `parity watch` saw: one file a watch. */
export const watchFolder = 'parity';

/** Undefined: there is no such look, or it cannot be read any more. */
export async function readWatchState(ledger: Ledger, file: string): Promise<WatchState | undefined> {
  try {
    const bytes = await ledger.read(watchFolder, file, limits.watchStateBytesMax);
    return bytes === undefined ? undefined : parseWatchState(bytes);
  } catch (error) {
    // It is no look, or larger than any: as one that was damaged, it is written anew.
    if (isFailure(error, 'path-refused')) return undefined;
    throw error;
  }
}

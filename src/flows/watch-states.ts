import { limits } from '../base/limits.ts';
import { parseWatchState, type WatchState } from '../model/parity-watch.ts';
import type { Ledger } from '../ports/ledger.ts';

/** Where a ledger keeps what `parity watch` saw: one file a watch. */
export const watchFolder = 'parity';

/** Undefined: there is no such look, or it cannot be read any more. @throws Failure `path-refused` where it is too large */
export async function readWatchState(ledger: Ledger, file: string): Promise<WatchState | undefined> {
  const bytes = await ledger.read(watchFolder, file, limits.watchStateBytesMax);
  return bytes === undefined ? undefined : parseWatchState(bytes);
}

import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';

const pollMs = 1000;
// SQLITE_BUSY
const busy = 5;

/**
 * Waits until no other process holds the lock at `path`, and holds it until the end of the process or `release`.
 * The lock is SQLite's lock on a file: the system gives it back however the holder ends.
 * @param onWait is told once, when there is something to wait for
 * @returns undefined when the signal came first
 */
export async function oneAtATime(
  path: string,
  onWait: () => void,
  signal: AbortSignal,
): Promise<{ readonly release: () => void } | undefined> {
  const database = new DatabaseSync(path);
  for (let told = false; !isTaken(database); told = true) {
    if (!told) onWait();
    // The end of a wait that was cut short is seen below.
    if (!signal.aborted) await delay(pollMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) {
      database.close();
      return undefined;
    }
  }
  return { release: () => database.close() };
}

function isTaken(database: DatabaseSync): boolean {
  try {
    database.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && error.errcode === busy) return false;
    throw error;
  }
}

import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';

const pollMs = 1000;
// SQLITE_BUSY
const busy = 5;

/**
 * Waits until no other process of this user holds `name`, and holds it until the end of the process or `release`.
 * The lock is SQLite's lock on a file: the system gives it back however the holder ends.
 */
export async function oneAtATime(
  name: string,
  onWait: () => void,
): Promise<{ readonly release: () => void }> {
  const database = new DatabaseSync(join(tmpdir(), `${name}-${userInfo().uid}.lock`));
  for (let told = false; !isTaken(database); told = true) {
    if (!told) onWait();
    await delay(pollMs);
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

import { isFailure } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import {
  formatSeen,
  parseSeen,
  seenFolder,
  seenName,
  SeenLedger,
  type FirstSeen,
} from '../model/first-seen.ts';
import type { Ledger } from '../ports/ledger.ts';

/** Everything that was seen so far. A file that is broken tells nothing, and never stops anybody. */
export async function readSeen(ledger: Ledger): Promise<SeenLedger> {
  const entries: FirstSeen[] = [];
  for (const { name } of (await ledger.list(seenFolder)).slice(0, limits.seenFilesMax)) {
    try {
      const bytes = await ledger.read(seenFolder, name, limits.seenFileBytesMax);
      if (bytes !== undefined) entries.push(...parseSeen(bytes));
    } catch (error) {
      if (!isFailure(error, 'path-refused')) throw error;
    }
  }
  return new SeenLedger(entries);
}

/**
 * Keeps what was seen for the first time: in a file of its own, so that two jobs that wrote at the same time merge without a
 * conflict. Where the files have become many, they are written anew as one.
 */
export async function keepSeen(
  ledger: Ledger,
  before: SeenLedger,
  seen: readonly FirstSeen[],
): Promise<void> {
  const fresh = new SeenLedger(
    seen.filter(({ name, digest }) => before.firstSeen(name, digest) === undefined),
  );
  if (fresh.entries().length === 0) return;
  const files = await ledger.list(seenFolder);
  if (files.length < limits.seenFilesMergedFrom) {
    await write(ledger, fresh);
    return;
  }
  const kept = await write(ledger, before.with(seen));
  for (const { name } of files) if (name !== kept) await ledger.remove(seenFolder, name);
}

/** Returns the file's name. */
async function write(ledger: Ledger, seen: SeenLedger): Promise<string> {
  const bytes = formatSeen(seen);
  const name = seenName(bytes);
  await ledger.write(seenFolder, name, bytes);
  return name;
}

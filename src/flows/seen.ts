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

/** What was seen so far. */
export interface Seen {
  readonly ledger: SeenLedger;
  /** The files that say it, and nothing else. */
  readonly files: readonly string[];
  /** All of it would be seen in the future only: the clock of this machine is behind, and dates nothing. */
  readonly isBehind: boolean;
}

export const nothingSeen: Seen = { ledger: new SeenLedger(), files: [], isBehind: false };

// Clocks of the machines of one CI differ by seconds; a day is another time zone at worst.
const clockSkewMsMax = 24 * 60 * 60 * 1000;

/**
 * Everything that was seen so far. A file that is broken tells nothing, and never stops anybody. What was dated by a clock
 * that was ahead is left out, so that it is dated anew: else a cooldown would wait for that day.
 * @param now ISO 8601, UTC
 */
export async function readSeen(ledger: Ledger, now: string): Promise<Seen> {
  const entries: FirstSeen[] = [];
  const files: string[] = [];
  for (const { name } of (await ledger.list(seenFolder)).slice(0, limits.seenFilesMax)) {
    try {
      const bytes = await ledger.read(seenFolder, name, limits.seenFileBytesMax);
      if (bytes === undefined) continue;
      const said = parseSeen(bytes);
      entries.push(...said);
      // What else stands in a file is not ours to take away.
      if (bytes.toString().trimEnd().split('\n').length === said.length) files.push(name);
    } catch (error) {
      if (!isFailure(error, 'path-refused')) throw error;
    }
  }
  const latest = new Date(Date.parse(now) + clockSkewMsMax).toISOString();
  const past = entries.filter(({ at }) => at <= latest);
  const isBehind = past.length === 0 && entries.length > 0;
  return { ledger: new SeenLedger(isBehind ? entries : past), files, isBehind };
}

/**
 * Keeps what was seen for the first time: in a file of its own, so that two jobs that wrote at the same time merge without a
 * conflict. Where the files have become many, they are written anew as one.
 */
export async function keepSeen(
  ledger: Ledger,
  { ledger: before, files, isBehind }: Seen,
  seen: readonly FirstSeen[],
): Promise<void> {
  if (isBehind) return;
  const fresh = new SeenLedger(
    seen.filter(({ name, digest }) => before.firstSeen(name, digest) === undefined),
  );
  if (fresh.entries().length === 0) return;
  if (files.length < limits.seenFilesMergedFrom) {
    await write(ledger, fresh);
    return;
  }
  const kept = await write(ledger, before.with(seen));
  for (const name of files) if (name !== kept) await ledger.remove(seenFolder, name);
}

/** Returns the file's name. */
async function write(ledger: Ledger, seen: SeenLedger): Promise<string> {
  const bytes = formatSeen(seen);
  const name = seenName(bytes);
  await ledger.write(seenFolder, name, bytes);
  return name;
}

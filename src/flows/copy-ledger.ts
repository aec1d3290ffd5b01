import { Failure } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import { contradictionsFolder } from '../model/contradiction.ts';
import { runsFolder } from '../model/remembered-run.ts';
import type { Ledger, LedgerFile } from '../ports/ledger.ts';

/** Copies what gates read of a ledger, the latest of it. What cannot be read is left out, as gates leave it out. */
export async function copyLedger(from: Ledger, to: Ledger): Promise<void> {
  for (const [folder, filesMax] of [
    [contradictionsFolder, limits.ledgerRecordsMax],
    [runsFolder, limits.ledgerRunsMax],
  ] as const)
    for (const name of await latestIn(folder, filesMax, from)) await copyFile({ folder, name }, from, to);
}

async function latestIn(folder: string, filesMax: number, ledger: Ledger): Promise<readonly string[]> {
  const files = (await orNothing(() => ledger.list(folder))) ?? [];
  const byAge = (one: LedgerFile, other: LedgerFile): number => other.writtenMs - one.writtenMs;
  return files
    .toSorted(byAge)
    .slice(0, filesMax)
    .map(({ name }) => name);
}

async function copyFile(
  { folder, name }: { readonly folder: string; readonly name: string },
  from: Ledger,
  to: Ledger,
): Promise<void> {
  const bytes = await orNothing(() => from.read(folder, name, limits.ledgerRunBytesMax));
  if (bytes !== undefined) await to.write(folder, name, bytes);
}

async function orNothing<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Failure && error.code !== 'interrupted') return undefined;
    throw error;
  }
}

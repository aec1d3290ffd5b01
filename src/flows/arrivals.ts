import { limits } from '../base/limits.ts';
import type { BlobId } from '../model/commit.ts';
import type { FileChange, GitRepository } from '../ports/git.ts';

/** How what a file says now came to it. */
export interface Arrival {
  readonly newest: FileChange;
  /** The changes that brought what the newest version says: the oldest ones since which it has been there without a break. */
  readonly came: ReadonlyMap<string, FileChange>;
}

export interface ArrivalOrder {
  /** Newest first. */
  readonly changes: readonly FileChange[];
  /** What is looked for in a version of a file. */
  readonly keysIn: (bytes: Buffer) => ReadonlySet<string>;
  /** Of all versions that are read; undefined: `limits.historyBytesMax`. */
  readonly bytesMax?: number | undefined;
}

export interface Arrivals {
  /** By path; a file that was deleted is not among them. */
  readonly files: ReadonlyMap<string, Arrival>;
  /** False: more bytes would have to be read. */
  readonly isWhole: boolean;
}

interface Run {
  readonly newest: FileChange;
  readonly came: Map<string, FileChange>;
  /** What all versions so far have said. */
  open: ReadonlySet<string>;
}

/**
 * Goes back through the versions of files. One version is in memory at a time, and what it says is not kept: only what the
 * newest one says can have arrived. A file is not read further than to where the last of it came.
 */
export async function readArrivals(
  repository: Pick<GitRepository, 'contents'>,
  { changes, keysIn, bytesMax = limits.historyBytesMax }: ArrivalOrder,
): Promise<Arrivals> {
  const runs = new Map<string, Run>();
  const versions = unbroken(changes);
  const isOpen = ({ path }: FileChange): boolean => runs.get(path)?.open.size !== 0;
  let bytesRead = 0;
  for (let at = 0; at < versions.length; at += limits.historyBlobsAtOnce) {
    const batch = versions.slice(at, at + limits.historyBlobsAtOnce).filter(({ change }) => isOpen(change));
    if (batch.length > 0 && bytesRead >= bytesMax) return { files: runs, isWhole: false };
    await repository.contents(
      batch.map(({ after }) => after),
      (index, bytes) => {
        bytesRead += bytes?.length ?? 0;
        const change = batch[index]?.change;
        if (change !== undefined && isOpen(change))
          goBack(runs, change, bytes === undefined ? new Set() : keysIn(bytes));
      },
    );
  }
  return { files: runs, isWhole: true };
}

function goBack(runs: Map<string, Run>, change: FileChange, keys: ReadonlySet<string>): void {
  const run = runs.get(change.path);
  if (run === undefined) {
    const open = new Set([...keys].map(copyOf));
    runs.set(change.path, { newest: change, came: new Map([...open].map((key) => [key, change])), open });
    return;
  }
  run.open = run.open.intersection(keys);
  for (const key of run.open) run.came.set(key, change);
}

/** A piece of a text may hold all of that text in memory. */
function copyOf(key: string): string {
  return Buffer.from(key).toString();
}

/** The versions of each file since it was last deleted. */
function unbroken(
  changes: readonly FileChange[],
): readonly { readonly change: FileChange; readonly after: BlobId }[] {
  const gone = new Set<string>();
  return changes.flatMap((change) => {
    const { path, after } = change;
    if (after === undefined) gone.add(path);
    return after === undefined || gone.has(path) ? [] : [{ change, after }];
  });
}

import { isDigest, type Digest } from '../model/digest.ts';
import type { BlobId, CommitId } from '../model/commit.ts';
import type { GitRepository } from '../ports/git.ts';
import { readArrivals, type Arrival } from './arrivals.ts';

/** The files of a folder with their history, as far as this clone holds it. */
export interface PinHistory {
  /** False: the clone is shallow, or the history is longer than is looked through. */
  readonly isWhole: boolean;
  /**
   * When a digest came to a file, as far back as it has been there without a break: ISO 8601, UTC. Undefined: it is not
   * committed, or nobody knows.
   */
  since(file: string, digest: Digest): string | undefined;
  /** What a file said before a digest came to it; undefined: it was not there, or nobody knows. */
  before(file: string, digest: Digest): Promise<EarlierText | undefined>;
}

export interface EarlierText {
  /** When it was replaced: ISO 8601, UTC; undefined: that is not committed yet. */
  readonly until: string | undefined;
  readonly bytes: Buffer;
}

export interface HistoryTools {
  readonly repository: Pick<GitRepository, 'resolve' | 'history' | 'contents'>;
  /** What stands before the names of files, from the root of the repository. */
  readonly below: string;
  /** The newest commit that counts; undefined: what is checked out. */
  readonly from?: CommitId | undefined;
}

/** Reads how these files changed. Their names are relative to the folder. */
export async function readPinHistory(
  { repository, below, from }: HistoryTools,
  files: readonly string[],
): Promise<PinHistory> {
  const head = from ?? (await repository.resolve('HEAD'));
  if (head === undefined) return nothingKnown;
  const paths = files.map((file) => `${below}${file}`);
  const { changes, isWhole } = await repository.history({ from: head, paths });
  const arrivals = await readArrivals(repository, { changes, keysIn: digestsIn });
  const arrivalsOf = (file: string): Arrival | undefined => arrivals.files.get(`${below}${file}`);
  return {
    isWhole: isWhole && arrivals.isWhole,
    since: (file, digest) => arrivalsOf(file)?.came.get(digest)?.at,
    before: async (file, digest) => {
      const arrival = arrivalsOf(file);
      const came = arrival?.came.get(digest);
      // What is not committed yet came after all that is.
      const blob = came === undefined ? arrival?.newest.after : came.before;
      const bytes = blob === undefined ? undefined : await contentOf(repository, blob);
      return bytes === undefined ? undefined : { until: came?.at, bytes };
    },
  };
}

async function contentOf(
  repository: Pick<GitRepository, 'contents'>,
  blob: BlobId,
): Promise<Buffer | undefined> {
  const received: (Buffer | undefined)[] = [];
  await repository.contents([blob], (_, bytes) => received.push(bytes));
  return received[0];
}

/** Before the first commit. */
const nothingKnown: PinHistory = {
  isWhole: true,
  since: () => undefined,
  before: () => Promise.resolve(undefined),
};

function digestsIn(bytes: Buffer): ReadonlySet<string> {
  const found = bytes.toString('latin1').match(/sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}/g);
  return new Set(found?.filter(isDigest));
}

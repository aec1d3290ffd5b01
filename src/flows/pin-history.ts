import { isDigest, type Digest } from '../model/digest.ts';
import type { BlobId, CommitId } from '../model/commit.ts';
import type { FileChange, GitRepository } from '../ports/git.ts';

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
  before(file: string, digest: Digest): EarlierText | undefined;
}

export interface EarlierText {
  /** When it was replaced: ISO 8601, UTC; undefined: that is not committed yet. */
  readonly until: string | undefined;
  readonly bytes: Buffer;
}

export interface HistoryTools {
  readonly repository: GitRepository;
  /** What stands before the names of files, from the root of the repository. */
  readonly below: string;
  /** The newest commit that counts; undefined: what is checked out. */
  readonly from?: CommitId | undefined;
}

interface Version {
  readonly change: FileChange;
  readonly digests: ReadonlySet<string>;
  readonly earlier: Buffer | undefined;
}

/** Reads how these files changed. Their names are relative to the folder. */
export async function readPinHistory(
  { repository, below, from }: HistoryTools,
  files: readonly string[],
): Promise<PinHistory> {
  const head = from ?? (await repository.resolve('HEAD'));
  if (head === undefined) return nothingKnown;
  const paths = new Map(files.map((file) => [`${below}${file}`, file]));
  const { changes, isWhole } = await repository.history({ from: head, paths: [...paths.keys()] });
  const contents = await repository.contents(
    changes.flatMap(({ before, after }) => blobsOf([before, after])),
  );
  const versions = Map.groupBy(
    changes.map((change): Version => {
      const after = change.after === undefined ? undefined : contents.get(change.after);
      const earlier = change.before === undefined ? undefined : contents.get(change.before);
      return { change, digests: digestsIn(after), earlier };
    }),
    ({ change }) => paths.get(change.path) ?? change.path,
  );
  return {
    isWhole,
    since: (file, digest) => arrival(versions.get(file) ?? [], digest)?.change.at,
    before: (file, digest) => {
      const all = versions.get(file) ?? [];
      const [newest] = all;
      // What is not committed yet came after all that is.
      if (newest?.digests.has(digest) === false) {
        const bytes = newest.change.after === undefined ? undefined : contents.get(newest.change.after);
        return bytes === undefined ? undefined : { until: undefined, bytes };
      }
      const came = arrival(all, digest);
      return came?.earlier === undefined ? undefined : { until: came.change.at, bytes: came.earlier };
    },
  };
}

/** Before the first commit. */
const nothingKnown: PinHistory = { isWhole: true, since: () => undefined, before: () => undefined };

/** The oldest version, from the newest on without a break, that holds the digest. */
function arrival(versions: readonly Version[], digest: Digest): Version | undefined {
  const gap = versions.findIndex(({ digests }) => !digests.has(digest));
  return versions[(gap === -1 ? versions.length : gap) - 1];
}

function blobsOf(blobs: readonly (BlobId | undefined)[]): readonly BlobId[] {
  return blobs.filter((blob) => blob !== undefined);
}

function digestsIn(bytes: Buffer | undefined): ReadonlySet<string> {
  return new Set(
    bytes
      ?.toString('latin1')
      .match(/sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}/g)
      ?.filter(isDigest),
  );
}

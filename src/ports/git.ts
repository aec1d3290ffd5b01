import type { BranchName } from '../model/branch-name.ts';
import type { BlobId, Commit, CommitId, Signature } from '../model/commit.ts';

/** Repositories of git: their history, and new commits beside it. */
export interface GitRepositories {
  /**
   * The repository around a folder.
   * @throws Failure `path-missing`, `path-refused` (it lies in none, or git refuses to read it)
   */
  open(folder: string): Promise<GitRepository>;
}

/**
 * One clone. Nothing here touches the work tree, the index, or the branches of a person, except where it says so; no hook,
 * filter or signing program of the repository is run, and nobody is asked for anything. Paths are relative to the root of
 * the repository, with `/`. Everything throws `program-missing`, `program-failed` and `program-timeout`.
 */
export interface GitRepository {
  /** Root of its work tree; absolute. */
  readonly root: string;
  /** The commit that a name stands for here: a branch, a tag, an abbreviation; undefined: there is none. */
  resolve(revision: string): Promise<CommitId | undefined>;
  /** The branch that is checked out; undefined: none is. */
  currentBranch(): Promise<BranchName | undefined>;
  /** Whether this clone holds a part of the history only. */
  isShallow(): Promise<boolean>;
  /**
   * A remote by its name, or by its URL.
   * @throws Failure `revision-invalid` (no such remote)
   */
  remote(named: string, access?: GitAccess): Promise<GitRemote>;
  /**
   * A best common ancestor of two commits; undefined: they have none. Where this clone is shallow and a remote is given,
   * as much of the history is fetched as it takes.
   */
  mergeBase(one: CommitId, other: CommitId, deeper?: GitRemote): Promise<CommitId | undefined>;
  /** The commits that `tip` reaches and `base` does not, newest first. In a shallow clone they may be too many, never too few. */
  commits(range: { readonly base: CommitId; readonly tip: CommitId }): Promise<CommitList>;
  /**
   * Files of a commit with their bytes as git keeps them: what Git LFS keeps elsewhere is a pointer. What is not there, and
   * submodules, are not in the answer. @throws Failure `path-refused` where one is larger than `limits.scanFileBytesMax`
   */
  files(commit: CommitId, paths: readonly string[]): Promise<ReadonlyMap<string, GitFile>>;
  /**
   * Makes a commit upon its parent and names it; no branch moves. The same order makes the same commit. Modes are kept, new
   * files are plain. It is sealed: see {@link isOurs} of the model.
   * @throws Failure `path-refused` for what is no file there: a link, a submodule, a folder
   */
  commit(order: CommitOrder): Promise<CommitId>;
  /** Moves a branch of this clone, if it still stands where it is expected: undefined: it is not there. */
  moveBranch(move: BranchMove): Promise<MoveAnswer>;
  /**
   * How files changed, newest first, along the first parents of a commit. A file that was renamed began with its new name.
   */
  history(order: HistoryOrder): Promise<FileHistory>;
  /**
   * Contents by name, in the order of the names, one at a time: nothing is kept of them. Undefined: this clone does not
   * hold it, or it is larger than `limits.scanFileBytesMax`.
   */
  contents(
    blobs: readonly BlobId[],
    receive: (index: number, bytes: Buffer | undefined) => void,
  ): Promise<void>;
}

/** Another clone that this one knows by a URL. Git's own credentials are used, unless others were given. */
export interface GitRemote {
  /** Where it is read from, without any login. */
  readonly url: string;
  /** @throws Failure `remote-unreachable`, `remote-denied` */
  defaultBranch(): Promise<BranchName | undefined>;
  /** Where a branch stands now; undefined: there is no such branch. @throws Failure `remote-unreachable`, `remote-denied` */
  branch(name: BranchName): Promise<CommitId | undefined>;
  /**
   * {@link branch}, and its commits are here afterwards: of a shallow clone its tip alone. No ref of this clone changes.
   * @throws Failure `remote-unreachable`, `remote-denied`
   */
  fetch(name: BranchName): Promise<CommitId | undefined>;
  /** Moves, makes or deletes a branch there, if it still stands where it is expected. @throws Failure `remote-unreachable`, `remote-denied` */
  push(move: BranchMove): Promise<PushAnswer>;
}

/** What git sends as `Authorization` to this remote and to no other place, such as `Basic …`. Never in argv or on disk. */
export interface GitAccess {
  readonly authorization: string;
}

export interface BranchMove {
  readonly branch: BranchName;
  /** Undefined: it must not be there. */
  readonly expected: CommitId | undefined;
  /** Undefined: it is deleted. */
  readonly to: CommitId | undefined;
}

export type MoveAnswer =
  | { readonly kind: 'done' }
  /** It stands elsewhere; undefined: it is not there. Nothing was changed. */
  | { readonly kind: 'moved'; readonly at: CommitId | undefined }
  /** Somebody works on it in a work tree. Nothing was changed. */
  | { readonly kind: 'checked-out'; readonly folder: string };

export type PushAnswer =
  | { readonly kind: 'done' }
  /** It stands elsewhere; undefined: it is not there. Nothing was changed. */
  | { readonly kind: 'moved'; readonly at: CommitId | undefined }
  /** A hook, a protected branch, or a right that is lacking. `said`: the remote's own words, on one line, made inert. */
  | { readonly kind: 'refused'; readonly said: string };

export interface CommitList {
  /** At most `limits.branchCommitsMax`. */
  readonly commits: readonly Commit[];
  /** False: there are more. */
  readonly isWhole: boolean;
}

export interface GitFile {
  readonly mode: GitFileMode;
  readonly blob: BlobId;
  /** Of a link: where it leads. */
  readonly bytes: Buffer;
}

export type GitFileMode = 'plain' | 'executable' | 'link';

export interface CommitOrder {
  readonly parent: CommitId;
  readonly files: readonly ChangedFile[];
  readonly message: string;
  readonly author: Signature;
  readonly committer: Signature;
}

export interface ChangedFile {
  readonly path: string;
  /** Undefined: the file goes. */
  readonly bytes: Uint8Array | undefined;
}

export interface HistoryOrder {
  readonly from: CommitId;
  readonly paths: readonly string[];
}

export interface FileHistory {
  readonly changes: readonly FileChange[];
  /** False: it is longer than `limits.historyCommitsMax`, or this clone is shallow. */
  readonly isWhole: boolean;
}

export interface FileChange {
  readonly commit: CommitId;
  /** When it came to be on this line of history: ISO 8601, UTC. */
  readonly at: string;
  readonly author: string;
  /** First line of the commit's message. */
  readonly subject: string;
  readonly path: string;
  /** Undefined: it was not there, or was no file. */
  readonly before: BlobId | undefined;
  readonly after: BlobId | undefined;
}

import { Failure } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import { isBranchName, type BranchName } from '../../model/branch-name.ts';
import { isCommitId, signatureOf, type BlobId, type CommitId, type Signature } from '../../model/commit.ts';
import { sealCommit } from '../../model/commit-seal.ts';
import type {
  BranchMove,
  CommitList,
  CommitOrder,
  FileChange,
  FileHistory,
  GitFile,
  GitRemote,
  GitRepositories,
  GitRepository,
  HistoryOrder,
  MoveAnswer,
  PushAnswer,
} from '../../ports/git.ts';
import { blobIdOf, MemoryStore, type MemoryFile, type MemoryTree } from './memory-store.ts';

/** Clones that live as long as the process, and are each other's remotes: for tests and dry runs. */
export class MemoryRepositories implements GitRepositories {
  readonly #store = new MemoryStore();
  readonly #clones = new Map<string, MemoryClone>();

  /** A new clone, with nothing in it. */
  create(root: string, remotes: Readonly<Record<string, MemoryClone>> = {}): MemoryClone {
    const clone = new MemoryClone(root, this.#store, new Map(Object.entries(remotes)));
    this.#clones.set(root, clone);
    return clone;
  }

  open(folder: string): Promise<GitRepository> {
    const clone = [...this.#clones.values()].find(
      ({ root }) => folder === root || folder.startsWith(`${root}/`),
    );
    if (clone === undefined)
      return Promise.reject(new Failure('path-refused', `${folder} lies in no git repository`));
    return Promise.resolve(clone);
  }
}

/** A commit as a person makes it: no seal, and whatever files. */
export interface PersonsCommit {
  readonly parents: readonly CommitId[];
  /** What is there afterwards; text is a plain file. */
  readonly files: Readonly<Record<string, string | MemoryFile>>;
  readonly message: string;
  readonly author: Signature;
}

export class MemoryClone implements GitRepository {
  readonly root: string;
  readonly #store: MemoryStore;
  readonly #remotes: ReadonlyMap<string, MemoryClone>;
  readonly branches = new Map<BranchName, CommitId>();
  /** The branch that is checked out. */
  head: BranchName | undefined;
  /** What this clone says to a push, when it is pushed to: words, or a failure; undefined: it takes it. */
  onPush: (move: BranchMove) => string | Failure | undefined = () => undefined;
  /** What it says to every question from elsewhere. */
  onRead: () => Failure | undefined = () => undefined;

  constructor(root: string, store: MemoryStore, remotes: ReadonlyMap<string, MemoryClone>) {
    this.root = root;
    this.#store = store;
    this.#remotes = remotes;
  }

  /** Makes a commit and names it; no branch moves. */
  write({ parents, files, message, author }: PersonsCommit): CommitId {
    const tree = this.#store.addTree(
      new Map(
        Object.entries(files).map(([path, file]) => [
          path,
          typeof file === 'string' ? { mode: 'plain' as const, bytes: Buffer.from(file) } : file,
        ]),
      ),
    );
    return this.#store.add({ tree, parents, author, committer: author, message });
  }

  resolve(revision: string): Promise<CommitId | undefined> {
    const named = revision === 'HEAD' ? (this.head ?? '') : revision.replace(/^refs\/heads\//, '');
    const branch = isBranchName(named) ? this.branches.get(named) : undefined;
    const known = isCommitId(revision) && this.#store.has(revision) ? revision : undefined;
    const [short, ...others] = /^[0-9a-f]{7,63}$/.test(revision)
      ? this.#store.ids().filter((id) => id.startsWith(revision))
      : [];
    return Promise.resolve(branch ?? known ?? (others.length === 0 ? short : undefined));
  }

  currentBranch(): Promise<BranchName | undefined> {
    return Promise.resolve(this.head);
  }

  isShallow(): Promise<boolean> {
    return Promise.resolve(false);
  }

  remote(named: string): Promise<GitRemote> {
    const clone = this.#remotes.get(named);
    if (clone === undefined)
      return Promise.reject(
        new Failure('revision-invalid', `${JSON.stringify(named)} is no remote of ${this.root}`),
      );
    return Promise.resolve(new MemoryRemote(clone));
  }

  mergeBase(one: CommitId, other: CommitId): Promise<CommitId | undefined> {
    const others = new Set(this.#store.reach(other));
    return Promise.resolve(this.#store.reach(one).find((id) => others.has(id)));
  }

  commits({ base, tip }: { readonly base: CommitId; readonly tip: CommitId }): Promise<CommitList> {
    const known = new Set(this.#store.reach(base));
    const ids = this.#store.reach(tip).filter((id) => !known.has(id));
    const commits = ids.slice(0, limits.branchCommitsMax).map((id) => this.#store.commit(id));
    return Promise.resolve({ commits, isWhole: ids.length <= limits.branchCommitsMax });
  }

  files(commit: CommitId, paths: readonly string[]): Promise<ReadonlyMap<string, GitFile>> {
    const tree = this.#store.treeOf(commit);
    return Promise.resolve(
      new Map(
        paths.flatMap((path) => {
          const file = tree.get(path);
          if (file === undefined || file.mode === 'submodule') return [];
          return [[path, { mode: file.mode, blob: blobIdOf(file.bytes), bytes: file.bytes }] as const];
        }),
      ),
    );
  }

  commit({ parent, files, message, author, committer }: CommitOrder): Promise<CommitId> {
    const tree = new Map(this.#store.treeOf(parent));
    for (const { path, bytes } of files) {
      const refusal = refusalOf(path, tree);
      if (refusal !== undefined) return Promise.reject(refusal);
      const { mode } = tree.get(path) ?? { mode: 'plain' as const };
      if (bytes === undefined) tree.delete(path);
      else tree.set(path, { mode, bytes: Buffer.from(bytes) });
    }
    const people = { author: signatureOf(author), committer: signatureOf(committer) };
    const content = { tree: this.#store.addTree(tree), parents: [parent], message, ...people };
    return Promise.resolve(this.#store.add(sealCommit(content)));
  }

  moveBranch(move: BranchMove): Promise<MoveAnswer> {
    const at = this.branches.get(move.branch);
    if (at === move.to) return Promise.resolve({ kind: 'done' });
    if (at !== move.expected) return Promise.resolve({ kind: 'moved', at });
    if (this.head === move.branch) return Promise.resolve({ kind: 'checked-out', folder: this.root });
    this.take(move);
    return Promise.resolve({ kind: 'done' });
  }

  /** Moves a branch, wherever it stands. */
  take({ branch, to }: Pick<BranchMove, 'branch' | 'to'>): void {
    if (to === undefined) this.branches.delete(branch);
    else this.branches.set(branch, to);
  }

  history({ from, paths }: HistoryOrder): Promise<FileHistory> {
    const changes: FileChange[] = [];
    const blobOf = (tree: MemoryTree | undefined, path: string): BlobId | undefined => {
      const file = tree?.get(path);
      return file === undefined || file.mode === 'submodule' ? undefined : blobIdOf(file.bytes);
    };
    for (let at: CommitId | undefined = from; at !== undefined;) {
      const commit = this.#store.commit(at);
      const [parent] = commit.parents;
      const [now, then] = [
        this.#store.treeOf(at),
        parent === undefined ? undefined : this.#store.treeOf(parent),
      ];
      for (const path of paths) {
        const [before, after] = [blobOf(then, path), blobOf(now, path)];
        if (before === after) continue;
        const [subject = ''] = commit.message.split('\n');
        const { name: author } = commit.author;
        const when = new Date(commit.committer.at).toISOString();
        changes.push({ commit: at, at: when, author, subject, path, before, after });
      }
      at = parent;
    }
    return Promise.resolve({ changes, isWhole: true });
  }

  contents(
    blobs: readonly BlobId[],
    receive: (index: number, bytes: Buffer | undefined) => void,
  ): Promise<void> {
    for (const [index, id] of blobs.entries()) receive(index, this.#store.blob(id));
    return Promise.resolve();
  }
}

function refusalOf(path: string, tree: MemoryTree): Failure | undefined {
  const parts = path.split('/');
  if (parts.some((part) => ['', '.', '..', '.git'].includes(part.toLowerCase())))
    return new Failure('path-refused', `${JSON.stringify(path)} is no path of a file in a repository`);
  const mode = tree.get(path)?.mode;
  const isFolder = [...tree.keys()].some((other) => other.startsWith(`${path}/`));
  const isBelowFile = parts.some((_, depth) => depth > 0 && tree.has(parts.slice(0, depth).join('/')));
  return mode === 'link' || mode === 'submodule' || isFolder || isBelowFile
    ? new Failure('path-refused', `${path} is no file`)
    : undefined;
}

class MemoryRemote implements GitRemote {
  readonly #clone: MemoryClone;

  constructor(clone: MemoryClone) {
    this.#clone = clone;
  }

  get url(): string {
    return `memory://${this.#clone.root}`;
  }

  defaultBranch(): Promise<BranchName | undefined> {
    return this.#read(() => this.#clone.head);
  }

  branch(name: BranchName): Promise<CommitId | undefined> {
    return this.#read(() => this.#clone.branches.get(name));
  }

  fetch(name: BranchName): Promise<CommitId | undefined> {
    return this.branch(name);
  }

  async push(move: BranchMove): Promise<PushAnswer> {
    const at = await this.branch(move.branch);
    if (at === move.to) return { kind: 'done' };
    if (at !== move.expected) return { kind: 'moved', at };
    const said = this.#clone.onPush(move);
    if (said instanceof Failure) throw said;
    if (said !== undefined) return { kind: 'refused', said };
    this.#clone.take(move);
    return { kind: 'done' };
  }

  #read<T>(answer: () => T): Promise<T> {
    const failure = this.#clone.onRead();
    return failure === undefined ? Promise.resolve(answer()) : Promise.reject(failure);
  }
}

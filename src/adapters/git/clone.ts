import { programFailed } from '../../base/command.ts';
import { Failure } from '../../base/failure.ts';
import { gitSpec } from '../../base/git-command.ts';
import { readGitObjects } from '../../base/git-objects.ts';
import { limits } from '../../base/limits.ts';
import { isBranchName, type BranchName } from '../../model/branch-name.ts';
import {
  isCommitId,
  parseCommitId,
  readCommit,
  type BlobId,
  type Commit,
  type CommitId,
} from '../../model/commit.ts';
import type {
  BranchMove,
  CommitList,
  CommitOrder,
  FileHistory,
  GitAccess,
  GitFile,
  GitRemote,
  GitRepository,
  HistoryOrder,
  MoveAnswer,
} from '../../ports/git.ts';
import type { Git } from './git.ts';
import { fileHistory } from './history.ts';
import { moveLocalBranch } from './move-branch.ts';
import { openRemote, RemoteByGit } from './remote.ts';
import { listTree } from './tree-list.ts';
import { writeCommit } from './write-commit.ts';

export class CloneOnDisk implements GitRepository {
  readonly #git: Git;
  readonly #temporary: string;

  constructor(git: Git, temporary: string) {
    this.#git = git;
    this.#temporary = temporary;
  }

  get root(): string {
    return this.#git.folder;
  }

  async resolve(revision: string): Promise<CommitId | undefined> {
    if (/[\0\n]/.test(revision) || revision === '') return undefined;
    const words = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
    const { status, stdout } = await this.#git.run(words);
    return status === 0 ? parseCommitId(stdout.trim()) : undefined;
  }

  async currentBranch(): Promise<BranchName | undefined> {
    const { status, stdout } = await this.#git.run(['symbolic-ref', '--quiet', 'HEAD']);
    const name = stdout.trim().replace(/^refs\/heads\//, '');
    return status === 0 && isBranchName(name) ? name : undefined;
  }

  async isShallow(): Promise<boolean> {
    return (await this.#git.ask(['rev-parse', '--is-shallow-repository'])).trim() === 'true';
  }

  remote(named: string, access?: GitAccess): Promise<GitRemote> {
    return openRemote(this.#git, named, access);
  }

  async mergeBase(one: CommitId, other: CommitId, deeper?: GitRemote): Promise<CommitId | undefined> {
    let commits: number = limits.deepenCommitsFirst;
    for (let round = 0; ; round += 1) {
      const found = await this.#commonAncestor(one, other);
      if (found !== undefined || !(deeper instanceof RemoteByGit) || !(await this.isShallow())) return found;
      await deeper.deepen([one, other], round < limits.deepenRoundsMax ? commits : undefined);
      commits *= 4;
    }
  }

  async #commonAncestor(one: CommitId, other: CommitId): Promise<CommitId | undefined> {
    const words = ['merge-base', '--', one, other];
    const result = await this.#git.run(words);
    if (result.status === 0) return parseCommitId(result.stdout.trim());
    if (result.status === 1) return undefined;
    throw programFailed(gitSpec(this.#git.folder, this.#git.env, words), result);
  }

  async commits({ base, tip }: { readonly base: CommitId; readonly tip: CommitId }): Promise<CommitList> {
    const max = limits.branchCommitsMax;
    const listed = await this.#git.ask(['rev-list', `--max-count=${max + 1}`, tip, `^${base}`, '--']);
    const ids = listed.split('\n').filter(isCommitId);
    const commits: Commit[] = [];
    await readGitObjects(this.#git, ids.slice(0, max), (index, object) => {
      const id = ids[index];
      const commit =
        id === undefined || object?.type !== 'commit' ? undefined : readCommit(id, object.bytes.toString());
      if (commit === undefined) throw new Failure('program-output', `${id} cannot be read as a commit`);
      commits.push(commit);
    });
    return { commits, isWhole: ids.length <= max };
  }

  async files(commit: CommitId, paths: readonly string[]): Promise<ReadonlyMap<string, GitFile>> {
    const entries = await listTree(this.#git, commit);
    const wanted = [...new Set(paths)].flatMap((path) => {
      const entry = entries.get(path);
      return entry?.kind === 'file' ? [{ path, entry }] : [];
    });
    const found = new Map<string, GitFile>();
    await readGitObjects(
      this.#git,
      wanted.map(({ entry }) => entry.blob),
      (index, object) => {
        const file = wanted[index];
        if (file === undefined || object?.type !== 'blob') return;
        if (object.bytes.length > limits.scanFileBytesMax)
          throw new Failure('path-refused', `${file.path} is larger than ${limits.scanFileBytesMax} bytes`);
        found.set(file.path, { mode: file.entry.mode, blob: file.entry.blob, bytes: object.bytes });
      },
    );
    return found;
  }

  commit(order: CommitOrder): Promise<CommitId> {
    return writeCommit(this.#git, order, this.#temporary);
  }

  moveBranch(move: BranchMove): Promise<MoveAnswer> {
    return moveLocalBranch(this.#git, move);
  }

  history(order: HistoryOrder): Promise<FileHistory> {
    return fileHistory(this.#git, order);
  }

  contents(
    blobs: readonly BlobId[],
    receive: (index: number, bytes: Buffer | undefined) => void,
  ): Promise<void> {
    return readGitObjects(this.#git, blobs, (index, object) => {
      const isHeld = object?.type === 'blob' && object.bytes.length <= limits.scanFileBytesMax;
      receive(index, isHeld ? object.bytes : undefined);
    });
  }
}

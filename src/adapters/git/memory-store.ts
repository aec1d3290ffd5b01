import { createHash } from 'node:crypto';
import { compareFileNames } from '../../base/file-name.ts';
import { invariant } from '../../base/invariant.ts';
import {
  formatCommit,
  isBlobId,
  parseCommitId,
  type BlobId,
  type Commit,
  type CommitContent,
  type CommitId,
} from '../../model/commit.ts';
import type { GitFileMode } from '../../ports/git.ts';
import { modeNumber } from './tree-list.ts';

/** A file of a tree in memory; a submodule has no content. */
export interface MemoryFile {
  readonly mode: GitFileMode | 'submodule';
  readonly bytes: Buffer;
}

export type MemoryTree = ReadonlyMap<string, MemoryFile>;

/** Objects of all clones together. They have the names that git gives them. */
export class MemoryStore {
  readonly #commits = new Map<CommitId, Commit>();
  readonly #trees = new Map<string, MemoryTree>();
  readonly #blobs = new Map<BlobId, Buffer>();

  commit(id: CommitId): Commit {
    const commit = this.#commits.get(id);
    invariant(commit !== undefined, `commit ${id} was made before`);
    return commit;
  }

  has(id: CommitId): boolean {
    return this.#commits.has(id);
  }

  ids(): readonly CommitId[] {
    return [...this.#commits.keys()];
  }

  treeOf(id: CommitId): MemoryTree {
    return this.#trees.get(this.commit(id).tree) ?? new Map<string, MemoryFile>();
  }

  blob(id: BlobId): Buffer | undefined {
    return this.#blobs.get(id);
  }

  addTree(files: MemoryTree): string {
    for (const { mode, bytes } of files.values())
      if (mode !== 'submodule') this.#blobs.set(blobIdOf(bytes), bytes);
    const id = treeId(files);
    this.#trees.set(id, files);
    return id;
  }

  add(content: CommitContent): CommitId {
    const id = parseCommitId(nameOf('commit', Buffer.from(formatCommit(content))));
    this.#commits.set(id, { ...content, id });
    return id;
  }

  /** The commit and all that it comes from, each once, nearest first. */
  reach(from: CommitId): readonly CommitId[] {
    const found = new Set<CommitId>();
    const waiting = [from];
    for (let at = waiting.shift(); at !== undefined; at = waiting.shift()) {
      if (found.has(at)) continue;
      found.add(at);
      waiting.push(...this.commit(at).parents);
    }
    return [...found];
  }
}

export function blobIdOf(bytes: Uint8Array): BlobId {
  const id = nameOf('blob', bytes);
  invariant(isBlobId(id), 'a hash is a name');
  return id;
}

/** Folders are trees of their own; git sorts them as if their names ended with a slash. */
function treeId(files: MemoryTree): string {
  const entries = new Map<string, string>();
  const below = Map.groupBy(files, ([path]) => (path.includes('/') ? path.slice(0, path.indexOf('/')) : ''));
  for (const [folder, members] of below) {
    if (folder === '') {
      for (const [path, { mode, bytes }] of members)
        entries.set(
          path,
          `${mode === 'submodule' ? '160000' : modeNumber(mode)} ${mode === 'submodule' ? bytes.toString() : blobIdOf(bytes)}`,
        );
    } else {
      const inside = new Map(members.map(([path, file]) => [path.slice(folder.length + 1), file]));
      entries.set(`${folder}/`, `40000 ${treeId(inside)}`);
    }
  }
  const lines = [...entries]
    .toSorted(([left], [right]) => compareFileNames(left, right))
    .map(([name, entry]) => {
      const [mode = '', object = ''] = entry.split(' ');
      return Buffer.concat([Buffer.from(`${mode} ${name.replace(/\/$/, '')}\0`), Buffer.from(object, 'hex')]);
    });
  return nameOf('tree', Buffer.concat(lines));
}

function nameOf(type: string, bytes: Uint8Array): string {
  return createHash('sha1').update(`${type} ${bytes.length}\0`).update(bytes).digest('hex');
}

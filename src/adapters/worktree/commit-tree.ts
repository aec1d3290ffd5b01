import { programFailed, runCommand } from '../../base/command.ts';
import { Failure } from '../../base/failure.ts';
import { compareFileNames } from '../../base/file-name.ts';
import { gitSpec } from '../../base/git-command.ts';
import { readGitObjects } from '../../base/git-objects.ts';
import { limits } from '../../base/limits.ts';
import type { Tree, TreeReading } from '../../ports/file-tree.ts';
import type { GitFolder } from './git-files.ts';

interface Blob {
  readonly object: string;
  readonly size: number;
  readonly isLink: boolean;
}

/** The files of a commit, read out of the repository by one `git cat-file --batch`. */
export class CommitTree implements Tree {
  readonly path: string;
  readonly root: string;
  readonly #git: GitFolder;
  readonly #blobs: ReadonlyMap<string, Blob>;

  private constructor(git: GitFolder, blobs: ReadonlyMap<string, Blob>) {
    this.path = git.folder;
    this.root = git.root;
    this.#git = git;
    this.#blobs = blobs;
  }

  /** @throws Failure `path-refused` when there is no such commit */
  static async open(git: GitFolder, revision: string): Promise<CommitTree> {
    const named = await answer(git, [
      'rev-parse',
      '--verify',
      '--quiet',
      '--end-of-options',
      `${revision}^{commit}`,
    ]);
    if (named.status !== 0) {
      throw new Failure('path-refused', `${JSON.stringify(revision)} is no commit of ${git.root}`, {
        hint: 'Name a commit, a branch or a tag that this clone holds; a shallow clone holds few.',
      });
    }
    const words = ['ls-tree', '-r', '-l', '-z', named.stdout.trim()];
    const listed = await answer(git, words);
    if (listed.status !== 0) throw programFailed(gitSpec(git.folder, git.env, words), listed);
    return new CommitTree(git, new Map(listed.stdout.split('\0').flatMap(parseEntry)));
  }

  list(): Promise<readonly string[]> {
    return Promise.resolve([...this.#blobs.keys()].toSorted(compareFileNames));
  }

  async read(names: readonly string[], { bytesMax, receive }: TreeReading): Promise<void> {
    const wanted: { readonly path: string; readonly blob: Blob }[] = [];
    for (const path of names) {
      const blob = this.#blobs.get(path);
      if (blob === undefined) continue;
      const why = refusal(blob, bytesMax);
      if (why === undefined) wanted.push({ path, blob });
      else receive({ kind: 'refused', path, why });
    }
    const objects = wanted.map(({ blob }) => blob.object);
    await readGitObjects(this.#git, objects, (index, object) => {
      const path = wanted[index]?.path;
      if (path === undefined) return;
      if (object?.type === 'blob') receive({ kind: 'bytes', path, bytes: object.bytes });
      else receive({ kind: 'refused', path, why: 'this clone does not hold its content' });
    });
  }
}

function refusal({ isLink, size }: Blob, bytesMax: number): string | undefined {
  if (isLink) return 'it is a link, and links are not followed';
  return size > bytesMax ? `it is larger than ${bytesMax} bytes` : undefined;
}

function answer(git: GitFolder, words: readonly string[]): ReturnType<typeof runCommand> {
  return runCommand(gitSpec(git.folder, git.env, words), limits.gitListBytesMax);
}

/** `mode type object size<TAB>path`; submodules are of the type `commit`. */
function parseEntry(line: string): readonly (readonly [string, Blob])[] {
  const tab = line.indexOf('\t');
  const [mode, type, object, size] = line.slice(0, Math.max(0, tab)).split(/ +/);
  if (type !== 'blob' || object === undefined) return [];
  return [[line.slice(tab + 1), { object, size: Number(size), isLink: mode === '120000' }]];
}

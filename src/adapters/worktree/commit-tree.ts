import { programFailed, readCommand, runCommand, type CommandSpec } from '../../base/command.ts';
import { Failure } from '../../base/failure.ts';
import { compareFileNames } from '../../base/file-name.ts';
import { limits } from '../../base/limits.ts';
import type { Tree, TreeFile, TreeReading } from '../../ports/file-tree.ts';
import { gitSpec, type GitFolder } from './git-files.ts';

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
    if (wanted.length === 0) return;
    const spec: CommandSpec = {
      ...gitSpec(this.#git.folder, this.#git.env, ['cat-file', '--batch']),
      stdin: requests(wanted.map(({ blob }) => blob.object)),
    };
    const result = await readCommand(spec, (stdout) =>
      readBatch(
        stdout,
        wanted.map(({ path }) => path),
        receive,
      ),
    );
    if (result.status !== 0) throw programFailed(spec, result);
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

async function* requests(objects: readonly string[]): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  const linesAtOnce = 1_000;
  for (let at = 0; at < objects.length; at += linesAtOnce)
    yield Buffer.from(`${objects.slice(at, at + linesAtOnce).join('\n')}\n`);
}

/** `object type size`, a newline, the bytes, a newline; or `object missing`. */
async function readBatch(
  stdout: AsyncIterable<Uint8Array>,
  paths: readonly string[],
  receive: (file: TreeFile) => void,
): Promise<void> {
  const bytes = new Incoming(stdout);
  for (const path of paths) {
    const header = (await bytes.line()).split(' ');
    const size = Number(header[2]);
    if (header[1] !== 'blob' || !Number.isSafeInteger(size)) {
      receive({ kind: 'refused', path, why: 'this clone does not hold its content' });
      continue;
    }
    receive({ kind: 'bytes', path, bytes: await bytes.take(size) });
    await bytes.take(1);
  }
}

/** Takes lines and counted bytes off a stream. */
class Incoming {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #held: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#chunks = source[Symbol.asyncIterator]();
  }

  async line(): Promise<string> {
    let end = this.#held.indexOf(0x0a);
    while (end === -1) {
      await this.#more();
      end = this.#held.indexOf(0x0a);
    }
    const line = this.#held.subarray(0, end).toString('utf8');
    this.#held = this.#held.subarray(end + 1);
    return line;
  }

  async take(count: number): Promise<Buffer> {
    const pieces = [this.#held];
    let have = this.#held.length;
    while (have < count) {
      const piece = await this.#next();
      pieces.push(piece);
      have += piece.length;
    }
    const all = pieces.length === 1 ? this.#held : Buffer.concat(pieces, have);
    this.#held = all.subarray(count);
    return all.subarray(0, count);
  }

  async #more(): Promise<void> {
    this.#held = Buffer.concat([this.#held, await this.#next()]);
  }

  async #next(): Promise<Buffer> {
    const next = await this.#chunks.next();
    if (next.done === true)
      throw new Failure('program-output', 'git cat-file ended before all files were read');
    return Buffer.from(next.value);
  }
}

import { programFailed, readCommand, type CommandSpec } from './command.ts';
import { Failure } from './failure.ts';
import { gitSpec, type GitEnvironment } from './git-command.ts';

/** What is known of an object by its name. */
export interface GitObject {
  /** `blob`, `commit`, `tree`, `tag`. */
  readonly type: string;
  readonly bytes: Buffer;
}

/**
 * Reads objects out of a repository by one `git cat-file --batch`, in their order. `receive` gets undefined for one that
 * this clone does not hold.
 */
export async function readGitObjects(
  { folder, env }: { readonly folder: string; readonly env: GitEnvironment },
  objects: readonly string[],
  receive: (index: number, object: GitObject | undefined) => void,
): Promise<void> {
  if (objects.length === 0) return;
  const spec: CommandSpec = {
    ...gitSpec(folder, env, ['cat-file', '--batch']),
    stdin: requests(objects),
  };
  const result = await readCommand(spec, async (stdout) => {
    const bytes = new Incoming(stdout);
    for (let index = 0; index < objects.length; index += 1) receive(index, await nextObject(bytes));
  });
  if (result.status !== 0) throw programFailed(spec, result);
}

/** `object type size`, a newline, the bytes, a newline; or `object missing`. */
async function nextObject(bytes: Incoming): Promise<GitObject | undefined> {
  const [, type, sizeText] = (await bytes.line()).split(' ');
  const size = Number(sizeText);
  if (type === undefined || !Number.isSafeInteger(size)) return undefined;
  const content = await bytes.take(size);
  await bytes.take(1);
  return { type, bytes: content };
}

async function* requests(objects: readonly string[]): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  const linesAtOnce = 1_000;
  for (let at = 0; at < objects.length; at += linesAtOnce)
    yield Buffer.from(`${objects.slice(at, at + linesAtOnce).join('\n')}\n`);
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
      throw new Failure('program-output', 'git cat-file ended before all objects were read');
    return Buffer.from(next.value);
  }
}

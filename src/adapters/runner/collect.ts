import path from 'node:path/posix';
import { limits } from '../../base/limits.ts';
import { collectBytes } from '../../base/stream.ts';
import type { TarEntry } from '../../base/tar-read.ts';
import { hasWildcard, matchesGlob } from '../../model/glob.ts';
import type { Collected, CollectedFile, CollectedPlace } from '../../ports/runner.ts';
import type { Container } from './container.ts';
import type { Dialect } from './dialect.ts';

export type FilesPlace = Extract<CollectedPlace, { readonly kind: 'files' }>;

/** Something that may not be read: ends the reading, and is the answer. */
export class Refusal extends Error {
  readonly code: 'refused' | 'too-large';

  constructor(code: 'refused' | 'too-large', why: string) {
    super(why);
    this.code = code;
  }
}

/**
 * Brings result files out of a container that has ended. Below the place that the config names nothing is followed: a
 * link on the way to a result, or in its place, is refused, and so is whatever else is not a plain file.
 */
export async function collectFiles(
  container: Container,
  dialect: Dialect,
  place: FilesPlace,
  signal: AbortSignal | undefined,
): Promise<Collected> {
  const steps = literalSteps(place.glob);
  // Reading from further down saves the rest of a large tree, but an engine that follows links would follow one there.
  const narrowed = dialect.alwaysFollows ? [] : steps;
  const collecting = new Collecting(place, steps);
  const from =
    narrowed.length === 0
      ? path.join(place.directory, '.').replace(/\/*$/, '/.')
      : path.join(place.directory, ...narrowed);
  const above = narrowed.slice(0, -1).map((_, index) => narrowed.slice(0, index + 1));
  try {
    await Promise.all([
      container.copyOut(from, (entries) => collecting.read(entries, narrowed), { signal }),
      ...above.map((folder) => checkFolder(container, place, folder, signal)),
    ]);
  } catch (error) {
    if (error instanceof Refusal) return { kind: 'refused', code: error.code, why: error.message };
    throw error;
  }
  return { kind: 'files', files: collecting.files };
}

/** The leading parts of a glob that hold no wildcard: `build/reports/*.xml` → `build`, `reports`. */
export function literalSteps(glob: string): readonly string[] {
  const segments = glob.split('/');
  const wild = segments.findIndex(
    (segment) => segment === '' || segment === '.' || segment === '..' || hasWildcard(segment),
  );
  return wild === -1 ? segments : segments.slice(0, wild);
}

async function checkFolder(
  container: Container,
  place: FilesPlace,
  steps: readonly string[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const first = async (entries: AsyncGenerator<TarEntry>): Promise<void> => {
    for await (const entry of entries) {
      // A plain file in the way of a folder only means that there is nothing below it.
      if (entry.kind !== 'directory' && entry.kind !== 'file') throw notPlain(steps.join('/'), entry);
      return;
    }
  };
  await container.copyOut(path.join(place.directory, ...steps), first, { rest: 'end', signal });
}

class Collecting {
  readonly #place: FilesPlace;
  /** Paths that every result lies at or below. */
  readonly #way: ReadonlySet<string>;
  readonly files: CollectedFile[] = [];
  #bytes = 0;

  constructor(place: FilesPlace, steps: readonly string[]) {
    this.#place = place;
    this.#way = new Set(steps.map((_, index) => steps.slice(0, index + 1).join('/')));
  }

  /** @param steps where the archive was read from, relative to the place */
  async read(entries: AsyncGenerator<TarEntry>, steps: readonly string[]): Promise<void> {
    for await (const entry of entries) {
      const name = nameWithin(entry.name, steps);
      const wanted = matchesGlob(this.#place.glob, name, 'path');
      if (entry.kind === 'file') {
        if (wanted) await this.#take(name, entry);
      } else if (entry.kind !== 'directory' && (wanted || this.#way.has(name))) {
        throw notPlain(name, entry);
      }
    }
  }

  async #take(name: string, { size, content }: TarEntry): Promise<void> {
    const { bytesMax, filesMax } = this.#place;
    if (this.files.length >= filesMax)
      throw new Refusal('too-large', `there are more than ${filesMax} result files`);
    // Nobody would read it, so it is not even fetched.
    if (size > limits.reportBytesMax) {
      throw new Refusal('too-large', `${JSON.stringify(name)} is larger than ${limits.reportBytesMax} bytes`);
    }
    this.#bytes += size;
    if (this.#bytes > bytesMax) {
      throw new Refusal(
        'too-large',
        `the result files hold more than ${bytesMax} bytes, at ${JSON.stringify(name)}`,
      );
    }
    const tooLarge = (): never => {
      throw new Refusal('too-large', `${JSON.stringify(name)} is larger than it says`);
    };
    this.files.push({ path: name, bytes: await collectBytes(content, size, tooLarge) });
  }
}

/**
 * The name below the place. Engines call the members of an archive by the last part of what was asked for, with or
 * without `./` where a folder's content was.
 */
function nameWithin(name: string, steps: readonly string[]): string {
  const plain = name.replace(/\/+$/, '');
  if (steps.length === 0) return plain === '.' ? '' : plain.replace(/^\.\//, '');
  const [, ...below] = plain.split('/');
  return [...steps, ...below].join('/');
}

const kinds: Readonly<Record<TarEntry['kind'], string>> = {
  file: 'a file',
  directory: 'a folder',
  link: 'a symbolic link',
  'hard-link': 'a hard link',
  'character-device': 'a device',
  'block-device': 'a device',
  fifo: 'a named pipe',
  other: 'no plain file',
};

function notPlain(name: string, entry: TarEntry): Refusal {
  const target = entry.linkName === '' ? '' : ` to ${JSON.stringify(entry.linkName)}`;
  return new Refusal(
    'refused',
    `${JSON.stringify(name)} is ${kinds[entry.kind]}${target}: results are plain files in plain folders`,
  );
}

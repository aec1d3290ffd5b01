import { open, readFile } from 'node:fs/promises';
import { Failure, systemErrorCode, translateSystemError } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import type { Journal, Journals } from '../../ports/journal.ts';

const mark = 'lockkeeper journal 1: ';

/** A text file that only grows: its first line is the order, each further one what was done. */
export const fileJournals: Journals = {
  async open(file, order): Promise<Journal> {
    const head = `${mark}${order}`;
    const bytes = await read(file);
    const begun = Buffer.from(`${head}\n`);
    // A crash within the first line left a part of it, or nothing.
    if (bytes.length < begun.length && begun.subarray(0, bytes.length).equals(bytes)) {
      await append(file, begun.subarray(bytes.length));
      return { lines: [], add: (line) => append(file, `${line}\n`) };
    }
    const [first = '', ...rest] = bytes.toString('utf8').split('\n');
    if (first !== head || rest.length === 0) throw foreign(file, first);
    // What stands behind the last line feed was cut off by a crash; the next line must not join it.
    if (rest.at(-1) !== '') await append(file, '\n');
    return {
      lines: rest.slice(0, -1).filter((line) => line !== '' && line.length <= limits.journalLineBytesMax),
      add: (line) => append(file, `${line}\n`),
    };
  },
};

async function read(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return Buffer.alloc(0);
    throw translateSystemError(error, file);
  }
}

async function append(file: string, text: string | Uint8Array): Promise<void> {
  try {
    await using handle = await open(file, 'a');
    await handle.appendFile(text);
    await handle.sync();
  } catch (error) {
    throw translateSystemError(error, file);
  }
}

function foreign(file: string, first: string): Failure {
  const why = first.startsWith(mark)
    ? 'is the journal of another order'
    : 'holds something else than a journal';
  return new Failure('output-exists', `${file} ${why}`, {
    hint: 'Name another file, or take this one away to begin anew.',
  });
}

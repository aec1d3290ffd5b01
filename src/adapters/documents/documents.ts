import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import path from 'node:path';
import { Failure, systemErrorCode, translateSystemError } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import type { Documents } from '../../ports/documents.ts';
import { collectedDocument, tooLarge } from './collected-document.ts';
import type { WebDocuments, WebOptions } from './web.ts';

interface DocumentsOptions extends WebOptions {
  /** Files outside of this folder, and links, are refused; absolute. Undefined: all files are a person's own. */
  readonly folder?: string;
}

/** Documents on this machine's disk, and on the web without any login. */
export class SystemDocuments implements Documents {
  readonly #options: DocumentsOptions;
  #web: Promise<WebDocuments> | undefined;

  constructor(options: DocumentsOptions) {
    this.#options = options;
  }

  async read(place: string): Promise<Uint8Array> {
    if (!/^https?:\/\//.test(place)) return readFileOf(place, this.#options.folder);
    this.#web ??= webDocuments(this.#options);
    return (await this.#web).read(place);
  }

  below(folder: string): Documents {
    return new SystemDocuments({ ...this.#options, folder, isForeign: true });
  }
}

/** What speaks to the web is a third of what a command loads; most documents lie on the disk. */
async function webDocuments(options: WebOptions): Promise<WebDocuments> {
  return new (await import('./web.ts')).WebDocuments(options);
}

async function readFileOf(place: string, folder: string | undefined): Promise<Uint8Array> {
  try {
    if (folder !== undefined) await checkInside(place, folder);
    // To open a pipe that nobody writes to would wait for ever.
    await using file = await open(place, constants.O_RDONLY | constants.O_NONBLOCK);
    const found = await file.stat();
    if (!found.isFile()) throw new Failure('path-refused', `${place} is no file`);
    if (found.size > limits.documentBytesMax) throw tooLarge(place);
    return await collectedDocument(file.createReadStream({ autoClose: false }), place);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT')
      throw new Failure('document-missing', `${place} is not there`, { cause: error });
    throw translateSystemError(error, place);
  }
}

/** Nothing between the folder and the file is a link; where the folder itself lies is not the repository's doing. */
async function checkInside(place: string, folder: string): Promise<void> {
  const within = path.relative(folder, place);
  const isInside = within !== '' && within.split(path.sep)[0] !== '..' && !path.isAbsolute(within);
  if (isInside && (await realpath(place)) === path.join(await realpath(folder), within)) return;
  throw new Failure('path-refused', `${place} is a link, or lies outside of ${folder}`, {
    hint: 'A repository of a fleet may name its own files and documents on the web. Ask it by itself if it is yours.',
  });
}

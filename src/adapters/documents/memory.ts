import { Failure } from '../../base/failure.ts';
import type { Documents } from '../../ports/documents.ts';

/** Documents that somebody put there; counts how often each was read. */
export class MemoryDocuments implements Documents {
  readonly documents: Map<string, string>;
  readonly reads: string[] = [];
  readonly #folder: string | undefined;

  constructor(documents: Readonly<Record<string, string>> = {}, folder?: string) {
    this.documents = new Map(Object.entries(documents));
    this.#folder = folder;
  }

  below(folder: string): Documents {
    return new MemoryDocuments(Object.fromEntries(this.documents), folder);
  }

  read(place: string): Promise<Uint8Array> {
    this.reads.push(place);
    const isFile = place.startsWith('/');
    if (isFile && this.#folder !== undefined && !place.startsWith(`${this.#folder}/`))
      return Promise.reject(new Failure('path-refused', `${place} lies outside of ${this.#folder}`));
    const text = this.documents.get(place);
    return text === undefined
      ? Promise.reject(new Failure('document-missing', `${place} is not there`))
      : Promise.resolve(Buffer.from(text));
  }
}

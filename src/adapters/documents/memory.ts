import { Failure } from '../../base/failure.ts';
import type { Documents } from '../../ports/documents.ts';

/** Documents that somebody put there; counts how often each was read. */
export class MemoryDocuments implements Documents {
  readonly documents: Map<string, string>;
  readonly reads: string[] = [];

  constructor(documents: Readonly<Record<string, string>> = {}) {
    this.documents = new Map(Object.entries(documents));
  }

  read(place: string): Promise<Uint8Array> {
    this.reads.push(place);
    const text = this.documents.get(place);
    return text === undefined
      ? Promise.reject(new Failure('document-missing', `${place} is not there`))
      : Promise.resolve(Buffer.from(text));
  }
}

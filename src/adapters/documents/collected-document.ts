import { Failure } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import { collectBytes } from '../../base/stream.ts';

/** @throws Failure `document-invalid` where it is too large */
export async function collectedDocument(body: AsyncIterable<Uint8Array>, place: string): Promise<Uint8Array> {
  return collectBytes(body, limits.documentBytesMax, () => {
    throw tooLarge(place);
  });
}

export function tooLarge(place: string): Failure {
  return new Failure('document-invalid', `${place} is larger than ${limits.documentBytesMax} bytes`);
}

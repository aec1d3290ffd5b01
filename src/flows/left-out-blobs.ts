import { isFailure, type Failure } from '../base/failure.ts';
import type { LeftOut } from '../model/bundle.ts';
import type { Digest } from '../model/digest.ts';
import type { BlobsElsewhere } from '../ports/hosted-registry.ts';
import { nowhere, placesOf, type LeftOutPlaces } from './left-out-places.ts';

export interface LeftOutSearch extends LeftOutPlaces {
  /** Of the bundle, for people. */
  readonly path: string;
  readonly find: (digest: Digest) => LeftOut | undefined;
}

/** The layers that a bundle leaves out, fetched by digest when somebody asks for them. */
export function leftOutBlobs(search: LeftOutSearch): BlobsElsewhere {
  return {
    find: search.find,
    open: (blob) => fetchBlob({ ...blob, sources: search.find(blob.digest)?.sources ?? [] }, search),
  };
}

/** From the first place that has it. Once bytes have come, another one cannot take over. */
async function* fetchBlob(layer: LeftOut, search: LeftOutSearch): AsyncGenerator<Uint8Array> {
  const troubles: Failure[] = [];
  for (const from of placesOf(layer, search)) {
    let hasBegun = false;
    try {
      if (!(await from.hasBlob(layer.digest))) continue;
      for await (const piece of from.blob(layer)) {
        hasBegun = true;
        yield piece;
      }
      return;
    } catch (error) {
      if (hasBegun || !isFailure(error)) throw error;
      troubles.push(error);
    }
  }
  throw nowhere(layer, search.path, troubles);
}

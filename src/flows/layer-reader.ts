import { Failure } from '../base/failure.ts';
import { throwIfInterrupted } from '../base/interruption.ts';
import { limits } from '../base/limits.ts';
import { inLargerPieces } from '../base/stream.ts';
import type { Descriptor } from '../model/descriptor.ts';
import { digestHex, type Digest } from '../model/digest.ts';
import type { LayerContents } from '../model/layer.ts';
import { formatLayerRecord, layerRecordVersion, parseLayerRecord } from '../model/layer-record.ts';
import type { LayerCache } from '../ports/layer-cache.ts';
import type { Repository } from '../ports/repository.ts';
import { trying } from './trying.ts';
import { readLayer } from '../stages/examine/layers/read-layer.ts';
import { packageReaders } from '../stages/examine/packages/readers.ts';

/** A layer, where it lies, and what the image's config says that it unpacks to. */
export interface LayerPlace {
  readonly from: Repository;
  /** Has it as well, by its manifests. */
  readonly also: Repository | undefined;
  readonly layer: Descriptor;
  readonly diffId: Digest;
}

/** Reads layers, each once: what an earlier command read of a layer is taken from the cache. */
export class LayerReader {
  readonly #cache: LayerCache;
  readonly #signal: AbortSignal | undefined;
  readonly #reading = new Map<string, Promise<LayerContents>>();
  readonly #faults = new Set<string>();

  constructor(cache: LayerCache, signal: AbortSignal | undefined) {
    this.#cache = cache;
    this.#signal = signal;
  }

  /** Sentences: why nothing was kept, or could be used. */
  get faults(): readonly string[] {
    return [...this.#faults];
  }

  /** @throws Failure `content-refused`, `content-mismatch`, `blob-*`, `registry-*`, `interrupted` */
  read(place: LayerPlace): Promise<LayerContents> {
    const key = `${place.layer.digest} ${place.diffId}`;
    const reading = this.#reading.get(key) ?? this.#find(place);
    this.#reading.set(key, reading);
    return reading;
  }

  async #find({ from, also, layer, diffId }: LayerPlace): Promise<LayerContents> {
    throwIfInterrupted(this.#signal);
    const kept = await this.#kept(layer.digest);
    if (kept !== undefined) {
      if (kept.diffId === diffId) return kept;
      throw new Failure(
        'content-mismatch',
        `layer ${layer.digest} unpacks to ${kept.diffId}, and the image's config says ${diffId}`,
        { hint: 'Manifest and config of the image contradict each other; nothing of it was compared.' },
      );
    }
    const source = also === undefined || (await from.hasBlob(layer.digest)) ? from : also;
    const contents = await readLayer({
      name: layer.digest,
      packed: inLargerPieces(this.#watched(source.blob(layer)), limits.filePieceBytes),
      packedSize: layer.size,
      diffId,
    });
    await trying(this.#faults, () => this.#cache.put(nameOf(layer.digest), formatLayerRecord(contents)));
    return contents;
  }

  async #kept(layer: Digest): Promise<LayerContents | undefined> {
    const bytes = await trying(this.#faults, () => this.#cache.get(nameOf(layer)));
    if (bytes === undefined) return undefined;
    const contents = parseLayerRecord(bytes);
    if (contents === undefined) await trying(this.#faults, () => this.#cache.remove(nameOf(layer)));
    return contents;
  }

  async *#watched(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of chunks) {
      throwIfInterrupted(this.#signal);
      yield chunk;
    }
  }
}

/** What other versions kept is found by nobody, and goes when it was not used for long. */
function nameOf(layer: Digest): string {
  return `${layerRecordVersion}.${packageReaders.version}-${digestHex(layer)}`;
}

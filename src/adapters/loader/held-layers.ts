import { jsonOf, textsAt } from '../../base/json-path.ts';
import { limits } from '../../base/limits.ts';
import { chainIds } from '../../model/chain.ts';
import { isDigest, type Digest } from '../../model/digest.ts';
import type { Engine } from '../../model/engine.ts';
import { askEngine } from '../../ports/engine-command.ts';

// A command line takes some hundred kilobytes, an id takes 72 bytes.
const idsAtOnce = 500;

/** What an engine holds of layers, asked once before images are loaded and anew after each. */
export class HeldLayers {
  readonly #engine: Engine;
  #chains: ReadonlySet<Digest> | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async chains(signal: AbortSignal | undefined): Promise<ReadonlySet<Digest>> {
    this.#chains ??= await heldChains(this.#engine, signal);
    return this.#chains;
  }

  /** Something was loaded, or may have been. */
  forget(): void {
    this.#chains = undefined;
  }
}

/**
 * The chains of unpacked layers that an engine's images stand on. An engine keeps a layer as long as one image needs it,
 * so what no image names may be gone.
 */
async function heldChains(engine: Engine, signal: AbortSignal | undefined): Promise<ReadonlySet<Digest>> {
  const listing = await askEngine(engine, ['image', 'ls', '--all', '--quiet', '--no-trunc'], { signal });
  // The end of the list is what an engine with more images than that is not asked about: it is then sent more.
  const ids = [...new Set(listing.stdout.split('\n').filter(isDigest))].slice(0, limits.heldImagesMax);
  const chains = new Set<Digest>();
  for (let at = 0; at < ids.length; at += idsAtOnce) {
    const words = [
      'image',
      'inspect',
      '--format',
      '{{json .RootFS.Layers}}',
      ...ids.slice(at, at + idsAtOnce),
    ];
    // An image that has gone since is reported as an error; the others are there.
    const { stdout } = await askEngine(engine, words, { signal });
    for (const line of stdout.split('\n')) {
      const diffIds = (textsAt(jsonOf(line)) ?? []).filter(isDigest);
      for (const chain of chainIds(diffIds)) chains.add(chain);
    }
  }
  return chains;
}

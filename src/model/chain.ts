import { digestAlgorithm, digestOf, type Digest } from './digest.ts';

/**
 * The names under which stores keep unpacked layers: one for each layer, of it and all below it (OCI image-spec,
 * "Layer ChainID"). Takes the digests of the uncompressed layers, base first.
 */
export function chainIds(diffIds: readonly Digest[]): readonly Digest[] {
  const chain: Digest[] = [];
  for (const diffId of diffIds) {
    const below = chain.at(-1);
    chain.push(below === undefined ? diffId : digestOf(`${below} ${diffId}`, digestAlgorithm(diffId)));
  }
  return chain;
}

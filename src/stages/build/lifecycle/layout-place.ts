import { digestAlgorithm, digestHex } from '../../../model/digest.ts';
import { tagOrDigest, type Reference } from '../../../model/reference.ts';

/**
 * Where an image lies below the layout directory (buildpacks platform spec, "Map an image reference to a path in the
 * layout directory"). Docker Hub is called as the lifecycle's own reader of names calls it.
 */
export function layoutPlace(reference: Reference): string {
  const { repository, digest } = reference;
  const selector =
    digest === undefined ? tagOrDigest(reference) : `${digestAlgorithm(digest)}/${digestHex(digest)}`;
  return `${hostOf(reference)}/${repository}/${selector}`;
}

/** The name as the lifecycle is told it; by digest alone where there is one, since a tag beside it would be passed over. */
export function lifecycleName(reference: Reference): string {
  const { repository, digest } = reference;
  const name = `${hostOf(reference)}/${repository}`;
  return digest === undefined ? `${name}:${tagOrDigest(reference)}` : `${name}@${digest}`;
}

function hostOf({ registry }: Reference): string {
  return registry === 'docker.io' ? 'index.docker.io' : registry;
}

import { annotationKeys } from './artifact-manifest.ts';
import type { Descriptor } from './descriptor.ts';
import type { Digest } from './digest.ts';

/** The tag of an entry of a layout's `index.json`; undefined: it is there by digest only. */
export function tagOf({ annotations }: Descriptor): string | undefined {
  return annotations?.[annotationKeys.refName];
}

/** What Docker and containerd call the image of an entry, `docker.io/team/ci:v1`; undefined: nobody said. */
export function imageNameOf(entry: Descriptor): string | undefined {
  return entry.annotations?.[annotationKeys.containerdName];
}

/** What the entries of a layout call an image, by any of the entries that it has. */
export function imageNameIn(entries: readonly Descriptor[], digest: Digest): string | undefined {
  return entries.flatMap((entry) => (entry.digest === digest ? (imageNameOf(entry) ?? []) : []))[0];
}

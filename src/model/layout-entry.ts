import { annotationKeys } from './artifact-manifest.ts';
import type { Descriptor } from './descriptor.ts';

/** The tag of an entry of a layout's `index.json`; undefined: it is there by digest only. */
export function tagOf({ annotations }: Descriptor): string | undefined {
  return annotations?.[annotationKeys.refName];
}

/** What Docker and containerd call the image of an entry, `docker.io/team/ci:v1`; undefined: nobody said. */
export function imageNameOf(entry: Descriptor | undefined): string | undefined {
  return entry?.annotations?.[annotationKeys.containerdName];
}

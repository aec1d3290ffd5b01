import { Failure } from '../base/failure.ts';
import { isDigest } from './digest.ts';
import type { EngineKind } from './engine.ts';
import { formatReference, isTag, parseReference, type Reference } from './reference.ts';

/** Where an image is taken from. */
export type ImageSource =
  | { readonly kind: 'registry'; readonly reference: Reference }
  /** In an engine's own store, by name or id. */
  | { readonly kind: 'engine'; readonly engine: EngineKind; readonly image: string }
  /** In a layout or bundle; without a tag: all images of a bundle, or the only one of a layout. */
  | { readonly kind: 'layout'; readonly path: string; readonly tag: string | undefined };

/** An image for a bundle, and what it is to be called there. */
export interface WantedImage {
  /** Undefined: by its source. */
  readonly name: string | undefined;
  readonly source: ImageSource;
  readonly written: string;
}

const transports: Readonly<Record<string, (rest: string) => ImageSource>> = {
  'docker://': (rest) => ({ kind: 'registry', reference: parseReference(rest) }),
  'docker-daemon:': (rest) => engineSource('docker', rest),
  'containers-storage:': (rest) => engineSource('podman', rest),
  'oci:': layoutSource,
  'oci-archive:': layoutSource,
};

/**
 * Reads where an image is, spelled as skopeo does: `docker-daemon:NAME`, `containers-storage:NAME`, `oci:DIR[:TAG]`,
 * `oci-archive:FILE[:TAG]`, and a plain image name or `docker://NAME` for a registry.
 * @throws Failure `reference-invalid`, `digest-invalid`, `usage`
 */
export function parseImageSource(written: string): ImageSource {
  for (const [prefix, read] of Object.entries(transports))
    if (written.startsWith(prefix)) return read(written.slice(prefix.length));
  return { kind: 'registry', reference: parseReference(written) };
}

/** `[NAME=]IMAGE`. @throws Failure as {@link parseImageSource} */
export function parseWantedImage(written: string): WantedImage {
  const [, name, rest] = /^([^=/:]+)=(.*)$/s.exec(written) ?? [];
  if (name === undefined || rest === undefined)
    return { name: undefined, source: parseImageSource(written), written };
  if (!isTag(name))
    throw new Failure('usage', `${JSON.stringify(name.slice(0, 200))} cannot be an image's name`);
  return { name, source: parseImageSource(rest), written };
}

/** The same place in one spelling. */
export function formatImageSource(source: ImageSource): string {
  switch (source.kind) {
    case 'registry':
      return formatReference(source.reference);
    case 'engine':
      return `${source.engine === 'docker' ? 'docker-daemon' : 'containers-storage'}:${source.image}`;
    case 'layout':
      return `oci:${source.path}${source.tag === undefined ? '' : `:${source.tag}`}`;
  }
}

/** What follows the registry and the folders of a repository: `ci` of `r.test/team/ci:1`. */
export function lastPart({ repository }: Reference): string {
  return repository.slice(repository.lastIndexOf('/') + 1);
}

/** Only what follows a grammar gets into the arguments of an engine. */
function engineSource(engine: EngineKind, image: string): ImageSource {
  if (!isDigest(image)) parseReference(image);
  return { kind: 'engine', engine, image };
}

function layoutSource(rest: string): ImageSource {
  const colon = rest.lastIndexOf(':');
  const tag = colon === -1 ? undefined : rest.slice(colon + 1);
  const path = tag !== undefined && isTag(tag) ? rest.slice(0, colon) : rest;
  if (path === '')
    throw new Failure('usage', 'oci: needs the folder or archive of a layout, as in oci:DIR:TAG');
  return { kind: 'layout', path, tag: path === rest ? undefined : tag };
}

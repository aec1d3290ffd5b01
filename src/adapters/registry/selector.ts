import { Failure } from '../../base/failure.ts';
import { isDigest, type Digest } from '../../model/digest.ts';
import type { Manifest } from '../../model/manifest.ts';
import { isForeignLayerType } from '../../model/media-type.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import { isTag } from '../../model/reference.ts';

/** A tag or digest by its grammar, which keeps everything else out of paths and URLs. @throws Failure `reference-invalid` */
export function parseSelector(
  text: string,
): { readonly kind: 'digest'; readonly digest: Digest } | { readonly kind: 'tag'; readonly tag: string } {
  if (isDigest(text)) return { kind: 'digest', digest: text };
  if (isTag(text)) return { kind: 'tag', tag: text };
  throw new Failure(
    'reference-invalid',
    `${JSON.stringify(text.slice(0, 200))} is neither a tag nor a digest`,
    {
      hint: 'A tag has up to 128 letters, digits and . _ - only.',
    },
  );
}

/** @throws Failure `reference-invalid` */
export function parseTag(text: string): string {
  if (isTag(text)) return text;
  throw new Failure('reference-invalid', `${JSON.stringify(text.slice(0, 200))} is not a tag`);
}

/** What must be there before a manifest is: the manifests of an index, else config and layers. Not the subject. */
export function childrenOf(manifest: Manifest): {
  readonly manifests: readonly Descriptor[];
  readonly blobs: readonly Descriptor[];
} {
  if (manifest.kind === 'index') return { manifests: manifest.manifests, blobs: [] };
  return {
    manifests: [],
    blobs: [manifest.config, ...manifest.layers].filter(({ mediaType }) => !isForeignLayerType(mediaType)),
  };
}

export function childMissing(place: string, manifest: Manifest, { digest }: Descriptor): Failure {
  return new Failure(
    'blob-missing',
    `${place}: manifest ${manifest.digest} needs ${digest}, which is not there`,
  );
}

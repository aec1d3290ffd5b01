import { Failure } from '../../base/failure.ts';
import { parseBundle, type BlobSource, type LeftOut } from '../../model/bundle.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import type { Digest } from '../../model/digest.ts';
import type { Manifest } from '../../model/manifest.ts';
import { wrongSize } from './verify.ts';

/** Layers that a layout may lack, by what its document says; none where there is no document. @throws Failure `bundle-invalid` */
export function readLeftOut(document: Uint8Array | undefined, place: string): ReadonlyMap<Digest, LeftOut> {
  const leftOut = document === undefined ? [] : parseBundle(document, place).leftOut;
  return new Map(leftOut.map((each) => [each.digest, each]));
}

/**
 * Whether a manifest may be stored without this child, which is known to be elsewhere, or is not. A layer may be absent
 * then; a config never, since nobody could tell what the image is. @throws Failure `content-mismatch` when the layer
 * elsewhere has another size
 */
export function mayBeAbsent(
  listed: Descriptor | undefined,
  {
    manifest,
    child,
    place,
  }: { readonly manifest: Manifest; readonly child: Descriptor; readonly place: string },
): boolean {
  if (listed === undefined || manifest.kind === 'index' || manifest.config.digest === child.digest)
    return false;
  if (listed.size !== child.size) throw wrongSize(place, child, String(listed.size));
  return true;
}

/** What reading a blob that is not there ends with. */
export function absentBlob(place: string, digest: Digest, leftOut: ReadonlyMap<Digest, LeftOut>): Failure {
  const listed = leftOut.get(digest);
  if (listed === undefined) return new Failure('blob-missing', `${place}: there is no blob ${digest}`);
  const from = listed.sources.map(wordsOf).join(', or ');
  return new Failure(
    'blob-left-out',
    `${place}: layer ${digest} was left out${from === '' ? '' : `; it can be had from ${from}`}`,
    { hint: `Fetch what was left out with \`lockkeeper bundle complete ${place}\`.` },
  );
}

function wordsOf(source: BlobSource): string {
  switch (source.kind) {
    case 'registry':
      return source.reference;
    case 'bundle':
      return `the bundle of set ${source.set}`;
    case 'cache':
      return `the cache under ${source.key}`;
  }
}

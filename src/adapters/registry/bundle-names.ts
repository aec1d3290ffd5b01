import { bundleDocument } from '../../model/bundle.ts';
import { isDigest, type Digest } from '../../model/digest.ts';
import { promotionDocument } from '../../model/promotion.ts';

/** What a file of a bundle is by its name; `stranger`: no bundle has a file of that name. */
export type BundleName =
  | { readonly kind: 'blob'; readonly digest: Digest }
  | { readonly kind: 'document'; readonly name: string }
  | { readonly kind: 'folder' }
  | { readonly kind: 'stranger' };

const documents: readonly string[] = ['oci-layout', 'index.json', bundleDocument, promotionDocument];

/** Where the blobs of a layout lie, one folder for each algorithm. */
export const blobFolders: readonly string[] = ['blobs/sha256', 'blobs/sha512'];

/** The folders of a layout, its own first. */
export const layoutFolders: readonly string[] = ['', 'blobs', ...blobFolders];

/** Only these spellings: another case, another form of Unicode, `..` or a doubled slash is a stranger. */
export function bundleName(name: string): BundleName {
  if (documents.includes(name)) return { kind: 'document', name };
  if (layoutFolders.includes(name)) return { kind: 'folder' };
  const [, algorithm = '', hex = ''] = /^blobs\/(sha256|sha512)\/([0-9a-f]+)$/.exec(name) ?? [];
  const digest = `${algorithm}:${hex}`;
  return isDigest(digest) ? { kind: 'blob', digest } : { kind: 'stranger' };
}

/** Archives made of `.` begin every name with `./`, and name folders with a slash at the end. */
export function archivedName(name: string, isFolder: boolean): string {
  const plain = name === '.' ? '' : name.replace(/^\.\//, '');
  return isFolder ? plain.replace(/\/$/, '') : plain;
}

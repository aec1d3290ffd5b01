import type { Repository } from './repository.ts';

/** A repository that does what another one does, except for what it is given to do itself. */
export function delegate(inner: Repository, own: Partial<Repository> = {}): Repository {
  return {
    name: inner.name,
    resolve: (selector) => inner.resolve(selector),
    manifest: (digest) => inner.manifest(digest),
    hasBlob: (digest) => inner.hasBlob(digest),
    blob: (descriptor) => inner.blob(descriptor),
    putBlob: (descriptor, open, options) => inner.putBlob(descriptor, open, options),
    putManifest: (manifest, tag) => inner.putManifest(manifest, tag),
    tags: () => inner.tags(),
    referrers: (subject) => inner.referrers(subject),
    deleteManifest: (digest) => inner.deleteManifest(digest),
    deleteTag: (tag) => inner.deleteTag(tag),
    deleteBlob: (digest) => inner.deleteBlob(digest),
    ...own,
  };
}

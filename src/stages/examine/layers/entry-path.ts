/** Where a tar member goes within an image, or why it goes nowhere. */
export type EntryPath =
  | { readonly kind: 'path'; readonly path: string; readonly isAbsolute: boolean }
  | { readonly kind: 'root' }
  | { readonly kind: 'outside' };

/**
 * The path of a member as engines unpack it: below the root of the image, whatever it begins with. Engines refuse a layer
 * whose names lead out of it.
 */
export function entryPath(name: string): EntryPath {
  if (!unusual.test(name)) return { kind: 'path', path: withoutSlash(name), isAbsolute: false };
  const isAbsolute = name.startsWith('/');
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) return { kind: 'outside' };
  return parts.length === 0 ? { kind: 'root' } : { kind: 'path', path: parts.join('/'), isAbsolute };
}

/** Leads with a slash, or has `.`, `..` or nothing between two slashes; nearly no name of a layer does. */
const unusual = /^\/|^\.{1,2}(?:\/|$)|\/\.{1,2}(?:\/|$)|\/\//u;

function withoutSlash(name: string): string {
  return name.endsWith('/') ? name.slice(0, -1) : name;
}

import { isFailure } from '../../../base/failure.ts';
import { limits } from '../../../base/limits.ts';
import { parseReference, type Reference } from '../../../model/reference.ts';

/** What stands where a person is meant to write a name. It means no image, and it is no mention. */
const placeholder =
  /^(?:you[-_]must|must[-_]be|(?:set|change|replace|fill|edit|insert)[-_]?(?:me|this|in|it)\b|placeholder|your[-_]|my[-_]?registry\b|todo\b|tbd\b|x{3,}(?:$|[-_/:])|none$|null$|nil$|n\/a$|unset$|undefined$|true$|false$|[<[].*[>\]]$|\.{3}|%[A-Z_]+%|@[A-Z_]+@|__\w+__)|<[a-z][\w -]*>|\b(?:replace[-_]?(?:me|this|with)|change[-_]?me|your[-_](?:image|registry|org|user|repo|tag|project)\w*)/i;

export function isPlaceholder(text: string): boolean {
  return placeholder.test(text.slice(0, limits.referenceCharsMax));
}

/** The reference, or why it is none. */
export function readName(text: string): { readonly reference: Reference } | { readonly why: string } {
  try {
    return { reference: parseReference(text) };
  } catch (error) {
    if (!isFailure(error)) throw error;
    return { why: error.message };
  }
}

const fileEnd =
  /\.(?:ya?ml|json|toml|tar|tgz|gz|xz|zip|bz2|zst|iso|img|qcow2|vmdk|vhdx?|raw|ova|png|jpe?g|gif|svg|webp|ico|bmp|md|txt|sh|py|js|ts|go|rb|exe|cs|html?|xml|lock|ini|cfg|conf|log|whl|jar|deb|rpm)$/i;

/** `host/repository` with a tag or a digest, and a host that can only be one: it has a dot, a port, or is `localhost`. */
export function isFullName(text: string): boolean {
  if (!fullName.test(text) || text.length > limits.referenceCharsMax) return false;
  const named = readName(text);
  if (!('reference' in named)) return false;
  const { tag, digest, registry } = named.reference;
  if (digest !== undefined) return true;
  // `example.org/path:8080` has a port-like end and `github.com/x/y:z` is no registry; files have other ends.
  return tag !== undefined && !notRegistry.test(registry) && !fileEnd.test(text);
}

const fullName =
  /^(?:localhost|(?:[a-z0-9-]+\.)+[a-z0-9-]+|[a-z0-9-]+(?=:\d))(?::\d{1,5})?\/[a-z0-9._/-]+(?::[\w.-]+)?(?:@sha(?:256|512):[0-9a-f]+)?$/i;
const notRegistry =
  /^(?:www\.|(?:[\w.-]*\.)?(?:github|githubusercontent|bitbucket)\.(?:com|org|io)$|.*\.(?:js|ts|py|go|md|sh|json|ya?ml)$)/i;

/** For places where other texts stand too: it has a tag, a digest or a host, and does not look like a file or an address. */
export function isLikelyName(text: string): boolean {
  if (!isPlainName(text)) return false;
  return /[@:]/.test(text) || /^[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?\//i.test(text);
}

/** An image or a container by the hash that an engine knows it by: nobody else does. */
const imageId = /^sha256:[0-9a-f]{8,64}$|^[0-9a-f]{64}$|^[0-9a-f]{12}$/;
/** Where skopeo and podman find images that are in no registry. */
const transport =
  /^(?:dir|docker-daemon|docker-archive|oci|oci-archive|containers-storage|ostree|sif|tarball):/;

/** For places where image names are expected: any name that is not plainly a file, an address or a sentence. */
export function isPlainName(text: string): boolean {
  if (text.length > limits.referenceCharsMax || /[\s\\"'`,;|]/.test(text)) return false;
  if (
    /^[./~#-]|:\/\/|\/$|^[A-Za-z]:[\\/]|^\d+(?:\.\d+)*$|^\d+:\d+$|^(?:\d+(?:\.\d+){3}|localhost):\d+$/.test(
      text,
    )
  )
    return false;
  if (imageId.test(text) || transport.test(text)) return false;
  return !fileEnd.test(text) || text.includes('@sha256:');
}

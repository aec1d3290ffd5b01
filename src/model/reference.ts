import { Failure } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import { parseDigest, type Digest } from './digest.ts';

/**
 * An image name as people write it, with Docker Hub's short forms normalised:
 * `debian` is `docker.io/library/debian`. Grammar: distribution-spec, "Pulling manifests".
 */
export interface Reference {
  /** Host and optional port, such as `docker.io` or `localhost:5000`. */
  readonly registry: string;
  /** Path within the registry, such as `library/debian`. */
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: Digest;
  /** The text that was parsed. */
  readonly written: string;
}

/** A name that can only ever mean one image. */
export interface PinnedReference extends Reference {
  readonly digest: Digest;
}

const domain =
  /^(?:localhost|(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]*[a-z0-9])?|[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?=:)|\[[0-9a-f:]+\])(?::[0-9]{1,5})?$/i;
const repositoryGrammar =
  /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const tagGrammar = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
// Every registry has refused longer names since Docker's first grammar.
const repositoryCharsMax = 255;
const portMax = 65_535;

/** @throws Failure `reference-invalid` or `digest-invalid` */
export function parseReference(written: string): Reference {
  if (written.length > limits.referenceCharsMax) throw invalid(written, 'it is too long');
  const at = written.indexOf('@');
  const digest = at === -1 ? undefined : parseDigest(written.slice(at + 1));
  const named = at === -1 ? written : written.slice(0, at);
  const colon = named.lastIndexOf(':');
  const tagged = colon > named.lastIndexOf('/');
  const tag = tagged ? named.slice(colon + 1) : undefined;
  if (tag !== undefined && !tagGrammar.test(tag))
    throw invalid(written, `${JSON.stringify(tag)} is not a tag`);
  const place = splitRegistry(tagged ? named.slice(0, colon) : named);
  if (Number(/:([0-9]+)$/.exec(place.registry)?.[1] ?? 0) > portMax)
    throw invalid(written, `${place.registry} has no such port`);
  if (place.repository.length > repositoryCharsMax) throw invalid(written, 'its repository name is too long');
  if (!repositoryGrammar.test(place.repository)) {
    throw invalid(
      written,
      `${JSON.stringify(place.repository)} is not a repository name (lower-case letters, digits and . _ - / only)`,
    );
  }
  return {
    ...place,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
    written,
  };
}

/** The name with registry and repository spelled out: `docker.io/library/debian:12@sha256:…`. */
export function formatReference(reference: Omit<Reference, 'written'>): string {
  const { registry, repository, tag, digest } = reference;
  return `${registry}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

/** A name that was spelled out, as people write those of Docker Hub: `node:22` for `docker.io/library/node:22`. */
export function shortName(spelled: string): string {
  return spelled.replace(/^docker\.io\/(?:library\/)?/, '');
}

/** True for what may stand before the first slash of a name: `registry.example.org`, `localhost:5000`. */
export function isRegistryHost(text: string): boolean {
  return splitRegistry(`${text}/x`).registry === text && Number(/:([0-9]+)$/.exec(text)?.[1] ?? 0) <= portMax;
}

/** How globs may spell a name: in full or as Docker Hub's are shortened, without its tag or with it. */
export function nameSpellings(reference: Reference): readonly string[] {
  const { registry, repository, tag } = reference;
  const whole = `${registry}/${repository}`;
  const short = shortName(whole);
  const names = whole === short ? [whole] : [whole, short];
  return tag === undefined ? names : names.flatMap((name) => [name, `${name}:${tag}`]);
}

/** The same name at exactly this digest. */
export function pinReference(reference: Reference, digest: Digest): PinnedReference {
  const pinned = { ...reference, digest };
  return { ...pinned, written: formatReference(pinned) };
}

/** What a registry is asked for: the digest where there is one, else the tag, else `latest`. */
export function tagOrDigest(reference: Reference): string {
  return reference.digest ?? reference.tag ?? 'latest';
}

/** True for what may stand after the colon of a name. */
export function isTag(text: string): boolean {
  return tagGrammar.test(text);
}

/** True for what may stand between a registry and the tag: `team/ci`. */
export function isRepository(text: string): boolean {
  return text.length <= repositoryCharsMax && repositoryGrammar.test(text);
}

function splitRegistry(name: string): { readonly registry: string; readonly repository: string } {
  const slash = name.indexOf('/');
  const first = slash === -1 ? '' : name.slice(0, slash);
  const isHost = domain.test(first) && (first.includes('.') || first.includes(':') || first === 'localhost');
  if (!isHost) return { registry: 'docker.io', repository: slash === -1 ? `library/${name}` : name };
  const repository = name.slice(slash + 1);
  const registry = first.toLowerCase();
  if (registry !== 'index.docker.io' && registry !== 'docker.io') return { registry, repository };
  return {
    registry: 'docker.io',
    repository: repository.includes('/') ? repository : `library/${repository}`,
  };
}

function invalid(written: string, why: string): Failure {
  return new Failure(
    'reference-invalid',
    `${JSON.stringify(written.slice(0, 200))} is not an image name: ${why}`,
    {
      hint: 'Write it as [registry/]repository[:tag][@digest].',
    },
  );
}

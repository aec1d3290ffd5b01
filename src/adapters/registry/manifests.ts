import { Failure } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import { digestAlgorithm, isDigest, type Digest } from '../../model/digest.ts';
import { descriptorOf, parseManifest, type Manifest } from '../../model/manifest.ts';
import { acceptedManifests } from '../../model/media-type.ts';
import { isTag } from '../../model/reference.ts';
import type { Answer } from './answer.ts';
import type { RegistryClient, RegistryRequest } from './client.ts';

/** One repository as its requests see it. */
export interface Place {
  readonly client: RegistryClient;
  readonly repository: string;
  /** For people. */
  readonly name: string;
}

/** What a tag or digest names, by HEAD; by GET where the registry leaves out what it should say. */
export async function resolveManifest(place: Place, tagOrDigest: string): Promise<Descriptor | undefined> {
  const request = manifestRequest(place, 'HEAD', tagOrDigest);
  const answer = await place.client.ask(request);
  if (answer.status !== 200 && answer.status !== 404) throw await place.client.refusal(answer, request);
  answer.discard();
  if (answer.status === 404) return undefined;
  const { mediaType, digest, size } = claims(answer);
  if (isDigest(tagOrDigest) && contradicts(digest, tagOrDigest)) {
    throw new Failure(
      'content-mismatch',
      `${place.name}: ${tagOrDigest} was asked for, and the registry answers with ${digest}`,
    );
  }
  // A registry may tell its own sha256 digest of what was asked for by sha512: then the bytes decide.
  const told = isDigest(tagOrDigest) && digest !== tagOrDigest ? undefined : digest;
  if (mediaType !== undefined && told !== undefined && size !== undefined)
    return { mediaType, digest: told, size };
  const manifest = await fetchManifest(place, tagOrDigest);
  return manifest === undefined ? undefined : descriptorOf(manifest);
}

/** The verified manifest; undefined: there is none. */
export async function fetchManifest(place: Place, tagOrDigest: string): Promise<Manifest | undefined> {
  const request = manifestRequest(place, 'GET', tagOrDigest);
  const { answer, bytes } = await place.client.askBody(request, limits.manifestBytesMax, () =>
    tooLarge(place, tagOrDigest),
  );
  if (bytes === undefined && answer.status !== 404) throw await place.client.refusal(answer, request);
  if (bytes === undefined) {
    answer.discard();
    return undefined;
  }
  return parseManifest(bytes, mediaTypeOf(answer) ?? '', isDigest(tagOrDigest) ? tagOrDigest : undefined);
}

/**
 * Stores a manifest, under its tag where one is given. After a try whose end is unknown, a look at what stands there
 * decides whether another one is needed. Returns whether the registry lists the referrers of the subject by itself.
 */
export async function storeManifest(
  place: Place,
  manifest: Manifest,
  tag: string | undefined,
): Promise<{ readonly listsReferrers: boolean }> {
  const { client, repository, name } = place;
  const request: RegistryRequest = {
    method: 'PUT',
    url: putPath(repository, manifest, tag),
    headers: { 'content-type': manifest.mediaType },
    body: () => manifest.bytes,
    access: { repository, push: true },
    what: `cannot store manifest ${tag ?? manifest.digest}`,
  };
  const tries = client.tries();
  for (;;) {
    await tries.begin();
    const judged = await client.attempt(request);
    if (judged.kind === 'again') {
      if (judged.failure.code !== 'registry-rate-limited' && (await stands(place, manifest, tag)))
        return { listsReferrers: false };
      await tries.again(judged.failure, judged.askedMs);
      continue;
    }
    const { answer } = judged;
    // The specification says 201; what counts is what stands there afterwards.
    if (![200, 201, 202].includes(answer.status)) throw await client.refusal(answer, request);
    answer.discard();
    const { digest } = claims(answer);
    if (!contradicts(digest, manifest.digest))
      return { listsReferrers: answer.header('oci-subject') !== undefined };
    throw new Failure(
      'content-mismatch',
      `${name}: manifest ${manifest.digest} was sent, and the registry stored ${digest}`,
    );
  }
}

/** Under a tag alone, a registry would take the digest to be sha256; beside another one the tag goes along (end-7b). */
function putPath(repository: string, { digest }: Manifest, tag: string | undefined): string {
  if (tag === undefined) return manifestPath(repository, digest);
  return digestAlgorithm(digest) === 'sha256'
    ? manifestPath(repository, tag)
    : `${manifestPath(repository, digest)}?tag=${tag}`;
}

/** One look each at digest and tag; a look that fails is no answer, and the try stays what it was. */
async function stands(place: Place, manifest: Manifest, tag: string | undefined): Promise<boolean> {
  for (const selector of [manifest.digest, ...(tag === undefined ? [] : [tag])]) {
    const judged = await place.client.attempt(manifestRequest(place, 'HEAD', selector));
    if (judged.kind === 'again') return false;
    judged.answer.discard();
    if (judged.answer.status !== 200 || claims(judged.answer).digest !== manifest.digest) return false;
  }
  return true;
}

/**
 * Looks whether what was stored is there, under its digest and its tag. Registries that are spread over several machines
 * answer 404, or with the old tag, for a moment.
 * @throws Failure `registry-unavailable`, `content-mismatch`
 */
export async function readBack(place: Place, digest: Digest, tag: string | undefined): Promise<void> {
  for (const selector of [digest, ...(tag === undefined ? [] : [tag])]) {
    let found = await resolveManifest(place, selector);
    for (let look = 1; found?.digest !== digest && look < limits.readBackTriesMax; look += 1) {
      await place.client.pause(limits.readBackMs / limits.readBackTriesMax);
      found = await resolveManifest(place, selector);
    }
    if (found?.digest === digest) continue;
    if (found === undefined) {
      throw new Failure(
        'registry-unavailable',
        `${place.name}: the registry took ${selector}, but does not have it afterwards`,
      );
    }
    throw new Failure(
      'content-mismatch',
      `${place.name}: ${selector} was set to ${digest}, but stands at ${found.digest} afterwards`,
    );
  }
}

function manifestRequest({ repository }: Place, method: 'GET' | 'HEAD', selector: string): RegistryRequest {
  return {
    method,
    url: manifestPath(repository, selector),
    headers: { accept: acceptedManifests.join(', ') },
    access: { repository, push: false },
    what: `cannot read manifest ${selector}`,
  };
}

/** Only what follows the grammar gets into a path. @throws Failure `reference-invalid` */
function manifestPath(repository: string, selector: string): string {
  if (isDigest(selector) || isTag(selector)) return `/v2/${repository}/manifests/${selector}`;
  throw new Failure(
    'reference-invalid',
    `${JSON.stringify(selector.slice(0, 200))} is neither a tag nor a digest`,
  );
}

/** Two digests of one algorithm that differ are of different bytes; those of two algorithms say nothing of each other. */
function contradicts(told: Digest | undefined, expected: Digest): boolean {
  return told !== undefined && told !== expected && digestAlgorithm(told) === digestAlgorithm(expected);
}

interface Claims {
  readonly mediaType: string | undefined;
  readonly digest: Digest | undefined;
  readonly size: number | undefined;
}

/** What the headers say of a manifest. They are hints until its bytes were hashed. */
function claims(answer: Answer): Claims {
  const digest = answer.header('docker-content-digest') ?? '';
  return {
    mediaType: mediaTypeOf(answer),
    digest: isDigest(digest) ? digest : undefined,
    size: answer.length,
  };
}

/** `Content-Type` without parameters. */
export function mediaTypeOf(answer: Answer): string | undefined {
  const type = answer.header('content-type')?.split(';', 1)[0]?.trim();
  return type === '' ? undefined : type;
}

function tooLarge(place: Place, selector: string): Failure {
  return new Failure(
    'content-refused',
    `${place.name}: manifest ${selector} is larger than ${limits.manifestBytesMax} bytes`,
  );
}

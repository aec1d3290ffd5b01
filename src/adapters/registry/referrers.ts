import { Failure } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import { digestAlgorithm, digestHex, type Digest } from '../../model/digest.ts';
import { parseManifest, type Manifest } from '../../model/manifest.ts';
import { mediaTypes } from '../../model/media-type.ts';
import { isTag } from '../../model/reference.ts';
import { readTagList } from '../../model/registry-answer.ts';
import { artifactIndex, referrerDescriptor } from './artifact-index.ts';
import type { RegistryRequest } from './client.ts';
import { checkLocation } from './endpoint.ts';
import { nextPage } from '../../base/link.ts';
import { fetchManifest, mediaTypeOf, readBack, storeManifest, type Place } from './manifests.ts';

/** Registries that do not know the question answer 404; some say that they do not understand it. */
const unsupportedStatuses: ReadonlySet<number> = new Set([400, 404, 405, 406, 501]);

/** Artifacts of `subject`: by the referrers API, or from the fallback tag where a registry lacks it (GHCR, Docker Hub, distribution). */
export async function listReferrers(place: Place, subject: Digest): Promise<readonly Descriptor[]> {
  const listed = await askReferrers(place, subject);
  if (listed !== undefined) return listed;
  const index = await fetchManifest(place, fallbackTag(subject));
  return index?.kind === 'index' ? index.manifests : [];
}

/**
 * Enters an artifact into the fallback tag of its subject. The tag cannot be exchanged atomically: in this process one
 * writes at a time, and after writing we look whether another process wrote at the same moment and took our entry away.
 * @throws Failure `registry-unavailable` when others write all the time
 */
export async function enterReferrer(place: Place, subject: Digest, artifact: Manifest): Promise<void> {
  const tag = fallbackTag(subject);
  await place.client.inTurn(`${place.repository}:${tag}`, () =>
    enterInto(place, tag, referrerDescriptor(artifact)),
  );
}

async function enterInto(place: Place, tag: string, entry: Descriptor): Promise<void> {
  for (let round = 0; round < limits.readBackTriesMax; round += 1) {
    const current = await fetchManifest(place, tag);
    const entries = current?.kind === 'index' ? current.manifests : [];
    if (entries.some(({ digest }) => digest === entry.digest)) return;
    const index = artifactIndex([...entries, entry]);
    await storeManifest(place, index, tag);
    await readBack(place, index.digest, undefined);
  }
  throw new Failure(
    'registry-unavailable',
    `${place.name}: others keep changing ${tag}, which lists what belongs to an image`,
  );
}

/** distribution-spec, "Referrers Tag Schema": at most 64 characters of the hexadecimal part. */
export function fallbackTag(subject: Digest): string {
  return `${digestAlgorithm(subject)}-${digestHex(subject).slice(0, 64)}`;
}

/** By the referrers API; undefined: the registry lacks it. */
export async function askReferrers(
  place: Place,
  subject: Digest,
): Promise<readonly Descriptor[] | undefined> {
  const found = new Map<Digest, Descriptor>();
  const pages = new Pages(place, 'referrers');
  let url: string | URL = `/v2/${place.repository}/referrers/${subject}`;
  for (;;) {
    pages.enter(url);
    const request = readRequest(place, url, `cannot list what belongs to ${subject}`, {
      accept: mediaTypes.ociIndex,
    });
    const { answer, bytes } = await place.client.askBody(request, limits.manifestBytesMax, () =>
      tooLarge(place, request),
    );
    if (bytes === undefined && !unsupportedStatuses.has(answer.status))
      throw await place.client.refusal(answer, request);
    if (bytes === undefined || mediaTypeOf(answer) !== mediaTypes.ociIndex) {
      answer.discard();
      return undefined;
    }
    const index = parseManifest(bytes, mediaTypes.ociIndex);
    for (const each of index.kind === 'index' ? index.manifests : []) found.set(each.digest, each);
    pages.count(found.size, limits.referrersMax);
    const next = nextPage(answer.header('link'));
    if (next === undefined) return [...found.values()];
    url = checkLocation(place.client.endpoint, new URL(url, place.client.endpoint.origin), next);
  }
}

/** All tags, over all pages (distribution-spec, "Listing Tags"). A repository that does not exist has none. */
export async function listTags(place: Place): Promise<readonly string[]> {
  const found = new Set<string>();
  const pages = new Pages(place, 'tags');
  let url: string | URL = `/v2/${place.repository}/tags/list?n=${limits.tagsPerPageMax}`;
  for (;;) {
    pages.enter(url);
    const request = readRequest(place, url, 'cannot list the tags', { accept: 'application/json' });
    const { answer, bytes } = await place.client.askBody(request, limits.manifestBytesMax, () =>
      tooLarge(place, request),
    );
    if (bytes === undefined && answer.status !== 404) throw await place.client.refusal(answer, request);
    if (bytes === undefined) {
      answer.discard();
      return [];
    }
    for (const tag of readTags(bytes, place)) found.add(tag);
    pages.count(found.size, limits.tagsMax);
    const next = nextPage(answer.header('link'));
    if (next === undefined) return [...found];
    url = checkLocation(place.client.endpoint, new URL(url, place.client.endpoint.origin), next);
  }
}

function readTags(bytes: Buffer, place: Place): readonly string[] {
  const refuse = (why: string): Failure =>
    new Failure('content-refused', `${place.name}: the list of tags is refused: ${why}`);
  const tags = readTagList(bytes);
  if (tags === undefined) throw refuse('it is no list');
  const odd = tags.find((tag) => !isTag(tag));
  if (odd !== undefined) throw refuse(`${JSON.stringify(odd.slice(0, 200))} is not a tag`);
  return tags;
}

function readRequest(
  { repository }: Place,
  url: string | URL,
  what: string,
  headers: Readonly<Record<string, string>>,
): RegistryRequest {
  return { method: 'GET', url, headers, access: { repository, push: false }, what };
}

function tooLarge(place: Place, { what }: RegistryRequest): Failure {
  return new Failure(
    'content-refused',
    `${place.name}: ${what}: the answer is larger than ${limits.manifestBytesMax} bytes`,
  );
}

/** Holds a list that comes in pages to an end: registries have sent a page that is its own next one. */
class Pages {
  readonly #place: Place;
  readonly #what: string;
  readonly #seen = new Set<string>();

  constructor(place: Place, what: string) {
    this.#place = place;
    this.#what = what;
  }

  /** @throws Failure `content-refused` */
  enter(url: string | URL): void {
    const { href } = new URL(url, this.#place.client.endpoint.origin);
    if (this.#seen.has(href)) throw this.#refuse('comes back to a page that was read already');
    this.#seen.add(href);
    if (this.#seen.size > limits.listPagesMax)
      throw this.#refuse(`has more than ${limits.listPagesMax} pages`);
  }

  /** @throws Failure `content-refused` */
  count(entries: number, entriesMax: number): void {
    if (entries > entriesMax) throw this.#refuse(`has more than ${entriesMax} entries`);
  }

  #refuse(why: string): Failure {
    return new Failure('content-refused', `${this.#place.name}: the list of ${this.#what} ${why}`);
  }
}

import { Failure } from '../../base/failure.ts';
import { streamOf } from '../../base/stream.ts';
import { emptyConfig, emptyConfigDescriptor, placeholderManifest } from '../../model/artifact-manifest.ts';
import type { Digest } from '../../model/digest.ts';
import { artifactIndex } from './artifact-index.ts';
import type { RegistryRequest } from './client.ts';
import { fetchManifest, resolveManifest, storeManifest, type Place } from './manifests.ts';
import { askReferrers, fallbackTag } from './referrers.ts';
import { uploadBlob } from './upload.ts';

const gone: ReadonlySet<number> = new Set([200, 202, 204, 404]);

/**
 * Takes a manifest away (distribution-spec, "Deleting Manifests"). One that belongs to an image leaves the list of that
 * image first: a list must not name what is not there.
 * @throws Failure `registry-refused` where the registry does not delete
 */
export async function deleteManifest(place: Place, digest: Digest): Promise<void> {
  const manifest = await fetchManifest(place, digest);
  if (manifest === undefined) return;
  if (manifest.subject !== undefined) await leaveReferrers(place, manifest.subject.digest, digest);
  await sendDelete(place, `manifests/${digest}`, `cannot delete manifest ${digest}`);
}

/** @throws Failure `registry-refused` where the registry does not delete */
export async function deleteBlob(place: Place, digest: Digest): Promise<void> {
  await sendDelete(place, `blobs/${digest}`, `cannot delete blob ${digest}`);
}

/**
 * Takes a name away (distribution-spec, "Deleting tags"). Registries that delete by digest only, such as distribution 2,
 * get an empty artifact under that name, which then goes with it.
 * @throws Failure `registry-refused`
 */
export async function deleteTag(place: Place, tag: string): Promise<void> {
  if ((await resolveManifest(place, tag)) === undefined) return;
  const refusal = await trySendDelete(place, `manifests/${tag}`, `cannot delete tag ${tag}`);
  if ((await resolveManifest(place, tag)) === undefined) return;
  const stand = placeholderManifest(place.client.clock.now().toISOString(), tag);
  await uploadBlob({
    client: place.client,
    repository: place.repository,
    descriptor: emptyConfigDescriptor,
    open: () => streamOf([emptyConfig]),
    mountFrom: undefined,
  });
  await storeManifest(place, stand, tag);
  await deleteManifest(place, stand.digest);
  if ((await resolveManifest(place, tag)) === undefined) return;
  throw (
    refusal ??
    new Failure('registry-refused', `${place.name}: the registry deleted tag ${tag}, and still has it`)
  );
}

/** Takes an artifact out of the fallback tag of its subject, where the registry does not list artifacts by itself. */
async function leaveReferrers(place: Place, subject: Digest, artifact: Digest): Promise<void> {
  if ((await askReferrers(place, subject)) !== undefined) return;
  const tag = fallbackTag(subject);
  await place.client.inTurn(`${place.repository}:${tag}`, async () => {
    const current = await fetchManifest(place, tag);
    const entries = current?.kind === 'index' ? current.manifests : [];
    const others = entries.filter(({ digest }) => digest !== artifact);
    if (current === undefined || others.length === entries.length) return;
    if (others.length > 0) await storeManifest(place, artifactIndex(others), tag);
    else await sendDelete(place, `manifests/${current.digest}`, `cannot delete the empty list ${tag}`);
  });
}

async function sendDelete(place: Place, path: string, what: string): Promise<void> {
  const refusal = await trySendDelete(place, path, what);
  if (refusal !== undefined) throw refusal;
}

/** Undefined: it is gone. A deletion whose end is unknown is sent again; that it is gone already is no error then. */
async function trySendDelete(
  { client, repository }: Place,
  path: string,
  what: string,
): Promise<Failure | undefined> {
  const request: RegistryRequest = {
    method: 'DELETE',
    url: `/v2/${repository}/${path}`,
    access: { repository, push: false, remove: true },
    what,
  };
  const answer = await client.ask(request);
  if (!gone.has(answer.status)) return client.refusal(answer, request);
  answer.discard();
  return undefined;
}

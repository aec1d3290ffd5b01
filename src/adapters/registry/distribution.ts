import type { Clock } from '../../base/clock.ts';
import { Failure } from '../../base/failure.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import type { Digest } from '../../model/digest.ts';
import type { Manifest } from '../../model/manifest.ts';
import { formatReference, parseReference, type Reference } from '../../model/reference.ts';
import type { Credentials } from '../../ports/credentials.ts';
import type { PutBlobOptions, PutBlobResult, Registries, Repository } from '../../ports/repository.ts';
import { Authenticator } from './authenticate.ts';
import { readBlob } from './blob.ts';
import { blobQuestion, readPresence } from './presence.ts';
import { RegistryClient } from './client.ts';
import { deleteBlob, deleteManifest, deleteTag } from './delete.ts';
import { endpointOf, type RegistrySettings } from './endpoint.ts';
import { Http } from './http.ts';
import { fetchManifest, readBack, resolveManifest, storeManifest, type Place } from './manifests.ts';
import { defaultTimes, type HttpTimes } from './pace.ts';
import type { ProxyVariables } from './proxy.ts';
import { enterReferrer, listReferrers, listTags } from './referrers.ts';
import { Patience } from './retry.ts';
import { parseTag } from './selector.ts';
import { uploadBlob } from './upload.ts';

export interface DistributionOptions {
  readonly credentials: Credentials;
  readonly clock: Clock;
  /** Evenly spread over [0, 1). */
  readonly random: () => number;
  readonly settings?: RegistrySettings;
  readonly times?: HttpTimes;
  readonly proxies?: ProxyVariables;
  /** Ends all requests and waits. */
  readonly signal?: AbortSignal | undefined;
}

/** Registries that speak the OCI distribution-spec 1.1, as far as they do. */
export class DistributionRegistries implements Registries {
  readonly #options: DistributionOptions;
  readonly #patience: Patience;
  readonly #spoken = new Map<string, { readonly http: Http; readonly client: RegistryClient }>();

  constructor(options: DistributionOptions) {
    this.#options = options;
    this.#patience = new Patience(options);
  }

  /** @throws Failure `reference-invalid` */
  open(registry: string, repository: string): Repository {
    const place = parsePlace(registry, repository);
    return new DistributionRepository({
      client: this.#speakTo(place.registry).client,
      repository: place.repository,
      name: formatReference({ registry: place.registry, repository: place.repository }),
    });
  }

  /** Ends what is under way and closes all connections. */
  close(): Promise<void> {
    for (const { http } of this.#spoken.values()) http.close();
    this.#spoken.clear();
    return Promise.resolve();
  }

  #speakTo(registry: string): { readonly http: Http; readonly client: RegistryClient } {
    const known = this.#spoken.get(registry);
    if (known !== undefined) return known;
    const { clock, credentials, settings, signal, times = defaultTimes, proxies } = this.#options;
    const endpoint = endpointOf(registry, settings);
    const http = new Http({ times, clock, proxies, signal });
    const authenticator = new Authenticator({ endpoint, http, credentials, clock });
    const spoken = {
      http,
      client: new RegistryClient({ endpoint, http, authenticator, patience: this.#patience, clock }),
    };
    this.#spoken.set(registry, spoken);
    return spoken;
  }
}

class DistributionRepository implements Repository {
  readonly #place: Place;

  constructor(place: Place) {
    this.#place = place;
  }

  get name(): string {
    return this.#place.name;
  }

  resolve(tagOrDigest: string): Promise<Descriptor | undefined> {
    return resolveManifest(this.#place, tagOrDigest);
  }

  async manifest(digest: Digest): Promise<Manifest> {
    const manifest = await fetchManifest(this.#place, digest);
    if (manifest === undefined)
      throw new Failure('manifest-missing', `${this.name}: there is no manifest ${digest}`);
    return manifest;
  }

  async hasBlob(digest: Digest): Promise<boolean> {
    const { client, repository } = this.#place;
    const request = blobQuestion(digest, { repository, push: false });
    const answer = await client.ask(request);
    return (await readPresence(client, request, answer)).present;
  }

  blob(descriptor: Descriptor): AsyncIterable<Uint8Array> {
    return readBlob(this.#place.client, this.#place.repository, descriptor);
  }

  async putBlob(
    descriptor: Descriptor,
    open: () => AsyncIterable<Uint8Array>,
    options: PutBlobOptions = {},
  ): Promise<PutBlobResult> {
    const { client, repository } = this.#place;
    // A repository has its own blobs already; the grammar is checked because the name becomes a part of a URL.
    const from =
      options.mountFrom === undefined
        ? undefined
        : parsePlace(client.endpoint.registry, options.mountFrom).repository;
    return uploadBlob({
      client,
      repository,
      descriptor,
      open,
      mountFrom: from === repository ? undefined : from,
    });
  }

  async putManifest(manifest: Manifest, tag?: string): Promise<void> {
    const { listsReferrers } = await storeManifest(this.#place, manifest, tag);
    await readBack(this.#place, manifest.digest, tag);
    if (manifest.subject !== undefined && !listsReferrers)
      await enterReferrer(this.#place, manifest.subject.digest, manifest);
  }

  tags(): Promise<readonly string[]> {
    return listTags(this.#place);
  }

  referrers(subject: Digest): Promise<readonly Descriptor[]> {
    return listReferrers(this.#place, subject);
  }

  deleteManifest(digest: Digest): Promise<void> {
    return deleteManifest(this.#place, digest);
  }

  async deleteTag(tag: string): Promise<void> {
    await deleteTag(this.#place, parseTag(tag));
  }

  deleteBlob(digest: Digest): Promise<void> {
    return deleteBlob(this.#place, digest);
  }
}

/** @throws Failure `reference-invalid` */
function parsePlace(registry: string, repository: string): Reference {
  const place = parseReference(`${registry}/${repository}`);
  if (place.tag === undefined && place.digest === undefined) return place;
  throw new Failure(
    'reference-invalid',
    `${JSON.stringify(repository)} is not a repository: it names one image of it`,
  );
}

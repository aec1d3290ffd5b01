import type { HostedRepository } from '../../../ports/hosted-registry.ts';

/** What a request says beside its path. */
export interface Asked {
  readonly method: string;
  /** The repository that the path names. */
  readonly repository: HostedRepository;
  readonly name: string;
  readonly query: URLSearchParams;
  /** A header by its name in lower case. */
  readonly header: (name: string) => string | undefined;
  /** What the client says that the body's length is; undefined: it does not say. */
  readonly length: number | undefined;
  /** Breaks off with an error when the client does. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** The URL path of a blob, manifest or upload: relative, so that a client stays with the host that it knows. */
export function placeOf(name: string, what: 'blobs' | 'manifests' | 'blobs/uploads', id: string): string {
  return `/v2/${name}/${what}/${id}`;
}

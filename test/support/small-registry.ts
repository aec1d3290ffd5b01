import type { ServerResponse } from 'node:http';
import { digestOf, isDigest, type Digest } from '../../src/model/digest.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { mediaTypes } from '../../src/model/media-type.ts';
import { answer, type SeenRequest } from './fault-server.ts';

interface Stored {
  readonly type: string;
  readonly bytes: Buffer;
}

const wrong = (response: ServerResponse, status: number, code: string): ServerResponse =>
  answer(response, status, { 'content-type': 'application/json' }, JSON.stringify({ errors: [{ code }] }));

/**
 * The least registry that is one (distribution-spec 1.1): what a hostile one does right between its faults. It holds all
 * in memory and believes what it is told, except for digests of blobs.
 */
export class SmallRegistry {
  readonly blobs = new Map<string, Buffer>();
  readonly manifests = new Map<string, Stored>();
  readonly tags = new Map<string, string>();
  readonly #uploads = new Map<string, Buffer>();

  put(manifest: Pick<Manifest, 'mediaType' | 'bytes' | 'digest'>, tag?: string): void {
    this.manifests.set(manifest.digest, { type: manifest.mediaType, bytes: Buffer.from(manifest.bytes) });
    if (tag !== undefined) this.tags.set(tag, manifest.digest);
  }

  putBlob(bytes: Uint8Array): void {
    this.blobs.set(digestOf(bytes), Buffer.from(bytes));
  }

  serve(request: SeenRequest, response: ServerResponse): ServerResponse {
    const url = new URL(request.url, 'http://registry');
    const [, name = '', kind = '', rest = ''] =
      /^\/v2\/(.+?)\/(manifests|blobs|tags|referrers)\/(.*)$/.exec(url.pathname) ?? [];
    if (kind === 'manifests') return this.#manifest(request, response, rest);
    if (kind === 'tags')
      return answer(response, 200, {}, JSON.stringify({ name, tags: [...this.tags.keys()] }));
    if (kind === 'referrers') return this.#referrers(response, rest);
    if (kind === 'blobs' && rest.startsWith('uploads/')) return this.#upload(request, response, url);
    return kind === 'blobs' ? this.#blob(request, response, rest) : wrong(response, 404, 'UNSUPPORTED');
  }

  #manifest(request: SeenRequest, response: ServerResponse, selector: string): ServerResponse {
    const digest = isDigest(selector) ? selector : this.tags.get(selector);
    if (request.method === 'PUT') {
      const own: Digest = digestOf(request.body);
      this.manifests.set(own, { type: request.headers['content-type'] ?? '', bytes: request.body });
      if (!isDigest(selector)) this.tags.set(selector, own);
      return answer(response, 201, { 'docker-content-digest': own, 'oci-subject': own });
    }
    const found = this.manifests.get(digest ?? '');
    if (digest === undefined || found === undefined) return wrong(response, 404, 'MANIFEST_UNKNOWN');
    if (request.method === 'DELETE') {
      if (isDigest(selector)) this.manifests.delete(digest);
      for (const [tag, target] of this.tags)
        if (tag === selector || (isDigest(selector) && target === digest)) this.tags.delete(tag);
      return answer(response, 202);
    }
    const headers = { 'content-type': found.type, 'docker-content-digest': digest };
    if (request.method === 'GET') return answer(response, 200, headers, found.bytes);
    response.writeHead(200, { ...headers, 'content-length': String(found.bytes.length) });
    return response.end();
  }

  #referrers(response: ServerResponse, subject: string): ServerResponse {
    const own = [...this.manifests].filter(
      ([, { bytes }]) => bytes.includes(`"subject":{`) && bytes.includes(subject),
    );
    const manifests = own.map(([digest, { type, bytes }]) => ({
      mediaType: type,
      digest,
      size: bytes.length,
    }));
    const index = JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests });
    return answer(response, 200, { 'content-type': mediaTypes.ociIndex }, index);
  }

  #blob(request: SeenRequest, response: ServerResponse, digest: string): ServerResponse {
    const bytes = this.blobs.get(digest);
    if (bytes === undefined) return wrong(response, 404, 'BLOB_UNKNOWN');
    if (request.method === 'DELETE') {
      this.blobs.delete(digest);
      return answer(response, 202);
    }
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const part = bytes.subarray(from);
    const range = { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` };
    response.writeHead(from === 0 ? 200 : 206, {
      'content-length': String(part.length),
      ...(from === 0 ? {} : range),
    });
    return request.method === 'GET' ? response.end(part) : response.end();
  }

  #upload(request: SeenRequest, response: ServerResponse, url: URL): ServerResponse {
    const mounted = url.searchParams.get('mount');
    if (request.method === 'POST') {
      if (mounted !== null && this.blobs.has(mounted)) return answer(response, 201);
      const id = `${url.pathname}${this.#uploads.size}`;
      this.#uploads.set(id, Buffer.alloc(0));
      return answer(response, 202, { location: id });
    }
    const before = this.#uploads.get(url.pathname);
    if (before === undefined) return wrong(response, 404, 'BLOB_UPLOAD_UNKNOWN');
    const bytes = Buffer.concat([before, request.body]);
    const place = { location: url.pathname, range: `0-${Math.max(0, bytes.length - 1)}` };
    if (request.method !== 'PUT') {
      this.#uploads.set(url.pathname, bytes);
      return answer(response, request.method === 'GET' ? 204 : 202, place);
    }
    const promised = url.searchParams.get('digest') ?? '';
    const algorithm = promised.startsWith('sha512:') ? 'sha512' : 'sha256';
    if (digestOf(bytes, algorithm) !== promised) return wrong(response, 400, 'DIGEST_INVALID');
    this.blobs.set(promised, bytes);
    return answer(response, 201, place);
  }
}

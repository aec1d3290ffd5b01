import { isDigest, type Digest } from '../../../model/digest.ts';
import { isRepository, isTag } from '../../../model/reference.ts';
import { refusal, type Reply } from './reply.ts';

/** What a request is about (distribution-spec, "Endpoints"). All names in it follow their grammar. */
export type Route =
  | { readonly kind: 'base' }
  | { readonly kind: 'tags'; readonly repository: string }
  | { readonly kind: 'referrers'; readonly repository: string; readonly subject: Digest }
  | { readonly kind: 'manifest'; readonly repository: string; readonly selector: Selector }
  | { readonly kind: 'blob'; readonly repository: string; readonly digest: Digest }
  | { readonly kind: 'uploads'; readonly repository: string }
  | { readonly kind: 'upload'; readonly repository: string; readonly id: string };

export type Selector =
  | { readonly kind: 'tag'; readonly tag: string }
  | { readonly kind: 'digest'; readonly digest: Digest };

export type Routed =
  | { readonly kind: 'route'; readonly route: Route }
  | { readonly kind: 'reply'; readonly reply: Reply };

/** Which methods each kind of thing has; a client is told when it asks for another one. */
export const methods: Readonly<Record<Route['kind'], readonly string[]>> = {
  base: ['GET', 'HEAD'],
  tags: ['GET', 'HEAD'],
  referrers: ['GET', 'HEAD'],
  manifest: ['GET', 'HEAD', 'PUT', 'DELETE'],
  blob: ['GET', 'HEAD', 'DELETE'],
  uploads: ['POST'],
  upload: ['GET', 'PATCH', 'PUT', 'DELETE'],
};

const uploadId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Only what follows the grammars gets a route; nothing is decoded, so an escaped `/` or `..` is no name at all. */
export function parseRoute(path: string): Routed {
  if (path === '/v2/' || path === '/v2') return routed({ kind: 'base' });
  const [, repository = '', rest = ''] =
    /^\/v2\/(.+)\/(tags\/list|referrers\/[^/]*|manifests\/[^/]*|blobs\/uploads(?:\/[^/]*)?|blobs\/[^/]*)$/.exec(
      path,
    ) ?? [];
  if (repository === '') return reply(refusal(404, 'UNSUPPORTED', 'there is nothing at this path'));
  if (!isRepository(repository))
    return reply(
      refusal(400, 'NAME_INVALID', `${JSON.stringify(repository.slice(0, 300))} is no repository name`),
    );
  const [first = '', second = '', third = ''] = rest.split('/');
  if (first === 'tags') return routed({ kind: 'tags', repository });
  if (first === 'manifests') return manifestRoute(repository, second);
  if (second === 'uploads') return uploadRoute(repository, third);
  if (!isDigest(second)) return reply(noDigest(second));
  return routed(
    first === 'blobs'
      ? { kind: 'blob', repository, digest: second }
      : { kind: 'referrers', repository, subject: second },
  );
}

export function noDigest(text: string): Reply {
  return refusal(400, 'DIGEST_INVALID', `${JSON.stringify(text.slice(0, 200))} is not a digest`);
}

function manifestRoute(repository: string, text: string): Routed {
  if (isDigest(text))
    return routed({ kind: 'manifest', repository, selector: { kind: 'digest', digest: text } });
  if (isTag(text)) return routed({ kind: 'manifest', repository, selector: { kind: 'tag', tag: text } });
  if (text.includes(':')) return reply(noDigest(text));
  return reply(
    refusal(400, 'MANIFEST_INVALID', `${JSON.stringify(text.slice(0, 200))} is neither a tag nor a digest`),
  );
}

function uploadRoute(repository: string, id: string): Routed {
  if (id === '') return routed({ kind: 'uploads', repository });
  if (uploadId.test(id)) return routed({ kind: 'upload', repository, id });
  return reply(refusal(404, 'BLOB_UPLOAD_UNKNOWN', 'there is no such upload'));
}

function routed(route: Route): Routed {
  return { kind: 'route', route };
}

function reply(answer: Reply): Routed {
  return { kind: 'reply', reply: answer };
}

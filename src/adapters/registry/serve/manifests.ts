import { isFailure } from '../../../base/failure.ts';
import { limits } from '../../../base/limits.ts';
import { collectBytes } from '../../../base/stream.ts';
import { parseManifest, type Manifest } from '../../../model/manifest.ts';
import { isTag } from '../../../model/reference.ts';
import { failureReply } from './failure-reply.ts';
import { bytesReply, empty, refusal, type Reply } from './reply.ts';
import { placeOf, type Asked } from './request.ts';
import type { Selector } from './route.ts';

/** Everything below `/v2/<name>/manifests/` (end-3, end-7a, end-7b, end-9). */
export async function answerManifest(asked: Asked, selector: Selector): Promise<Reply> {
  if (asked.method === 'PUT') return putManifest(asked, selector);
  return asked.method === 'DELETE' ? deleteManifest(asked, selector) : readManifest(asked, selector);
}

async function readManifest({ repository, name }: Asked, selector: Selector): Promise<Reply> {
  const manifest = await repository.manifest(selector.kind === 'tag' ? selector.tag : selector.digest);
  if (manifest !== undefined)
    return bytesReply(200, manifest.bytes, {
      'content-type': manifest.mediaType,
      'docker-content-digest': manifest.digest,
    });
  if (!(await repository.isThere())) return refusal(404, 'NAME_UNKNOWN', `there is no repository ${name}`);
  return unknown(selector);
}

async function deleteManifest({ repository }: Asked, selector: Selector): Promise<Reply> {
  const wasThere =
    selector.kind === 'tag'
      ? await repository.deleteTag(selector.tag)
      : await repository.deleteManifest(selector.digest);
  return wasThere ? empty(202) : unknown(selector);
}

async function putManifest(asked: Asked, selector: Selector): Promise<Reply> {
  const tags = tagsToMove(asked, selector);
  if (tags.kind === 'reply') return tags.reply;
  if ((asked.length ?? 0) > limits.manifestBytesMax) return tooLarge();
  const type = asked.header('content-type')?.split(';', 1)[0]?.trim();
  if (type === undefined || type === '')
    return refusal(400, 'MANIFEST_INVALID', 'a manifest comes with its media type as Content-Type');
  const whole = await bodyOf(asked);
  if (whole === undefined) return tooLarge();
  try {
    const manifest = parseManifest(whole, type, selector.kind === 'digest' ? selector.digest : undefined);
    await asked.repository.putManifest(manifest, tags.tags);
    return stored(asked.name, manifest, selector.kind === 'digest' ? tags.tags : []);
  } catch (error) {
    // What is not there, or has another size, is a child of the manifest.
    if (isFailure(error, 'blob-missing'))
      return failureReply(error, { 'blob-missing': [404, 'MANIFEST_BLOB_UNKNOWN'] });
    throw error;
  }
}

type Tags =
  | { readonly kind: 'tags'; readonly tags: readonly string[] }
  | { readonly kind: 'reply'; readonly reply: Reply };

/** A manifest that is put by its digest may bring names along: `?tag=1.2&tag=latest`. */
function tagsToMove({ query }: Asked, selector: Selector): Tags {
  const asked = selector.kind === 'tag' ? [selector.tag] : query.getAll('tag');
  const odd = asked.find((tag) => !isTag(tag));
  if (odd !== undefined)
    return {
      kind: 'reply',
      reply: refusal(400, 'MANIFEST_INVALID', `${JSON.stringify(odd.slice(0, 200))} is not a tag`),
    };
  if (asked.length > limits.servedTagsAtOnceMax)
    return {
      kind: 'reply',
      reply: refusal(414, 'MANIFEST_INVALID', `more than ${limits.servedTagsAtOnceMax} tags at once`),
    };
  return { kind: 'tags', tags: [...new Set(asked)] };
}

function stored(name: string, { digest, subject }: Manifest, tags: readonly string[]): Reply {
  return empty(201, {
    location: placeOf(name, 'manifests', digest),
    'docker-content-digest': digest,
    ...(subject === undefined ? {} : { 'oci-subject': subject.digest }),
    ...(tags.length === 0 ? {} : { 'oci-tag': tags }),
  });
}

class TooLarge extends Error {}

/** Undefined: it is larger than a manifest may be. */
async function bodyOf({ body }: Asked): Promise<Buffer | undefined> {
  try {
    return await collectBytes(body, limits.manifestBytesMax, () => {
      throw new TooLarge();
    });
  } catch (error) {
    if (error instanceof TooLarge) return undefined;
    throw error;
  }
}

function tooLarge(): Reply {
  return refusal(413, 'SIZE_INVALID', `a manifest may have ${limits.manifestBytesMax} bytes`);
}

function unknown(selector: Selector): Reply {
  const what = selector.kind === 'tag' ? `with the tag ${selector.tag}` : selector.digest;
  return refusal(404, 'MANIFEST_UNKNOWN', `there is no manifest ${what}`);
}

import { limits } from '../../../base/limits.ts';
import { descriptorJson } from '../../../model/artifact-manifest.ts';
import type { Descriptor } from '../../../model/descriptor.ts';
import { isDigest, type Digest } from '../../../model/digest.ts';
import { mediaTypes } from '../../../model/media-type.ts';
import { isTag } from '../../../model/reference.ts';
import { jsonReply, refusal, type Reply } from './reply.ts';
import { noDigest } from './route.ts';
import type { Asked } from './request.ts';

/** `/v2/<name>/tags/list` (end-8a, end-8b): in the order of their bytes, after `last`, at most `n`. */
export async function answerTags({ repository, name, query }: Asked): Promise<Reply> {
  const n = query.get('n');
  const last = query.get('last');
  if (n !== null && !/^\d{1,9}$/.test(n))
    return refusal(400, 'UNSUPPORTED', `n=${JSON.stringify(n.slice(0, 100))} is no number of tags`);
  if (last !== null && !isTag(last))
    return refusal(400, 'UNSUPPORTED', `last=${JSON.stringify(last.slice(0, 200))} is no tag`);
  if (!(await repository.isThere())) return refusal(404, 'NAME_UNKNOWN', `there is no repository ${name}`);
  // Tags are ASCII, so the order of code units is that of bytes.
  const all = [...new Set(await repository.tags())]
    .toSorted((left, right) => (left < right ? -1 : 1))
    .filter((tag) => last === null || tag > last);
  const tags = n === null ? all : all.slice(0, Number(n));
  const end = tags.at(-1);
  const isMore = end !== undefined && tags.length < all.length;
  return jsonReply(
    { name, tags },
    isMore ? { link: `</v2/${name}/tags/list?n=${n}&last=${encodeURIComponent(end)}>; rel="next"` } : {},
  );
}

/**
 * `/v2/<name>/referrers/<digest>` (end-12a, end-12b). A list that would be larger than a manifest may be comes in pages;
 * `last` is then the digest of the entry before.
 */
export async function answerReferrers({ repository, name, query }: Asked, subject: Digest): Promise<Reply> {
  const type = query.get('artifactType');
  const last = query.get('last');
  if (last !== null && !isDigest(last)) return noDigest(last);
  const all = (await repository.referrers(subject)).filter(
    ({ artifactType }) => type === null || artifactType === type,
  );
  const rest = all.slice(all.findIndex(({ digest }) => digest === last) + 1);
  const page = firstPage(rest);
  const end = page.at(-1);
  const next = new URLSearchParams({
    ...(type === null ? {} : { artifactType: type }),
    last: end?.digest ?? '',
  });
  return jsonReply(
    { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: page.map(descriptorJson) },
    {
      'content-type': mediaTypes.ociIndex,
      ...(type === null ? {} : { 'oci-filters-applied': 'artifactType' }),
      ...(page.length === rest.length
        ? {}
        : { link: `</v2/${name}/referrers/${subject}?${next.toString()}>; rel="next"` }),
    },
  );
}

/** As many as fit into one manifest; one at least. */
function firstPage(entries: readonly Descriptor[]): readonly Descriptor[] {
  const page: Descriptor[] = [];
  let bytes = 200;
  for (const entry of entries) {
    bytes += Buffer.byteLength(JSON.stringify(descriptorJson(entry))) + 1;
    if (page.length > 0 && bytes > limits.manifestBytesMax) break;
    page.push(entry);
  }
  return page;
}

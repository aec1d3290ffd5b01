import { gzipSync } from 'node:zlib';
import { digestOf } from '../../../src/model/digest.ts';
import { mediaTypes } from '../../../src/model/media-type.ts';
import { answer } from '../../support/fault-server.ts';
import { freshBlob, sampleArtifact } from '../../support/sample-images.ts';
import {
  getBlob,
  getManifest,
  listReferrers,
  listTags,
  type Attack,
  type HostileCase,
} from '../hostile-case.ts';
import { descriptorOf } from '../../../src/model/manifest.ts';
import { blob, idle, index, manifest, nothing } from './manifests.ts';

// A hundred megabytes of nothing, in members of one megabyte.
const packedBomb = Buffer.concat(Array.from<Buffer>({ length: 100 }).fill(gzipSync(Buffer.alloc(1_000_000))));

const other = freshBlob(2000).bytes;
const serveBlob = (
  bytes: (attack: Attack) => Uint8Array,
  headers: Record<string, string> = {},
): HostileCase['does'] => {
  return (attack) => answer(attack.response, 200, headers, bytes(attack));
};
const layerOf = ({ image }: Attack): Buffer => Buffer.from(image.layers[0]?.bytes ?? []);

function mismatch(
  name: string,
  work: HostileCase['work'],
  on: RegExp,
  does: HostileCase['does'],
): HostileCase {
  return { name, work, on, does, code: 'content-mismatch' };
}

const lies: readonly HostileCase[] = [
  mismatch('sends another manifest', 'manifest', getManifest, ({ response }) =>
    answer(response, 200, { 'content-type': mediaTypes.ociManifest }, manifest({})),
  ),
  mismatch('claims another digest than was asked for', 'push', /^HEAD .*\/manifests\/sha/, ({ response }) =>
    answer(response, 200, { 'content-type': mediaTypes.ociManifest, 'docker-content-digest': digestOf('x') }),
  ),
  mismatch('sends a manifest with a byte more', 'pull', getManifest, ({ response, image }) =>
    answer(
      response,
      200,
      { 'content-type': mediaTypes.ociManifest },
      Buffer.concat([image.manifest.bytes, Buffer.from(' ')]),
    ),
  ),
  mismatch('packs its manifests', 'manifest', getManifest, ({ response, image }) =>
    answer(
      response,
      200,
      { 'content-type': mediaTypes.ociManifest, 'content-encoding': 'gzip' },
      gzipSync(image.manifest.bytes),
    ),
  ),
  {
    ...mismatch('answers with a packed bomb for a manifest', 'manifest', getManifest, ({ response }) =>
      answer(
        response,
        200,
        { 'content-type': mediaTypes.ociManifest, 'content-encoding': 'gzip' },
        packedBomb,
      ),
    ),
    big: true,
  },
  mismatch(
    'sends another blob',
    'pull',
    getBlob,
    serveBlob(() => other),
  ),
  mismatch(
    'flips a bit of a blob',
    'pull',
    getBlob,
    serveBlob((attack) => {
      const bytes = Buffer.from(layerOf(attack));
      bytes.writeUInt8(bytes.readUInt8(7) ^ 1, 7);
      return bytes;
    }),
  ),
  mismatch(
    'sends a blob with a byte less',
    'pull',
    getBlob,
    serveBlob((attack) => layerOf(attack).subarray(1)),
  ),
  mismatch(
    'sends a blob with a byte more',
    'pull',
    getBlob,
    serveBlob((attack) => Buffer.concat([layerOf(attack), Buffer.from('x')])),
  ),
  mismatch('sends a blob with a byte more in chunks', 'pull', getBlob, (attack) => {
    attack.response.writeHead(200, { 'transfer-encoding': 'chunked' });
    attack.response.end(Buffer.concat([layerOf(attack), Buffer.from('x')]));
  }),
  mismatch(
    'sends nothing for a blob',
    'pull',
    getBlob,
    serveBlob(() => Buffer.alloc(0)),
  ),
  mismatch(
    'packs its blobs',
    'pull',
    getBlob,
    serveBlob((attack) => gzipSync(layerOf(attack)), { 'content-encoding': 'gzip' }),
  ),
  mismatch('sends a part that nobody asked for', 'blob', getBlob, ({ response }) =>
    answer(response, 206, { 'content-range': 'bytes 0-9/2000' }, 'x'.repeat(10)),
  ),
  mismatch('goes on from another byte', 'blob', getBlob, (attack) =>
    cutThen(attack, { 'content-range': 'bytes 0-1999/2000' }),
  ),
  mismatch('goes on in another blob', 'blob', getBlob, (attack) =>
    cutThen(attack, { 'content-range': 'bytes 1000-2999/3000' }),
  ),
  mismatch('goes on without saying where', 'blob', getBlob, (attack) => cutThen(attack, {})),
  mismatch('goes on with other bytes', 'blob', getBlob, (attack) =>
    cutThen(attack, { 'content-range': 'bytes 1000-1999/2000' }),
  ),
  {
    name: 'has nothing where it was to go on',
    work: 'blob',
    on: getBlob,
    does: (attack) => (attack.time === 1 ? cutThen(attack, {}) : answer(attack.response, 404)),
    code: 'blob-missing',
  },
  mismatch('cannot go on', 'blob', getBlob, (attack) =>
    attack.time === 1 ? cutThen(attack, {}) : answer(attack.response, 416),
  ),
];

function cutThen({ request, response, image, time }: Attack, headers: Record<string, string>): unknown {
  const bytes = Buffer.from(image.layers[0]?.bytes ?? []);
  if (time > 1)
    return answer(
      response,
      206,
      headers,
      other.subarray(Number(/\d+/.exec(request.headers.range ?? '')?.[0] ?? 0)),
    );
  response.writeHead(200, { 'content-length': String(bytes.length) });
  return response.write(bytes.subarray(0, 1000), () => response.socket?.destroy());
}

const list = (name: string, text: string): HostileCase => ({
  name: `lists tags in ${name}`,
  work: 'tags',
  on: listTags,
  does: ({ response }) => answer(response, 200, {}, text),
  code: 'content-refused',
});

const referrers = (
  name: string,
  does: HostileCase['does'],
  code: HostileCase['code'] = 'content-refused',
  work: HostileCase['work'] = 'referrers',
): HostileCase => ({
  name: `lists referrers ${name}`,
  work,
  on: listReferrers,
  does,
  code,
});
const asList =
  (manifests: readonly unknown[]) =>
  ({ response }: Attack): unknown =>
    answer(response, 200, { 'content-type': mediaTypes.ociIndex }, index(manifests));

const lists: readonly HostileCase[] = [
  list('a page', '<html>'),
  list('nothing', ''),
  list('a list', '["a"]'),
  list('numbers', '{"tags":[1]}'),
  list('paths', '{"tags":["../../x"]}'),
  list('control characters', '{"tags":["\\u001b[2J"]}'),
  list('two lists', '{"tags":["a"],"tags":["b"]}'),
  list('a giant', `{"tags":["${'x'.repeat(5_000_000)}"]}`),
  {
    ...list('a circle', ''),
    does: ({ response, request }) =>
      answer(response, 200, { link: `<${request.url}>; rel="next"` }, '{"tags":["a"]}'),
  },
  {
    ...list('pages without end', ''),
    does: ({ response, time }) =>
      answer(response, 200, { link: `</v2/team/ci/tags/list?n=${time}>; rel="next"` }, '{"tags":["a"]}'),
  },
  {
    ...list('more tags than any repository has', ''),
    big: true,
    does: ({ response, time }) =>
      answer(
        response,
        200,
        { link: `</v2/team/ci/tags/list?n=${time}>; rel="next"` },
        JSON.stringify({ tags: Array.from({ length: 40_000 }, (_, at) => `t${time}-${at}`) }),
      ),
  },
  referrers('that are no index', asList(['x'])),
  referrers('in a page that says it is an index', ({ response }) =>
    answer(response, 200, { 'content-type': mediaTypes.ociIndex }, '<html>'),
  ),
  referrers('of which there are more than a thousand', asList(Array.from({ length: 1001 }, () => blob))),
  referrers('without end', ({ response, time }) =>
    answer(
      response,
      200,
      { 'content-type': mediaTypes.ociIndex, link: `</v2/team/ci/referrers/x?${time}>; rel="next"` },
      index(Array.from({ length: 900 }, (_, at) => ({ ...blob, digest: digestOf(`${time} ${at}`) }))),
    ),
  ),
  referrers(
    'that are not there',
    asList([{ ...blob, mediaType: mediaTypes.ociManifest }]),
    'manifest-missing',
    'pull',
  ),
  {
    ...referrers('each of which has more', idle, 'content-refused', 'pull'),
    on: nothing,
    big: true,
    prepare: (registry, image) => {
      let subject = descriptorOf(image.manifest);
      for (let depth = 0; depth < 1100; depth += 1) {
        const artifact = sampleArtifact(subject, undefined, 'x');
        for (const { bytes } of [...artifact.layers, artifact.config]) registry.putBlob(bytes);
        registry.put(artifact.manifest);
        subject = descriptorOf(artifact.manifest);
      }
      return undefined;
    },
  },
];

export const contentCases: readonly HostileCase[] = [...lies, ...lists];

import { digestOf } from '../../../src/model/digest.ts';
import { mediaTypes } from '../../../src/model/media-type.ts';
import { freshBlob } from '../../support/sample-images.ts';
import type { SmallRegistry } from '../../support/small-registry.ts';
import type { HostileCase } from '../hostile-case.ts';

export const nothing = /^$/;
export const idle = (): undefined => undefined;

/** What the registry holds under its right digest, and means harm. */
function held(
  name: string,
  make: (registry: SmallRegistry) => string | Buffer,
  {
    type = mediaTypes.ociManifest,
    code = 'content-refused',
    big = false,
  }: Partial<{ type: string; code: HostileCase['code']; big: boolean }> = {},
): HostileCase {
  return {
    name: `holds a manifest that ${name}`,
    work: 'pull',
    on: nothing,
    does: idle,
    code,
    big,
    prepare: (registry) => {
      const bytes = Buffer.from(make(registry));
      const digest = digestOf(bytes);
      registry.put({ mediaType: type, bytes, digest });
      return digest;
    },
  };
}

export const blob = freshBlob(10).descriptor;
export const manifest = (extra: object): string =>
  JSON.stringify({
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: blob,
    layers: [blob],
    ...extra,
  });
export const index = (manifests: readonly unknown[], extra: object = {}): string =>
  JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests, ...extra });
const asIndex = { type: mediaTypes.ociIndex } as const;

/** `depth` indexes around one another, `width` times side by side. */
function nest(registry: SmallRegistry, depth: number, width: number): string {
  let bytes = Buffer.from(index([]));
  for (let level = 0; level < depth; level += 1) {
    const children = Array.from({ length: width }, (_, at) => {
      const own = level === 0 ? Buffer.from(index([], { annotations: { at: String(at) } })) : bytes;
      registry.put({ mediaType: mediaTypes.ociIndex, bytes: own, digest: digestOf(own) });
      return { mediaType: mediaTypes.ociIndex, digest: digestOf(own), size: own.length };
    });
    bytes = Buffer.from(index(children, { annotations: { level: String(level) } }));
  }
  return bytes.toString();
}

const descriptors: readonly (readonly [string, object])[] = [
  ['a digest that is a path', { digest: '../../../../etc/passwd' }],
  ['a digest in capitals', { digest: blob.digest.toUpperCase() }],
  ['a digest of MD5', { digest: `md5:${'0'.repeat(32)}` }],
  ['a digest that is too short', { digest: 'sha256:00' }],
  ['a digest with a line break', { digest: `${blob.digest}\n` }],
  ['a size below zero', { size: -1 }],
  ['a size that is no whole number', { size: 1.5 }],
  ['a size beyond all numbers', { size: 1e300 }],
  ['a size that is a word', { size: '10' }],
  ['no media type', { mediaType: undefined }],
  ['no digest', { digest: undefined }],
];

export const manifestCases: readonly HostileCase[] = [
  held('is empty', () => ''),
  held('is a page', () => '<html><body>Sign in</body></html>'),
  held('is a number', () => '1'),
  held('is null', () => 'null'),
  held('is a list', () => '[]'),
  held('is cut off', () => manifest({}).slice(0, 100)),
  held('is no UTF-8', () =>
    Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]),
  ),
  held('has a key twice', () => manifest({}).replace('{', '{"schemaVersion":2,')),
  held('has a key twice, once escaped', () => manifest({}).replace('{', '{"l\\u0061yers":[],')),
  held('has a key twice deep within', () =>
    manifest({ annotations: {} }).replace('"annotations":{}', '"annotations":{"a":"1","a":"2"}'),
  ),
  held('is nested a hundred deep', () =>
    manifest({ x: 0 }).replace('"x":0', `"x":${'['.repeat(100)}${']'.repeat(100)}`),
  ),
  held('is nested without end', () => '['.repeat(4_000_000), { big: true }),
  held('is larger than any', () => manifest({ annotations: { a: 'x'.repeat(5_000_000) } }), { big: true }),
  held('is of the first schema', () => manifest({ schemaVersion: 1 })),
  held('is a manifest and an index', () => manifest({ manifests: [] })),
  held('is an index and a manifest', () => index([], { layers: [] }), asIndex),
  held('is an index with a config', () => index([], { config: blob }), asIndex),
  held('is delivered as an index', () => manifest({}), asIndex),
  held('is delivered as Docker’s', () => manifest({}), { type: mediaTypes.dockerManifest }),
  held('is delivered as JSON', () => manifest({ mediaType: undefined }), { type: 'application/json' }),
  held('is delivered without a type', () => manifest({ mediaType: undefined }), { type: '' }),
  held('is of Docker’s first schema', () => '{"schemaVersion":1}', {
    type: 'application/vnd.docker.distribution.manifest.v1+prettyjws',
  }),
  held('has more layers than any', () => manifest({ layers: Array.from({ length: 501 }, () => blob) })),
  held('has layers that are none', () => manifest({ layers: ['x'] })),
  held('has no config', () => manifest({ config: undefined })),
  held('has annotations that are no text', () => manifest({ annotations: { a: { b: 1 } } })),
  held('has prototype keys for layers', () => manifest({ layers: { __proto__: [] } })),
  held('is about something that is none', () => manifest({ subject: { digest: 'x' } })),
  ...descriptors.map(([what, fault]) =>
    held(`names a layer by ${what}`, () => manifest({ layers: [{ ...blob, ...fault }] })),
  ),
  held(
    'is an index of more than a thousand',
    () => index(Array.from({ length: 1001 }, () => ({ ...blob, mediaType: mediaTypes.ociManifest }))),
    asIndex,
  ),
  held('is an index six deep', (registry) => nest(registry, 6, 1), asIndex),
  held('is an index that unfolds into thousands', (registry) => nest(registry, 2, 1000), {
    ...asIndex,
    big: true,
  }),
  held('is an index of what is not there', () => index([{ ...blob, mediaType: mediaTypes.ociManifest }]), {
    ...asIndex,
    code: 'manifest-missing',
  }),
  held(
    'names layers that are not there',
    (registry) => {
      registry.putBlob(Buffer.from('{}'));
      const config = { ...blob, digest: digestOf('{}'), size: 2 };
      return manifest({ config });
    },
    { code: 'blob-missing' },
  ),
  held(
    'names a layer with another size',
    (registry) => {
      const { bytes, descriptor } = freshBlob(500);
      registry.putBlob(bytes);
      return manifest({ config: descriptor, layers: [{ ...descriptor, size: 400 }] });
    },
    { code: 'content-mismatch' },
  ),
];

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatBundle, parseBundle, type Bundle } from './bundle.ts';
import { parseDigest } from './digest.ts';

const digest = parseDigest(`sha256:${'a'.repeat(64)}`);
const bundle: Bundle = {
  schemaVersion: 1,
  set: 'set-1',
  createdAt: '2026-11-21T00:00:00.000Z',
  source: { commit: 'c'.repeat(40), tree: undefined, dirty: true },
  members: [
    {
      image: 'ci',
      digest,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      platforms: [{ platform: 'linux/amd64', manifest: digest }],
      origin: { kind: 'built', inputs: digest, builtBy: 'docker 20', startedAt: '2026-11-21T00:00:00.000Z' },
    },
    {
      image: 'base',
      digest,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      platforms: [{ platform: 'linux/arm64', manifest: digest }],
      origin: {
        kind: 'ready',
        reference: 'docker.io/library/debian:12',
        resolvedAt: '2026-11-21T00:00:00.000Z',
      },
    },
  ],
  baselines: [
    { image: 'ci', reference: 'r.test/ci:stable', digest, lookedUpAt: '2026-11-21T00:00:00.000Z' },
    {
      image: 'base',
      reference: 'r.test/base:stable',
      digest: undefined,
      lookedUpAt: '2026-11-21T00:00:00.000Z',
    },
  ],
  leftOut: [
    {
      digest,
      size: 3,
      mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
      sources: [
        { kind: 'registry', reference: `r.test/base@${digest}` },
        { kind: 'bundle', set: 'set-0' },
        { kind: 'cache', key: 'layers-main' },
      ],
    },
  ],
};

test('a bundle reads back as it was written', () => {
  assert.deepEqual(parseBundle(formatBundle(bundle), '/b'), bundle);
});

test('what is written ends with a line feed and is made for people too', () => {
  const text = Buffer.from(formatBundle(bundle)).toString();
  assert.match(text, /^\{\n {2}"schemaVersion": 1,\n/);
  assert.match(text, /\}\n$/);
});

test('a bundle without looked-up baselines has none', () => {
  const { baselines: _, ...rest } = bundle;
  assert.deepEqual(parseBundle(Buffer.from(JSON.stringify(rest)), '/b').baselines, []);
});

test('a bundle that says nothing of layers left out is whole', () => {
  const { leftOut: _, ...rest } = bundle;
  assert.deepEqual(parseBundle(Buffer.from(JSON.stringify(rest)), '/b').leftOut, []);
});

const [member] = bundle.members;
const [missing] = bundle.leftOut;
const [baseline] = bundle.baselines;
for (const [why, document] of [
  ['nothing', ''],
  ['of another version', { ...bundle, schemaVersion: 2 }],
  ['with an unknown key', { ...bundle, extra: 1 }],
  ['without members', { ...bundle, members: [] }],
  ['with a member twice', { ...bundle, members: [member, member] }],
  ['with a baseline twice', { ...bundle, baselines: [baseline, baseline] }],
  ['with a member without platforms', { ...bundle, members: [{ ...member, platforms: [] }] }],
  ['with a digest that is none', { ...bundle, members: [{ ...member, digest: 'sha256:1' }] }],
  ['with an origin of no kind', { ...bundle, members: [{ ...member, origin: { kind: 'found' } }] }],
  ['with a commit that is none', { ...bundle, source: { commit: '--upload-pack=evil', dirty: false } }],
  ['with a layer left out twice', { ...bundle, leftOut: [missing, missing] }],
  ['with a layer left out of less than nothing', { ...bundle, leftOut: [{ ...missing, size: -1 }] }],
  [
    'with a layer to be had under a name that can move',
    { ...bundle, leftOut: [{ ...missing, sources: [{ kind: 'registry', reference: 'r.test/base:12' }] }] },
  ],
  [
    'with a layer to be had from a file',
    { ...bundle, leftOut: [{ ...missing, sources: [{ kind: 'file', path: '/etc/passwd' }] }] },
  ],
  [
    'with more layers left out than a bundle may',
    { ...bundle, leftOut: Array.from({ length: 2001 }, (_, at) => ({ ...missing, size: at })) },
  ],
  ['with a key twice', '{"set":"a","set":"b"}'],
] as const) {
  test(`a bundle document ${why} is refused, with its file`, () => {
    const bytes = Buffer.from(typeof document === 'string' ? document : JSON.stringify(document));
    assert.throws(() => parseBundle(bytes, '/b'), {
      code: 'bundle-invalid',
      where: { file: '/b/lockkeeper.json' },
    });
  });
}

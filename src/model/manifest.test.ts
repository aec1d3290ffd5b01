import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../base/limits.ts';
import { digestOf, parseDigest } from './digest.ts';
import { descriptorOf, parseImageConfig, parseManifest } from './manifest.ts';
import { mediaTypes } from './media-type.ts';

const layer = { mediaType: mediaTypes.ociLayerGzip, digest: `sha256:${'b'.repeat(64)}`, size: 10 };
const config = { mediaType: mediaTypes.ociConfig, digest: `sha256:${'c'.repeat(64)}`, size: 20 };
const image = { schemaVersion: 2, mediaType: mediaTypes.ociManifest, config, layers: [layer] };
const index = {
  schemaVersion: 2,
  mediaType: mediaTypes.ociIndex,
  manifests: [{ ...layer, mediaType: mediaTypes.ociManifest }],
};

function bytesOf(document: unknown): Buffer {
  return Buffer.from(typeof document === 'string' ? document : JSON.stringify(document));
}

test('a manifest is read and keeps its bytes', () => {
  const bytes = bytesOf({
    ...image,
    annotations: { a: 'b' },
    subject: { ...config, mediaType: mediaTypes.ociManifest },
    artifactType: 'a/b',
  });
  const manifest = parseManifest(bytes, mediaTypes.ociManifest, digestOf(bytes));
  assert.ok(manifest.kind === 'manifest');
  assert.equal(manifest.bytes, bytes);
  assert.equal(manifest.config.digest, config.digest);
  assert.deepEqual(manifest.annotations, { a: 'b' });
  assert.equal(manifest.subject?.digest, config.digest);
  assert.equal(manifest.artifactType, 'a/b');
  assert.deepEqual(descriptorOf(manifest), {
    mediaType: mediaTypes.ociManifest,
    digest: digestOf(bytes),
    size: bytes.length,
  });
  assert.deepEqual(descriptorOf(manifest, { os: 'linux', architecture: 'arm64' }).platform, {
    os: 'linux',
    architecture: 'arm64',
  });
});

test('the four media types are read, and null stands for nothing', () => {
  for (const [type, document] of [
    [mediaTypes.ociManifest, { ...image, annotations: null, subject: null }],
    [mediaTypes.dockerManifest, { ...image, mediaType: mediaTypes.dockerManifest }],
    [mediaTypes.ociIndex, index],
    [mediaTypes.dockerIndex, { ...index, mediaType: mediaTypes.dockerIndex }],
  ] as const) {
    assert.equal(parseManifest(bytesOf(document), type).mediaType, type);
  }
});

test('a manifest without a media type inside is what it was delivered as', () => {
  const { mediaType: _, ...bare } = image;
  assert.equal(parseManifest(bytesOf(bare), mediaTypes.ociManifest).kind, 'manifest');
});

test('a manifest is known by sha512 where it was asked for so', () => {
  const bytes = bytesOf(image);
  assert.equal(
    parseManifest(bytes, mediaTypes.ociManifest, digestOf(bytes, 'sha512')).digest,
    digestOf(bytes, 'sha512'),
  );
});

test('other bytes than promised are a mismatch', () => {
  assert.throws(() => parseManifest(bytesOf(image), mediaTypes.ociManifest, digestOf('x')), {
    code: 'content-mismatch',
  });
});

for (const [why, document, type] of [
  ['delivered as something else', image, mediaTypes.dockerManifest],
  ['an index that is delivered as a manifest', { ...index, mediaType: undefined }, mediaTypes.ociManifest],
  [
    'both an index and a manifest (CVE-2021-41190)',
    { ...index, ...image, mediaType: undefined },
    mediaTypes.ociManifest,
  ],
  ['an index with layers', { ...index, layers: [] }, mediaTypes.ociIndex],
  ['an index with a config', { ...index, config }, mediaTypes.ociIndex],
  [
    'of an unknown type',
    { ...image, mediaType: undefined },
    'application/vnd.docker.distribution.manifest.v1+prettyjws',
  ],
  ['of no type', { ...image, mediaType: undefined }, ''],
  ['of schema 1', { ...image, schemaVersion: 1 }, mediaTypes.ociManifest],
  ['without a config', { ...image, config: undefined }, mediaTypes.ociManifest],
  ['without layers', { ...image, layers: undefined }, mediaTypes.ociManifest],
  ['with a bad digest', { ...image, layers: [{ ...layer, digest: 'sha256:../x' }] }, mediaTypes.ociManifest],
  ['with a negative size', { ...image, layers: [{ ...layer, size: -1 }] }, mediaTypes.ociManifest],
  ['with half a byte', { ...image, layers: [{ ...layer, size: 0.5 }] }, mediaTypes.ociManifest],
  [
    'with a size beyond all counting',
    { ...image, layers: [{ ...layer, size: 1e300 }] },
    mediaTypes.ociManifest,
  ],
  [
    'with a media type that breaks a header',
    { ...image, layers: [{ ...layer, mediaType: 'a/b\r\nx: y' }] },
    mediaTypes.ociManifest,
  ],
  ['with an annotation that is no text', { ...image, annotations: { a: 1 } }, mediaTypes.ociManifest],
  [
    'with too many layers',
    { ...image, layers: Array.from({ length: limits.manifestLayersMax + 1 }, () => layer) },
    mediaTypes.ociManifest,
  ],
  [
    'with too many manifests',
    { ...index, manifests: Array.from({ length: limits.indexDescriptorsMax + 1 }, () => layer) },
    mediaTypes.ociIndex,
  ],
  ['with a key twice', JSON.stringify(image).replace('{', '{"schemaVersion":2,'), mediaTypes.ociManifest],
  ['nested without end', '['.repeat(100_000), mediaTypes.ociManifest],
  ['a list', [], mediaTypes.ociManifest],
  ['null', null, mediaTypes.ociManifest],
  ['empty', '', mediaTypes.ociManifest],
  ['too large', ' '.repeat(limits.manifestBytesMax + 1), mediaTypes.ociManifest],
] as const) {
  test(`a manifest ${why} is refused`, () => {
    assert.throws(() => parseManifest(bytesOf(document), type), { code: 'content-refused' });
  });
}

for (const [what, document, type, key] of [
  ['layers', { ...index, Layers: [layer] }, mediaTypes.ociIndex, 'Layers'],
  ['manifests', { ...image, MANIFESTS: [] }, mediaTypes.ociManifest, 'MANIFESTS'],
  ['its subject', { ...image, Subject: config }, mediaTypes.ociManifest, 'Subject'],
  [
    'a digest beside another',
    { ...image, config: { ...config, Digest: layer.digest } },
    mediaTypes.ociManifest,
    'Digest',
  ],
  ['a size, by the long s', { ...image, layers: [{ ...layer, ſize: 1 }] }, mediaTypes.ociManifest, 'ſize'],
  [
    'a platform',
    { ...index, manifests: [{ ...layer, platform: { os: 'linux', architecture: 'arm64', OS: 'windows' } }] },
    mediaTypes.ociIndex,
    'OS',
  ],
] as const) {
  test(`a manifest with a key that engines take for ${what} is refused, and the key is named`, () => {
    assert.throws(() => parseManifest(bytesOf(document), type), {
      code: 'content-refused',
      message: new RegExp(`engines take its key "${key}" for "`),
    });
  });
}

test('a manifest that is not UTF-8 is refused', () => {
  assert.throws(() => parseManifest(Buffer.from([0x7b, 0xff, 0x7d]), mediaTypes.ociManifest), {
    code: 'content-refused',
  });
});

const fullConfig = {
  os: 'Linux',
  architecture: 'x86_64',
  created: '2026-11-21T00:00:00Z',
  rootfs: { type: 'layers', diff_ids: [layer.digest] },
  history: [{ created_by: 'COPY a /a' }, { created_by: 'ENV A=b', empty_layer: true }, {}],
  config: {
    User: 'ci',
    Env: ['A=b'],
    Entrypoint: ['/bin/sh'],
    Cmd: ['-c'],
    WorkingDir: '/w',
    Labels: { a: 'b' },
    ExposedPorts: { '80/tcp': {} },
    Volumes: { '/v': {} },
    StopSignal: 'SIGINT',
    Healthcheck: { Test: ['CMD', 'true'], Interval: 1e9 },
    OnBuild: ['RUN true'],
    Shell: ['/bin/bash', '-c'],
  },
};

test('a config is read with the names of Go made one', () => {
  const bytes = bytesOf(fullConfig);
  assert.deepEqual(parseImageConfig(bytes, digestOf(bytes)), {
    platform: { os: 'linux', architecture: 'amd64' },
    diffIds: [parseDigest(layer.digest)],
    created: '2026-11-21T00:00:00Z',
    user: 'ci',
    env: ['A=b'],
    entrypoint: ['/bin/sh'],
    cmd: ['-c'],
    workdir: '/w',
    labels: { a: 'b' },
    exposedPorts: ['80/tcp'],
    volumes: ['/v'],
    stopSignal: 'SIGINT',
    healthcheck: '{"Interval":1000000000,"Test":["CMD","true"]}',
    onBuild: ['RUN true'],
    shell: ['/bin/bash', '-c'],
    history: ['COPY a /a', undefined],
  });
});

for (const [what, document, message] of [
  [
    'beside another',
    { ...fullConfig, config: { ...fullConfig.config, env: ['A=c'] } },
    /config: engines take its key "env" for "Env"$/,
  ],
  ['alone', { ...fullConfig, config: { CMD: ['x'] } }, /config: engines take its key "CMD" for "Cmd"$/],
  [
    'at its top',
    { ...fullConfig, RootFS: { type: 'layers' } },
    /: engines take its key "RootFS" for "rootfs"$/,
  ],
  [
    'below it',
    { ...fullConfig, rootfs: { type: 'layers', diff_ids: [], Diff_IDs: [layer.digest] } },
    /rootfs: engines take its key "Diff_IDs" for "diff_ids"$/,
  ],
] as const) {
  test(`a config with a key that engines take for a field, ${what}, is refused, and the key is named`, () => {
    const bytes = bytesOf(document);
    assert.throws(() => parseImageConfig(bytes, digestOf(bytes)), { code: 'content-refused', message });
  });
}

test('labels, ports and volumes may differ in letter case alone', () => {
  const bytes = bytesOf({
    ...fullConfig,
    config: { Labels: { a: '1', A: '2' }, Volumes: { '/v': {}, '/V': {} } },
  });
  const { labels, volumes } = parseImageConfig(bytes, digestOf(bytes));
  assert.deepEqual([labels, volumes], [{ a: '1', A: '2' }, ['/v', '/V']]);
});

test('a config that leaves all out, or says null, has none of it', () => {
  for (const inner of [
    undefined,
    null,
    {
      User: null,
      Env: null,
      Entrypoint: null,
      Cmd: null,
      Labels: null,
      Volumes: null,
      ExposedPorts: null,
      WorkingDir: null,
    },
  ]) {
    const bytes = bytesOf({
      os: 'linux',
      architecture: 'arm64',
      variant: 'v8',
      rootfs: { type: 'layers', diff_ids: null },
      config: inner,
    });
    const read = parseImageConfig(bytes, digestOf(bytes));
    assert.deepEqual(
      [read.platform, read.diffIds, read.env, read.user],
      [{ os: 'linux', architecture: 'arm64' }, [], [], ''],
    );
  }
});

test('a config of other bytes, without a platform, or without layers is refused', () => {
  assert.throws(() => parseImageConfig(bytesOf(fullConfig), digestOf('x')), { code: 'content-mismatch' });
  for (const document of [
    { ...fullConfig, os: undefined },
    { ...fullConfig, rootfs: undefined },
    { ...fullConfig, rootfs: { type: 'other' } },
    '{}',
    '[]',
  ]) {
    const bytes = bytesOf(document);
    assert.throws(() => parseImageConfig(bytes, digestOf(bytes)), { code: 'content-refused' });
  }
  const large = Buffer.alloc(limits.imageConfigBytesMax + 1, 0x20);
  assert.throws(() => parseImageConfig(large, digestOf('x')), { code: 'content-refused' });
});

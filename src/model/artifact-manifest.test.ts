import assert from 'node:assert/strict';
import { test } from 'node:test';
import { artifactManifest, descriptorJson, emptyConfigDescriptor } from './artifact-manifest.ts';
import { descriptorSchema, type Descriptor } from './descriptor.ts';
import { parseDigest } from './digest.ts';

const subject: Descriptor = {
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  digest: parseDigest(`sha256:${'a'.repeat(64)}`),
  size: 5,
  annotations: { 'not.copied': 'x' },
  platform: { os: 'linux', architecture: 'amd64' },
};
const content = {
  subject,
  artifactType: 'application/vnd.example',
  layers: [],
  annotations: { b: '2', a: '1' },
};

test('an artifact is written in one way, whatever the order of its annotations', () => {
  const { bytes } = artifactManifest(content);
  assert.equal(
    Buffer.from(bytes).toString(),
    '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","artifactType":"application/vnd.example",' +
      '"config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2},' +
      '"layers":[{"mediaType":"application/vnd.oci.empty.v1+json","digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2}],' +
      `"subject":{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"${subject.digest}","size":5},"annotations":{"a":"1","b":"2"}}`,
  );
  assert.equal(
    artifactManifest({ ...content, annotations: { a: '1', b: '2' } }).digest,
    artifactManifest(content).digest,
  );
});

test('an artifact that would be larger than a manifest may be is refused', () => {
  const layers = Array.from({ length: 501 }, () => emptyConfigDescriptor);
  assert.throws(() => artifactManifest({ ...content, layers }), { code: 'content-refused' });
});

test('a descriptor is written with all that it says, and reads back', () => {
  const full: Descriptor = { ...subject, artifactType: 'a/b' };
  assert.deepEqual(descriptorSchema.parse(descriptorJson(full)), full);
  assert.deepEqual(Object.keys(descriptorJson({ mediaType: 'a/b', digest: subject.digest, size: 1 })), [
    'mediaType',
    'digest',
    'size',
  ]);
});

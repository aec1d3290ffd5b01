import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleImage, sampleIndex } from '../../../test/support/sample-images.ts';
import { parseManifest } from '../../model/manifest.ts';
import { mediaTypes } from '../../model/media-type.ts';
import { childrenOf, parseSelector } from './selector.ts';

test('digests and tags are told apart, everything else is refused', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  assert.deepEqual(parseSelector(digest), { kind: 'digest', digest });
  assert.deepEqual(parseSelector('v1.0_x-Y'), { kind: 'tag', tag: 'v1.0_x-Y' });
  for (const bad of ['', 'sha256:abc', '../x', 'a/b', '-x', '.x', 'a'.repeat(129), 'a\n'])
    assert.throws(() => parseSelector(bad), { code: 'reference-invalid' }, bad);
});

test('an image needs config and layers, but not those that lie elsewhere by licence', () => {
  const { manifest, config, layers } = sampleImage();
  assert.deepEqual(childrenOf(manifest), {
    manifests: [],
    blobs: [config.descriptor, ...layers.map(({ descriptor }) => descriptor)],
  });
  const text = Buffer.from(manifest.bytes)
    .toString()
    .replace(mediaTypes.ociLayerGzip, mediaTypes.dockerForeignLayerGzip);
  assert.deepEqual(childrenOf(parseManifest(Buffer.from(text), manifest.mediaType)).blobs, [
    config.descriptor,
  ]);
});

test('an index needs its manifests', () => {
  const image = sampleImage();
  assert.deepEqual(
    childrenOf(sampleIndex([image])).manifests.map(({ digest }) => digest),
    [image.manifest.digest],
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleArtifact, sampleImage, sampleIndex } from '../../../test/support/sample-images.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import { tagOf } from '../../model/layout-entry.ts';
import { descriptorOf, parseManifest } from '../../model/manifest.ts';
import { mediaTypes } from '../../model/media-type.ts';
import { formatLayoutIndex, withManifest } from './layout-index.ts';

const [first, second] = [sampleImage().manifest, sampleImage().manifest];

function shape(entries: readonly Descriptor[]): readonly (readonly [string, string | undefined])[] {
  return entries.map((entry) => [entry.digest, tagOf(entry)]);
}

test('a tagged image stands under a name that Docker and containerd show', () => {
  const [entry] = withManifest([], first, { tag: 'v1' });
  assert.deepEqual(entry, {
    ...descriptorOf(first),
    annotations: {
      'org.opencontainers.image.ref.name': 'v1',
      'io.containerd.image.name': 'localhost/lockkeeper:v1',
    },
  });
});

test('an image that has a name of its own keeps it there', () => {
  const [entry] = withManifest([], first, { tag: 'v1', imageName: 'docker.io/team/ci:1.2' });
  assert.equal(entry?.annotations?.['io.containerd.image.name'], 'docker.io/team/ci:1.2');
  assert.equal(entry?.annotations?.['org.opencontainers.image.ref.name'], 'v1');
});

test('an image without a tag is listed once', () => {
  const once = withManifest([], first, { tag: undefined });
  assert.deepEqual(shape(once), [[first.digest, undefined]]);
  assert.deepEqual(withManifest(once, first, { tag: undefined }), once);
});

test('a tag takes over the entry without a name', () => {
  assert.deepEqual(shape(withManifest(withManifest([], first, { tag: undefined }), first, { tag: 'v1' })), [
    [first.digest, 'v1'],
  ]);
});

test('a tag that moves leaves the old image without a name', () => {
  assert.deepEqual(shape(withManifest(withManifest([], first, { tag: 'v1' }), second, { tag: 'v1' })), [
    [first.digest, undefined],
    [second.digest, 'v1'],
  ]);
});

test('a tag that moves away from an image with another tag leaves that one only', () => {
  const both = withManifest(withManifest([], first, { tag: 'v1' }), first, { tag: 'v2' });
  assert.deepEqual(shape(both), [
    [first.digest, 'v1'],
    [first.digest, 'v2'],
  ]);
  assert.deepEqual(shape(withManifest(both, second, { tag: 'v1' })), [
    [first.digest, 'v2'],
    [second.digest, 'v1'],
  ]);
});

test('annotations of others survive when a tag moves on', () => {
  const strange: Descriptor = {
    ...descriptorOf(first),
    annotations: { 'org.opencontainers.image.ref.name': 'v1', 'com.example': 'x' },
  };
  assert.deepEqual(withManifest([strange], second, { tag: 'v1' })[0]?.annotations, { 'com.example': 'x' });
});

test('the manifests of an index need no entry of their own, unless they have a name', () => {
  const index = sampleIndex([{ manifest: first }, { manifest: second }]);
  const before = withManifest(withManifest([], first, { tag: undefined }), second, { tag: 'single' });
  assert.deepEqual(shape(withManifest(before, index, { tag: 'multi' })), [
    [second.digest, 'single'],
    [index.digest, 'multi'],
  ]);
});

test('an artifact is listed with its type', () => {
  const artifact = sampleArtifact(descriptorOf(first)).manifest;
  assert.equal(withManifest([], artifact, { tag: undefined })[0]?.artifactType, mediaTypes.verdict);
});

test('what is written is an OCI index with the same entries', () => {
  const entries = withManifest(withManifest([], first, { tag: 'v1' }), second, { tag: undefined });
  const read = parseManifest(formatLayoutIndex(entries), mediaTypes.ociIndex);
  assert.ok(read.kind === 'index');
  assert.deepEqual(read.manifests, entries);
});

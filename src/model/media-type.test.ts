import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  acceptedManifests,
  isForeignLayerType,
  isIndexType,
  isManifestType,
  mediaTypes,
} from './media-type.ts';

test('what is accepted is either an index or a manifest', () => {
  for (const type of acceptedManifests) assert.notEqual(isIndexType(type), isManifestType(type), type);
});

test('config and layers are neither', () => {
  for (const type of [mediaTypes.ociConfig, mediaTypes.ociLayer, mediaTypes.verdict])
    assert.equal(isIndexType(type) || isManifestType(type), false);
});

test('layers that lie elsewhere by licence are known by their type', () => {
  const foreign = Object.values(mediaTypes).filter(isForeignLayerType);
  assert.deepEqual(foreign, [mediaTypes.dockerForeignLayerGzip]);
  assert.equal(isForeignLayerType('application/vnd.oci.image.layer.nondistributable.v1.tar+zstd'), true);
});

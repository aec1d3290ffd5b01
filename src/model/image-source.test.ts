import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatImageSource, parseImageSource, parseWantedImage } from './image-source.ts';

const hex = 'a'.repeat(64);

for (const [written, spelled] of [
  ['debian:12', 'docker.io/library/debian:12'],
  ['docker://r.test/team/ci', 'r.test/team/ci'],
  // An image of Docker Hub, and none of an engine's: that is why the transports have skopeo's names.
  ['docker:dind', 'docker.io/library/docker:dind'],
  ['docker-daemon:team/ci:local', 'docker-daemon:team/ci:local'],
  [`docker-daemon:sha256:${hex}`, `docker-daemon:sha256:${hex}`],
  ['containers-storage:ci', 'containers-storage:ci'],
  ['oci:out/bundle', 'oci:out/bundle'],
  ['oci:out/bundle:v1', 'oci:out/bundle:v1'],
  ['oci-archive:ci.tar:v1', 'oci:ci.tar:v1'],
  ['oci:/a:b/c', 'oci:/a:b/c'],
] as const) {
  test(`${written} is read`, () => assert.equal(formatImageSource(parseImageSource(written)), spelled));
}

for (const written of [
  'docker-daemon:--all',
  'docker-daemon:',
  'oci:',
  'oci-archive::v1',
  'a b',
  'docker://',
])
  test(`${JSON.stringify(written)} is refused`, () =>
    assert.throws(() => parseImageSource(written), { name: 'Failure' }));

test('an image gets a name of its own in front of an equals sign', () => {
  assert.equal(parseWantedImage('tools=oci:a=b:v1').name, 'tools');
  assert.deepEqual(parseWantedImage('tools=oci:a=b:v1').source, { kind: 'layout', path: 'a=b', tag: 'v1' });
  assert.equal(parseWantedImage('oci:a=b:v1').name, undefined);
  assert.throws(() => parseWantedImage('.x=debian'), { code: 'usage' });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { descriptorSchema } from './descriptor.ts';

const descriptor = { mediaType: 'application/x+json', digest: `sha256:${'a'.repeat(64)}`, size: 3 };

test('a descriptor keeps what we know and leaves out the rest', () => {
  const platform = { os: 'linux', architecture: 'arm', variant: 'v7' };
  const full = { ...descriptor, platform, artifactType: 'a/b', annotations: { a: 'b' } };
  assert.deepEqual(descriptorSchema.parse({ ...full, urls: ['https://evil.test'], data: 'e30=' }), full);
});

for (const bad of [
  { ...descriptor, mediaType: 'text' },
  { ...descriptor, mediaType: 'a/b; charset=x' },
  { ...descriptor, digest: 'sha256:x' },
  { ...descriptor, size: '3' },
  { ...descriptor, platform: { os: 'linux' } },
  { ...descriptor, annotations: ['a'] },
]) {
  test(`${JSON.stringify(bad)} is no descriptor`, () => {
    assert.equal(descriptorSchema.safeParse(bad).success, false);
  });
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertLinear } from '../../test/support/cpu-time.ts';
import * as fc from 'fast-check';
import { Failure } from '../base/failure.ts';
import { formatReference, isTag, parseReference, pinReference, tagOrDigest } from './reference.ts';
import { parseDigest } from './digest.ts';

const digest = parseDigest(`sha256:${'a'.repeat(64)}`);

for (const [written, spelled] of [
  ['debian', 'docker.io/library/debian'],
  ['debian:12', 'docker.io/library/debian:12'],
  ['node/alpine', 'docker.io/node/alpine'],
  ['docker.io/debian', 'docker.io/library/debian'],
  ['Docker.IO/debian', 'docker.io/library/debian'],
  ['index.docker.io/debian', 'docker.io/library/debian'],
  ['docker.io/library/debian', 'docker.io/library/debian'],
  ['ghcr.io/team/ci:v1', 'ghcr.io/team/ci:v1'],
  ['GHCR.io/team/ci:V1', 'ghcr.io/team/ci:V1'],
  ['localhost/x', 'localhost/x'],
  ['localhost:5000/x:1', 'localhost:5000/x:1'],
  ['registry:5000/x', 'registry:5000/x'],
  ['127.0.0.1:5000/x', '127.0.0.1:5000/x'],
  ['[::1]:5000/x', '[::1]:5000/x'],
  ['a.b/c__d/e.f/g-h--i', 'a.b/c__d/e.f/g-h--i'],
  [`debian@${digest}`, `docker.io/library/debian@${digest}`],
  [`debian:12@${digest}`, `docker.io/library/debian:12@${digest}`],
  ['foo/bar', 'docker.io/foo/bar'],
] as const) {
  test(`${written} is ${spelled}`, () => {
    const reference = parseReference(written);
    assert.equal(formatReference(reference), spelled);
    assert.equal(reference.written, written);
    assert.equal(formatReference(parseReference(spelled)), spelled);
  });
}

for (const written of [
  '',
  ':tag',
  'Debian',
  'a b',
  'a//b',
  '/a',
  'a/',
  'a..b',
  '-a',
  'a/-b',
  'a:',
  'a:-x',
  `a:${'x'.repeat(129)}`,
  'a@sha256:abc',
  'a@',
  'ghcr.io/',
  'ghcr.io/Team/ci',
  'host:99999/x',
  'host:/x',
  'a/../b',
  'a\n',
  'https://ghcr.io/a',
  'user@host/a',
  `r.io/${'a/'.repeat(130)}a`,
  'a'.repeat(700),
]) {
  test(`${JSON.stringify(written.slice(0, 30))} (${written.length}) is not an image name`, () => {
    assert.throws(
      () => parseReference(written),
      (error) =>
        error instanceof Failure && (error.code === 'reference-invalid' || error.code === 'digest-invalid'),
    );
  });
}

test('a pinned name keeps its tag and says its digest', () => {
  const pinned = pinReference(parseReference('debian:12'), digest);
  assert.equal(pinned.written, `docker.io/library/debian:12@${digest}`);
  assert.deepEqual(parseReference(pinned.written), pinned);
});

test('a registry is asked for the digest, else the tag, else latest', () => {
  assert.equal(tagOrDigest(parseReference(`a:1@${digest}`)), digest);
  assert.equal(tagOrDigest(parseReference('a:1')), '1');
  assert.equal(tagOrDigest(parseReference('a')), 'latest');
  assert.deepEqual(['v1', 'a/b', ''].map(isTag), [true, false, false]);
});

test('whatever is read is written as something that reads the same', () => {
  fc.assert(
    fc.property(
      fc.string({
        unit: fc.constantFrom('a', 'b', '0', '.', ':', '/', '-', '_', '@', 'A', '['),
        maxLength: 30,
      }),
      (written) => {
        try {
          const spelled = formatReference(parseReference(written));
          assert.equal(formatReference(parseReference(spelled)), spelled);
        } catch (error) {
          assert.ok(error instanceof Failure, String(error));
        }
      },
    ),
    { numRuns: 2000 },
  );
});

test('hostile names take no time', () => {
  assertLinear(() => {
    for (const unit of ['a.', 'a-', 'a_', '-', '.', 'a/', ':']) {
      assert.throws(() => parseReference(`${unit.repeat(290)}!`), { code: 'reference-invalid' });
    }
  });
});

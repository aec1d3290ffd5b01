import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareBuilds, readBuildLabels, type BuildLabels } from './build-labels.ts';

interface Made {
  readonly buildpacks: Readonly<Record<string, string>>;
  readonly run: string;
  readonly top: string;
  readonly python?: string;
}

function labels({ buildpacks, run, top, python }: Made): Readonly<Record<string, string>> {
  const layers = {
    python: { sha: 'x', data: { python_version: python, arch: 'amd64', deep: { version: 1 } } },
  };
  return {
    'io.buildpacks.build.metadata': JSON.stringify({
      buildpacks: Object.entries(buildpacks).map(([id, version]) => ({ id, version })),
    }),
    'io.buildpacks.lifecycle.metadata': JSON.stringify({
      runImage: { image: run, topLayer: top },
      buildpacks: [{ key: 'heroku/python', version: '1', layers: python === undefined ? {} : layers }],
    }),
  };
}

function read(made: Made): BuildLabels {
  const found = readBuildLabels(labels(made));
  assert.ok(found !== undefined);
  return found;
}

const deployed = { buildpacks: { 'heroku/python': '0.8.0', 'fagiani/apt': '0.2' }, run: 'run:24', top: 'a' };

test('two images made alike do not differ', () => {
  assert.deepEqual(
    compareBuilds(read({ ...deployed, python: '3.12' }), read({ ...deployed, python: '3.12' })),
    [],
  );
});

test('buildpacks, run image and what was resolved are told where they differ', () => {
  const candidate = { buildpacks: { 'heroku/python': '2.7.0', 'acme/extra': '1' }, run: 'run:26', top: 'b' };
  assert.deepEqual(
    compareBuilds(read({ ...deployed, python: '3.12.3' }), read({ ...candidate, python: '3.14.0' })),
    [
      'heroku/python was 0.8.0 in the deployed image, and is 2.7.0 here',
      'fagiani/apt 0.2 took part in the deployed image, and not here',
      'acme/extra 1 took part here, and not in the deployed image',
      'the deployed image runs on run:24, this one on run:26',
      'heroku/python python: python_version was 3.12.3, and is 3.14.0 here',
    ],
  );
  assert.deepEqual(compareBuilds(read(deployed), read({ ...deployed, top: 'b' })), [
    'the run image has moved since the deployed image was made',
  ]);
});

test('an image that no buildpacks made has no such labels, and labels that are no JSON tell nothing', () => {
  assert.equal(readBuildLabels({ maintainer: 'x' }), undefined);
  assert.equal(readBuildLabels({ 'io.buildpacks.build.metadata': '{' }), undefined);
  const odd = readBuildLabels({
    'io.buildpacks.build.metadata': '{"buildpacks":[{"id":1},7,{"id":"a\\u001b[31m","version":"1"}]}',
    'io.buildpacks.lifecycle.metadata': '{"buildpacks":{"layers":[]},"stack":{"runImage":{"image":"old"}}}',
  });
  assert.equal(odd?.buildpacks.length, 1);
  assert.doesNotMatch(odd.buildpacks[0]?.id ?? '', /\u001b/);
  assert.equal(odd.runImage, 'old');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scanFiles } from '../../../test/support/memory-tree.ts';
import { scan } from './scan.ts';

test('Dockerfiles, CI files and toolchains come together; folders of others are left out', async () => {
  const survey = await scanFiles({
    '.circleci/config.yml':
      'jobs: {b: {docker: [{image: docker}], steps: [{run: docker build -t team/x -f ~/project/ci/Dockerfile ~/project}]}}',
    'ci/Dockerfile': 'FROM debian:12\n',
    'node_modules/x/Dockerfile': 'FROM evil\n',
    'package.json': '{"scripts":{"test":"node --test"}}',
  });
  assert.deepEqual(
    survey.mentions.map(({ place, text }) => [place.file, text]),
    [
      ['.circleci/config.yml', 'docker'],
      ['ci/Dockerfile', 'debian:12'],
    ],
  );
  assert.deepEqual(
    survey.recipes.map(({ names, dockerfile, context }) => [names, dockerfile, context]),
    [[['team/x'], 'ci/Dockerfile', '.']],
  );
  assert.deepEqual(
    survey.toolchains.map(({ name }) => name),
    ['node-test'],
  );
  assert.deepEqual(survey.notRead, []);
});

test('files that cannot be read are listed and stop nothing', async () => {
  const survey = await scanFiles({
    Dockerfile: { refused: 'it is a link, and links are not followed' },
    'a/Dockerfile': Buffer.from([0xff, 0xfe]),
    'b/Dockerfile': Buffer.alloc(17 << 20, 'x'),
    '.gitlab-ci.yml': 'image: debian:12\nb: [\n',
    'c/Dockerfile': 'FROM alpine\n',
  });
  assert.deepEqual(survey.notRead, [
    {
      file: '.gitlab-ci.yml',
      why: 'line 3: flow sequence in block collection must be sufficiently indented and end with a ]',
    },
    { file: 'Dockerfile', why: 'it is a link, and links are not followed' },
    { file: 'a/Dockerfile', why: 'it is UTF-16, in which no mention is looked for' },
    { file: 'b/Dockerfile', why: 'it is larger than 16777216 bytes' },
  ]);
  assert.deepEqual(
    survey.mentions.map(({ text }) => text),
    ['debian:12', 'alpine'],
  );
});

const layoutVersion = '{"imageLayoutVersion":"1.0.0"}';

test('what an OCI layout consists of is not looked at, since to edit it would make it wrong, and it is told', async () => {
  const index = '{"manifests":[{"annotations":{"io.containerd.image.name":"ghcr.io/team/ci:1"}}]}';
  const survey = await scanFiles(
    {
      'a/bundle/oci-layout': layoutVersion,
      'a/bundle/index.json': index,
      'a/bundle/lockkeeper.json': index,
      'a/bundle/blobs/sha256/b.json': index,
      'a/other/index.json': index,
    },
    [],
  );
  assert.deepEqual(
    survey.mentions.map(({ place }) => place.file),
    ['a/other/index.json'],
  );
  assert.deepEqual(
    survey.notRead.map(({ file }) => file),
    ['a/bundle/'],
  );
});

test('an OCI layout hides nothing that does not belong to it', async () => {
  const files = {
    '.github/workflows/ci.yml': 'jobs: {a: {container: "node:22", steps: []}}\n',
    '.github/blobs/sha256/below/Dockerfile': 'FROM node:22\n',
    '.github/blobs/Dockerfile': 'FROM node:22\n',
    '.github/Dockerfile': 'FROM node:22\n',
  };
  const survey = await scanFiles({ '.github/oci-layout': layoutVersion, ...files });
  assert.deepEqual(
    survey.mentions.map(({ place }) => place.file),
    Object.keys(files).toSorted(),
  );
});

for (const marker of ['', '{}', 'imageLayoutVersion', '{"imageLayoutVersion":1}', ' '.repeat(1 << 20)])
  test(`a file that is called oci-layout and holds ${marker.length} bytes other than a version hides nothing`, async () => {
    const { mentions, notRead } = await scanFiles({
      'ci/oci-layout': marker,
      'ci/index.json': '{"manifests":[{"annotations":{"io.containerd.image.name":"ghcr.io/team/ci:1"}}]}',
    });
    assert.deepEqual([mentions.length, notRead], [1, []]);
  });

test('a folder that is closed to us is told as not read', async () => {
  const survey = await scan(
    { list: () => Promise.resolve(['closed/']), read: () => Promise.resolve() },
    { survey: false, patterns: [] },
  );
  assert.deepEqual(survey.notRead, [
    { file: 'closed/', why: 'the operating system denies access to this folder' },
  ]);
});

test('a recipe whose Dockerfile is not in the repository is left out', async () => {
  const survey = await scanFiles({
    '.gitlab-ci.yml': 'a: {image: docker, script: docker build -t x other}\n',
  });
  assert.deepEqual(survey.recipes, []);
});

test('lockkeeper.yaml names images by tags that move: none of them is a mention', async () => {
  const text = 'version: 1\nholds:\n  - image: node:22\n';
  const { mentions } = await scanFiles({
    'lockkeeper.yaml': text,
    'below/lockkeeper.yaml': text,
    'ci.yaml': 'image: node:22\n',
  });
  assert.deepEqual(
    mentions.map(({ place }) => place.file),
    ['ci.yaml'],
  );
});

test('a pattern of a person is found whatever letters stand before its hole', async () => {
  const patterns = [{ files: '**/*.conf', before: 'größe-bild=', after: '' }];
  const { mentions } = await scanFiles({ 'a.conf': '# ä\ngröße-bild=nginx:1.25\n' }, patterns);
  assert.deepEqual(
    mentions.map(({ text }) => text),
    ['nginx:1.25'],
  );
});

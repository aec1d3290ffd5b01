import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scanFiles } from '../../../../test/support/memory-tree.ts';

const text = `image: golang:1.22
variables: { REGISTRY: registry.example.org/team, FULL: { value: "x", description: "y" } }
default: { before_script: [go version] }
.base:
  image: { name: "$REGISTRY/ci:latest", entrypoint: [""] }
  services: [redis:7]
  variables: { LEVEL: "1" }
unit:
  extends: [.base]
  variables: { LEVEL: "2" }
  script:
    - go test ./...
    - [echo done, !reference [.base, script]]
lint:
  before_script: []
  script: go vet
circle: { extends: circle, script: x, image: alpine }
build:
  image: docker:27
  script:
    - docker build -t $REGISTRY/ci:latest -f build/Dockerfile .
`;

const { mentions, jobs, recipes, notRead } = await scanFiles({
  '.gitlab-ci.yml': text,
  'build/Dockerfile': '',
});

test('images and services are mentions once each, with variables filled in', () => {
  assert.deepEqual(
    mentions.map(({ syntax, meaning }) => [
      syntax,
      meaning.kind === 'image'
        ? meaning.reference.written
        : meaning.kind === 'vm'
          ? `machine ${meaning.name}`
          : meaning.why,
    ]),
    [
      ['gitlab-ci', 'golang:1.22'],
      ['gitlab-ci', 'registry.example.org/team/ci:latest'],
      ['gitlab-ci', 'redis:7'],
      ['gitlab-ci', 'alpine'],
      ['gitlab-ci', 'docker:27'],
    ],
  );
  assert.deepEqual(notRead, []);
});

test('jobs inherit from what they extend, from the defaults and from the top', () => {
  assert.deepEqual(
    jobs.map(({ name, image, scripts, env }) => [name, image.text, scripts, env['LEVEL']]),
    [
      ['unit', '$REGISTRY/ci:latest', ['go version', 'go test ./...', 'echo done', '.base', 'script'], '2'],
      ['lint', 'golang:1.22', ['go vet'], undefined],
      ['circle', 'alpine', ['go version', 'x'], undefined],
      [
        'build',
        'docker:27',
        ['go version', 'docker build -t $REGISTRY/ci:latest -f build/Dockerfile .'],
        undefined,
      ],
    ],
  );
});

test('build commands are recipes', () => {
  assert.deepEqual(
    recipes.map(({ names, dockerfile, line }) => [names, dockerfile, line]),
    [[['registry.example.org/team/ci:latest'], 'build/Dockerfile', 18]],
  );
});

test('a chain of templates that never ends is followed a few steps', async () => {
  const chain = Array.from(
    { length: 300 },
    (_, index) => `.t${index}: { extends: .t${index + 1}, image: "x:${index}" }`,
  );
  const found = await scanFiles({
    '.gitlab-ci.yml': `${chain.join('\n')}\na: { extends: .t0, script: x }\n`,
  });
  assert.deepEqual(
    found.jobs.map(({ image }) => image.text),
    ['x:0'],
  );
});

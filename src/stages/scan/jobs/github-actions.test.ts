import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scanFiles } from '../../../../test/support/memory-tree.ts';

const text = `on: push
env: { REGISTRY: ghcr.io/team }
jobs:
  unit:
    runs-on: ubuntu-latest
    container: { image: "\${{ env.REGISTRY }}/ci:latest", env: { CI_IMAGE: yes } }
    services: { db: { image: "postgres:16" } }
    env: { LEVEL: 3 }
    steps:
      - uses: actions/checkout@v4
      - run: npm ci
      - run: |
          npm test
  matrix:
    runs-on: ubuntu-latest
    container: node:\${{ matrix.node }}
    steps: [{ run: npm test }]
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/build-push-action@v6
        with:
          file: docker/ci.Dockerfile
          tags: |
            \${{ env.REGISTRY }}/ci:latest
            \${{ steps.meta.outputs.tags }}
          build-args: |
            NODE=20
            EMPTY=
          target: test
      - run: docker build -t "$REGISTRY/other:1" other
`;

const { mentions, notRead, jobs, recipes } = await scanFiles({
  '.github/workflows/ci.yml': text,
  'docker/ci.Dockerfile': '',
  'other/Dockerfile': '',
});

test('containers and services are mentions, with environment filled in and a matrix left open', () => {
  assert.deepEqual(notRead, []);
  assert.deepEqual(
    mentions.map(({ syntax, text: written, meaning }) => [
      syntax,
      written,
      meaning.kind === 'image'
        ? meaning.reference.written
        : meaning.kind === 'vm'
          ? `machine ${meaning.name}`
          : meaning.why,
    ]),
    [
      ['github-actions', 'ubuntu-latest', 'machine ubuntu-latest'],
      ['github-actions', '${{ env.REGISTRY }}/ci:latest', 'ghcr.io/team/ci:latest'],
      ['github-actions', 'postgres:16', 'postgres:16'],
      ['github-actions', 'ubuntu-latest', 'machine ubuntu-latest'],
      [
        'github-actions',
        'node:${{ matrix.node }}',
        'the matrix of this job sets no node that can be read here',
      ],
      ['github-actions', 'ubuntu-latest', 'machine ubuntu-latest'],
    ],
  );
});

test('jobs that run in an image bring their scripts and literal variables', () => {
  assert.deepEqual(
    jobs.map(({ name, line, scripts, env }) => ({ name, line, scripts, env })),
    [
      {
        name: 'unit',
        line: 4,
        scripts: ['npm ci', 'npm test\n'],
        env: { REGISTRY: 'ghcr.io/team', LEVEL: '3', CI_IMAGE: 'yes' },
      },
      { name: 'matrix', line: 14, scripts: ['npm test'], env: { REGISTRY: 'ghcr.io/team' } },
    ],
  );
});

test('build actions and build commands are recipes', () => {
  assert.deepEqual(
    recipes.map(({ names, dockerfile, context, args, target }) => ({
      names,
      dockerfile,
      context,
      args,
      target,
    })),
    [
      {
        names: ['ghcr.io/team/ci:latest', '${{ steps.meta.outputs.tags }}'],
        dockerfile: 'docker/ci.Dockerfile',
        context: '.',
        args: { NODE: '20', EMPTY: '' },
        target: 'test',
      },
      {
        names: ['ghcr.io/team/other:1'],
        dockerfile: 'other/Dockerfile',
        context: 'other',
        args: {},
        target: undefined,
      },
    ],
  );
});

test('a workflow that is broken or of another shape is told, and read as far as it goes', async () => {
  const broken = await scanFiles({
    '.github/workflows/ci.yml': 'jobs:\n  a:\n    container: debian:12\n  b: [\n',
  });
  assert.deepEqual([broken.mentions.length, broken.notRead.length], [1, 1]);
  for (const odd of [
    '',
    '- a',
    'jobs: 3',
    'jobs: [a]',
    'jobs: {a: null}',
    'jobs: {a: {container: [x], steps: {run: x}}}',
    'jobs: {a: {services: [x], container: ""}}',
  ]) {
    assert.deepEqual((await scanFiles({ '.github/workflows/ci.yml': odd })).jobs, [], odd);
  }
});

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { assertGolden } from '../../test/support/golden.ts';
import { DiskConfigFiles } from '../adapters/config-file/disk.ts';
import { diskTrees } from '../adapters/worktree/trees.ts';
import { isFailure } from '../base/failure.ts';
import { readConfig } from '../model/config.ts';
import { placeholdersOf } from '../model/config-placeholder.ts';
import type { Config } from '../model/definition.ts';
import { formatReference } from '../model/reference.ts';
import { initConfig, type Initiation } from './init.ts';
import { loadConfig } from './load-config.ts';

type Files = Readonly<Record<string, string>>;

/** One Dockerfile for several images, a template job that builds them, tests behind a script that needs tox. */
const circleciPython: Files = {
  '.circleci/config.yml': `version: 2.1
dockerhub-auth-template: &DOCKERHUB_AUTH
  - auth: { username: $DOCKERHUB_USERNAME, password: $DOCKERHUB_PASSWORD }
jobs:
  debian-11: &DEBIAN
    docker:
      - <<: *DOCKERHUB_AUTH
        image: "fileteamci/debian:11-py3.9"
        user: nobody
    environment: &ENVIRONMENT
      LANG: en_US.UTF-8
      TOX_ENVIRONMENT: py39
      COVERALLS_REPO_TOKEN: JPf16rLB7T2
    working_directory: /tmp/project
    steps:
      - checkout
      - run: &SETUP { name: set up, command: '/tmp/project/.circleci/setup-virtualenv.sh "\${TOX_ENVIRONMENT}"' }
      - run:
          name: tests
          command: |
            /tmp/project/.circleci/run-tests.sh \\
                "\${TOX_ENVIRONMENT}"
      - run: codecov --upload
  c-locale:
    <<: *DEBIAN
    environment: { <<: *ENVIRONMENT, LANG: C }
  ubuntu-22-04:
    <<: *DEBIAN
    docker:
      - <<: *DOCKERHUB_AUTH
        image: "fileteamci/ubuntu:22.04-py3.10"
    environment: { <<: *ENVIRONMENT, TOX_ENVIRONMENT: py310 }
  lint:
    docker: [{ image: "cimg/python:3.9" }]
    steps: [checkout, { run: tox -e lint }]
  build-image: &BUILD_IMAGE
    docker: [{ image: "cimg/base:2022.09" }]
    environment: { DISTRO: base, TAG: "1", PYTHON_VERSION: "1" }
    steps:
      - checkout
      - run:
          command: |
            docker build \\
                --build-arg TAG=\${TAG} \\
                --build-arg PYTHON_VERSION=\${PYTHON_VERSION} \\
                -t fileteamci/\${DISTRO}:\${TAG}-py\${PYTHON_VERSION} \\
                -f ~/project/.circleci/Dockerfile.\${DISTRO} \\
                ~/project/
      - run: docker push fileteamci/\${DISTRO}:\${TAG}-py\${PYTHON_VERSION}
  build-image-debian-11:
    <<: *BUILD_IMAGE
    environment: { DISTRO: debian, TAG: "11", PYTHON_VERSION: "3.9" }
  build-image-ubuntu-22-04:
    <<: *BUILD_IMAGE
    environment: { DISTRO: ubuntu, TAG: "22.04", PYTHON_VERSION: "3.10" }
  build-image-fedora-35:
    <<: *BUILD_IMAGE
    environment: { DISTRO: fedora, TAG: "35", PYTHON_VERSION: "3" }
`,
  '.circleci/Dockerfile.debian': 'ARG TAG\nFROM debian:${TAG}\nARG PYTHON_VERSION\nRUN true\n',
  '.circleci/Dockerfile.ubuntu': 'ARG TAG\nFROM ubuntu:${TAG}\nARG PYTHON_VERSION\n',
  '.circleci/Dockerfile.fedora': 'ARG TAG\nFROM fedora:${TAG}\nARG PYTHON_VERSION\n',
  '.circleci/Dockerfile.pypy': 'FROM pypy:2.7\n',
  '.circleci/run-tests.sh': '#!/bin/sh\n',
  'tox.ini': '[testenv]\ncommands = trial allmydata\n',
  'setup.py': '',
};

const githubNode: Files = {
  '.github/workflows/ci.yml': `on: push
env: { REGISTRY: ghcr.io/acme }
jobs:
  unit:
    runs-on: ubuntu-latest
    container: ghcr.io/acme/ci:latest
    services: { db: { image: "postgres:16" } }
    steps:
      - uses: actions/checkout@v4
      - run: npm ci
      - run: npm test
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
          push: true
          tags: "\${{ env.REGISTRY }}/ci:\${{ github.sha }}"
          build-args: NODE=20
`,
  'docker/ci.Dockerfile': 'ARG NODE\nFROM node:${NODE}\nARG NPM\n',
  'package.json': '{"scripts":{"test":"node --test test/"},"devDependencies":{"x":"1"}}',
  'package-lock.json': '{}',
};

const gitlabGo: Files = {
  '.gitlab-ci.yml': `image: registry.example.org/team/tools/ci:stable
unit: { script: [go version, go test ./...] }
lint: { image: "golangci/golangci-lint:v1", script: golangci-lint run }
`,
  'build/ci/Dockerfile': 'FROM golang:1.22\n',
  'go.mod': 'module example.org/x\n',
  'go.sum': '',
};

const samples: readonly (readonly [string, Files])[] = [
  ['circleci-python', circleciPython],
  ['github-node', githubNode],
  ['gitlab-go', gitlabGo],
  ['empty', {}],
  [
    'dockerfile-only',
    { Dockerfile: 'FROM scratch\n', 'tools/Dockerfile': 'ARG A\nFROM debian:${A}\n', Makefile: 'test:\n' },
  ],
  [
    'public-image',
    {
      '.gitlab-ci.yml': 'unit: { image: "node:20", script: npm test }\n',
      'package.json': '{"scripts":{"test":"tape test"}}',
    },
  ],
];

for (const [name, files] of samples) {
  test(`init on a repository like ${name} writes a config that our own reader takes`, async (t) => {
    const { folder, result } = await init(t, files);
    assert.equal(await readFile(result.file, 'utf8'), result.text);
    assert.equal(result.file, path.join(folder, 'lockkeeper.yaml'));
    readConfig(result.text, 'lockkeeper.yaml', folder);
    assertGolden(`init/${name}.yaml`, result.text);
  });
}

test('images that CI builds and uses come with Dockerfile, arguments and the jobs’ own suites', async (t) => {
  const { config, result } = await init(t, circleciPython);
  assert.deepEqual(
    config.images.map(({ baseline, origin, suites }) => [
      formatReference(baseline),
      origin.kind === 'build' && origin.dockerfile,
      origin.kind === 'build' && origin.args,
      suites,
    ]),
    [
      [
        'docker.io/fileteamci/debian:11-py3.9',
        '.circleci/Dockerfile.debian',
        { TAG: '11', PYTHON_VERSION: '3.9' },
        ['debian-11', 'c-locale'],
      ],
      [
        'docker.io/fileteamci/ubuntu:22.04-py3.10',
        '.circleci/Dockerfile.ubuntu',
        { TAG: '22.04', PYTHON_VERSION: '3.10' },
        ['ubuntu-22-04'],
      ],
      [
        'docker.io/fileteamci/fedora:35-py3',
        '.circleci/Dockerfile.fedora',
        { TAG: '35', PYTHON_VERSION: '3' },
        ['debian-11', 'c-locale', 'ubuntu-22-04'],
      ],
    ],
  );
  assert.deepEqual(result.placeholders, []);
  assert.deepEqual(result.unclear, [
    '.circleci/Dockerfile.pypy: which name its image has; it is not in lockkeeper.yaml',
  ]);
});

test('what may be a secret is not copied from CI into the config', async (t) => {
  const { result } = await init(t, circleciPython);
  assert.doesNotMatch(result.text, /COVERALLS|JPf16rLB7T2|PASSWORD/);
});

test('a tag that is made when CI runs is matched with the name that jobs use', async (t) => {
  const { config, result } = await init(t, githubNode);
  assert.deepEqual(
    config.images.map(({ baseline }) => formatReference(baseline)),
    ['ghcr.io/acme/ci:latest'],
  );
  assert.deepEqual(result.unclear, [
    '.github/workflows/ci.yml:12: which image the job matrix runs in: the matrix of this job sets no node that can be read here',
  ]);
});

test('where nothing is known, what is written is marked, and no gate starts with it', async (t) => {
  const { folder, config } = await init(t, {});
  assert.deepEqual(
    placeholdersOf(config).map(({ key }) => key),
    ['images.ci.baseline', 'images.ci.image', 'suites.tests.command'],
  );
  await assert.rejects(loadConfig(new DiskConfigFiles(), { cwd: folder, file: undefined }), (error) => {
    assert.ok(isFailure(error, 'config-invalid'));
    assert.match(error.message, /images\.ci\.baseline.*suites\.tests\.command/);
    return true;
  });
});

test('a config that is there is left alone unless it may be replaced', async (t) => {
  const { folder } = await init(t, gitlabGo);
  const file = path.join(folder, 'lockkeeper.yaml');
  await writeFile(file, 'mine\n');
  await assert.rejects(run(folder, {}), (error) => isFailure(error, 'config-exists'));
  assert.equal(await readFile(file, 'utf8'), 'mine\n');
  const dry = await run(folder, { dryRun: true });
  assert.deepEqual([dry.written, await readFile(file, 'utf8')], [false, 'mine\n']);
  await run(folder, { replace: true });
  assert.equal(await readFile(file, 'utf8'), dry.text);
});

test('from a folder within a repository, the root is looked at', async (t) => {
  const folder = await folderWith(t, {
    ...gitlabGo,
    '.git/HEAD': 'ref: refs/heads/main\n',
    '.git/config': '[core]\nrepositoryformatversion = 0\n',
    '.git/objects/x': '',
    '.git/refs/x': '',
    'deep/er/x': '',
  });
  const result = await run(path.join(folder, 'deep/er'), { dryRun: true });
  assert.equal(result.file, path.join(folder, 'lockkeeper.yaml'));
  assert.equal(result.found.jobs.length, 2);
});

test('texts that would break out of YAML or of a comment stay where they are written', async (t) => {
  const evil = 'x\\n  evil: { baseline: b, build: {} }\\u2028y: \\"#\\u0085z';
  const { config, result } = await init(t, {
    'ci.Dockerfile': 'ARG A\nFROM debian\n',
    '.gitlab-ci.yml': `variables: { "LEVEL": "${evil}" }\n"job ${evil}": { image: team/ci, script: ["./run-tests.sh '${evil}' # x", "\\ttab"] }\n`,
  });
  assert.deepEqual(
    config.images.map(({ name }) => name),
    ['ci'],
  );
  assert.equal(config.suites.length, 1);
  const level = config.suites[0]?.env['LEVEL'];
  assert.equal(level, 'x\n  evil: { baseline: b, build: {} }\u2028y: "#\u0085z');
  assert.ok(!result.text.includes('\n  evil:'));
});

async function init(
  t: TestContext,
  files: Files,
): Promise<{ folder: string; result: Initiation; config: Config }> {
  const folder = await folderWith(t, files);
  const result = await run(folder, {});
  return { folder, result, config: readConfig(result.text, 'lockkeeper.yaml', folder) };
}

function run(
  directory: string,
  options: { readonly replace?: boolean; readonly dryRun?: boolean },
): Promise<Initiation> {
  const trees = diskTrees({ PATH: process.env['PATH'] ?? '' });
  const order = { directory, replace: options.replace ?? false, dryRun: options.dryRun ?? false };
  return initConfig(order, { trees, configFiles: new DiskConfigFiles() });
}

/** Called `acme-app` whatever lies around it, since its name is written into placeholders. */
async function folderWith(t: TestContext, files: Files): Promise<string> {
  const parent = await mkdtemp(path.join(tmpdir(), 'lockkeeper-init-'));
  t.after(() => rm(parent, { recursive: true }));
  const folder = path.join(parent, 'acme-app');
  await mkdir(folder);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
  return folder;
}

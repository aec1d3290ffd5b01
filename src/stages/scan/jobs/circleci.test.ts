import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scanFiles } from '../../../../test/support/memory-tree.ts';

const text = `version: 2.1
auth: &AUTH
  - auth: { username: $USER, password: $PASSWORD }
executors:
  main:
    docker:
      - image: team/ci:11
        environment: { A: "1" }
      - image: postgres:16
    working_directory: /tmp/project
commands:
  setup:
    steps:
      - run: ./setup.sh
      - setup
jobs:
  unit: &UNIT
    docker:
      - <<: *AUTH
        image: "team/ci:12"
        user: nobody
    environment: &ENV { LANG: C.UTF-8 }
    steps:
      - checkout
      - setup
      - run: { name: tests, command: ./run-tests.sh, environment: { B: "2" } }
  unit-old:
    <<: *UNIT
    executor: main
  via-executor:
    executor: { name: main }
    steps: [{ run: make test }]
  on-vm:
    machine: { image: ubuntu-2204:current }
    steps: [{ run: make }]
  parameterised:
    docker: [{ image: "team/ci:<< parameters.tag >>" }]
    steps: []
  image:
    docker: [{ image: "docker:27" }]
    environment: { DISTRO: debian, TAG: "12" }
    steps:
      - run: |
          docker build \\
            --build-arg TAG=\${TAG} \\
            -t team/\${DISTRO}:\${TAG} \\
            -f ~/project/.circleci/Dockerfile.\${DISTRO} \\
            ~/project/
`;

const { mentions, jobs, recipes, notRead } = await scanFiles({
  '.circleci/config.yml': text,
  '.circleci/Dockerfile.debian': '',
});

test('docker images are mentions once each; images of machines are machines', () => {
  assert.deepEqual(
    mentions.map(({ text: written, meaning }) => [written, meaning.kind]),
    [
      ['team/ci:11', 'image'],
      ['postgres:16', 'image'],
      ['team/ci:12', 'image'],
      ['ubuntu-2204:current', 'vm'],
      ['team/ci:<< parameters.tag >>', 'unresolved'],
      ['docker:27', 'image'],
    ],
  );
  assert.deepEqual(notRead, []);
});

test('jobs bring image, user, folder, variables, and the scripts of the commands that they call', () => {
  assert.deepEqual(
    jobs.slice(0, 3).map(({ name, image, user, workdir, env, scripts }) => ({
      name,
      image: image.text,
      user,
      workdir,
      env,
      scripts,
    })),
    [
      {
        name: 'unit',
        image: 'team/ci:12',
        user: 'nobody',
        workdir: undefined,
        env: { LANG: 'C.UTF-8', B: '2' },
        scripts: ['./setup.sh', './run-tests.sh'],
      },
      {
        name: 'unit-old',
        image: 'team/ci:12',
        user: 'nobody',
        workdir: undefined,
        env: { LANG: 'C.UTF-8', B: '2' },
        scripts: ['./setup.sh', './run-tests.sh'],
      },
      {
        name: 'via-executor',
        image: 'team/ci:11',
        user: undefined,
        workdir: '/tmp/project',
        env: { A: '1' },
        scripts: ['make test'],
      },
    ],
  );
});

test('build commands are recipes, with the job’s variables filled in', () => {
  assert.deepEqual(
    recipes.map(({ names, dockerfile, context, args }) => ({ names, dockerfile, context, args })),
    [
      {
        names: ['team/debian:12'],
        dockerfile: '.circleci/Dockerfile.debian',
        context: '.',
        args: { TAG: '12' },
      },
    ],
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchDockerfile, readBuildCommand, type WrittenRecipe } from './recipe.ts';

const read = (line: string): WrittenRecipe | undefined => readBuildCommand(line.split(' '));
const nothing = { names: [], dockerfile: undefined, context: '.', args: {}, target: undefined };

test('build commands of all engines are read', () => {
  const wanted = { ...nothing, names: ['team/ci:1'], dockerfile: 'docker/Dockerfile', context: 'docker' };
  for (const program of [
    'docker build',
    'docker image build',
    'docker buildx build',
    'docker --debug build',
    'podman build',
    'buildah bud',
    'sudo docker build',
    'DOCKER_BUILDKIT=1 docker build',
    '/usr/bin/docker build',
  ]) {
    assert.deepEqual(read(`${program} -t team/ci:1 -f docker/Dockerfile docker`), wanted, program);
  }
});

test('options with values, joined or apart, are told from flags', () => {
  assert.deepEqual(
    read(
      'docker build --pull --no-cache --build-arg A=1 --build-arg=B=x=y --target test --platform linux/amd64 --label k=v --tag a --tag=b --file=F --build-arg C .',
    ),
    {
      names: ['a', 'b'],
      dockerfile: 'F',
      context: '.',
      args: { A: '1', B: 'x=y' },
      target: 'test',
    },
  );
});

test('what builds no image is no recipe', () => {
  for (const line of [
    'docker push team/ci',
    'docker run x build',
    'make build',
    'echo docker build',
    'docker',
    'docker compose build',
    'npm run build',
    'if',
  ]) {
    assert.equal(read(line), undefined, line);
  }
});

const files = ['Dockerfile', 'docker/Dockerfile', '.circleci/Dockerfile.debian'];
const match = (dockerfile: string | undefined, context: string): ReturnType<typeof matchDockerfile> =>
  matchDockerfile({ ...nothing, dockerfile, context }, files);

test('a Dockerfile is found wherever the CI system lays the checkout', () => {
  for (const checkout of ['', './', '~/project/', '$GITHUB_WORKSPACE/', '/tmp/project/']) {
    assert.deepEqual(match(`${checkout}.circleci/Dockerfile.debian`, checkout === '' ? '.' : checkout), {
      dockerfile: '.circleci/Dockerfile.debian',
      context: '.',
    });
  }
});

test('without -f it is the Dockerfile of the context', () => {
  assert.deepEqual(match(undefined, '.'), { dockerfile: 'Dockerfile', context: '.' });
  assert.deepEqual(match(undefined, './docker/'), { dockerfile: 'docker/Dockerfile', context: 'docker' });
});

test('a Dockerfile that is not in the repository, or a context from elsewhere, is not made up', () => {
  assert.equal(match('other/Dockerfile.arm', '.'), undefined);
  assert.deepEqual(match('Dockerfile', 'https://example.org/x.git'), {
    dockerfile: 'Dockerfile',
    context: '.',
  });
  assert.deepEqual(match('Dockerfile', '-'), { dockerfile: 'Dockerfile', context: '.' });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SourceFile } from '../../ports/runner.ts';
import type { Worktree } from '../../ports/worktree.ts';
import { scan } from './scan.ts';

test('Dockerfiles, CI files and toolchains come together; folders of others are left out', async () => {
  const survey = await scan(
    worktree({
      '.circleci/config.yml':
        'jobs: {b: {docker: [{image: docker}], steps: [{run: docker build -t team/x -f ~/project/ci/Dockerfile ~/project}]}}',
      'ci/Dockerfile': 'FROM debian:12\n',
      'node_modules/x/Dockerfile': 'FROM evil\n',
      'package.json': '{"scripts":{"test":"node --test"}}',
    }),
  );
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
  const survey = await scan(
    worktree({
      Dockerfile: { target: '/etc/passwd' },
      'a/Dockerfile': Buffer.from([0xff, 0xfe]),
      'b/Dockerfile': Buffer.alloc(2 << 20, 'x'),
      '.gitlab-ci.yml': 'image: debian:12\nb: [\n',
      'c/Dockerfile': 'FROM alpine\n',
    }),
  );
  assert.deepEqual(survey.notRead, [
    { file: 'Dockerfile', why: 'it is a link to /etc/passwd' },
    { file: 'a/Dockerfile', why: 'it is not UTF-8' },
    { file: 'b/Dockerfile', why: 'it is larger than 1048576 bytes' },
    {
      file: '.gitlab-ci.yml',
      why: 'line 3: flow sequence in block collection must be sufficiently indented and end with a ]',
    },
  ]);
  assert.deepEqual(
    survey.mentions.map(({ text }) => text),
    ['debian:12', 'alpine'],
  );
});

test('a recipe whose Dockerfile is not in the repository is left out', async () => {
  const survey = await scan(
    worktree({ '.gitlab-ci.yml': 'a: {image: docker, script: docker build -t x other}\n' }),
  );
  assert.deepEqual(survey.recipes, []);
});

type Content = string | Uint8Array | { readonly target: string };

function worktree(files: Readonly<Record<string, Content>>): Pick<Worktree, 'files'> {
  return {
    async *files() {
      for (const [path, content] of Object.entries(files)) yield Promise.resolve(sourceFile(path, content));
    },
  };
}

function sourceFile(path: string, content: Content): SourceFile {
  if (typeof content === 'object' && 'target' in content)
    return { kind: 'link', path, target: content.target };
  const bytes = Buffer.from(content);
  return {
    kind: 'file',
    path,
    executable: false,
    size: bytes.length,
    async *bytes() {
      yield Promise.resolve(bytes);
    },
  };
}

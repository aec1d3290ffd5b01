import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Mention } from '../../../model/mention.ts';
import { formatReference } from '../../../model/reference.ts';
import type { Dockerfile } from '../../../model/survey.ts';
import { scanFiles } from '../../../../test/support/memory-tree.ts';
import { FinderIndex } from '../finder-index.ts';

const read = async (text: string): Promise<Dockerfile> => {
  const [found] = (await scanFiles({ Dockerfile: text })).dockerfiles;
  assert.ok(found !== undefined);
  return found;
};
const finderIndex = new FinderIndex([]);
const isDockerfile = (path: string): boolean =>
  finderIndex.entriesFor(path).some(({ syntax }) => syntax === 'dockerfile');
const meanings = (mentions: readonly Mention[]): readonly string[] =>
  mentions.map(({ meaning }) =>
    meaning.kind === 'image'
      ? formatReference(meaning.reference)
      : meaning.kind === 'vm'
        ? meaning.name
        : meaning.why,
  );

test('Dockerfiles are told by their names', () => {
  for (const path of [
    'Dockerfile',
    'a/Containerfile',
    'docker/Dockerfile.debian',
    'ci.Dockerfile',
    'x/y.dockerfile',
    'a.Containerfile',
  ]) {
    assert.ok(isDockerfile(path), path);
  }
  for (const path of [
    'Dockerfile.dockerignore',
    'dockerfile.md',
    'Dockerfiles/readme',
    'docker-compose.yml',
    '.dockerfile',
  ]) {
    assert.ok(!isDockerfile(path), path);
  }
});

test('images of FROM are mentions; stages, numbers and scratch are none', async () => {
  const found = await read(
    'FROM --platform=linux/amd64 golang:1.22 AS build\nFROM scratch\nFROM build as again\nFROM 0\nFROM Again\nFROM debian\n',
  );
  assert.deepEqual(meanings(found.bases), ['docker.io/library/golang:1.22', 'docker.io/library/debian']);
  assert.deepEqual(found.stages, ['build', 'again']);
});

test('a mention has line, column and bytes of exactly its text', async () => {
  const text = '# bäse\r\nFROM  --platform=x team/ci:1 AS a\r\n';
  const [mention] = (await read(text)).bases;
  assert.ok(mention !== undefined);
  const { start, end, line, column } = mention.place;
  assert.equal(Buffer.from(text).subarray(start, end).toString(), 'team/ci:1');
  assert.deepEqual([line, column, mention.text], [2, 20, 'team/ci:1']);
});

test('arguments with defaults are filled in; one without is told by name', async () => {
  const found = await read(
    'ARG OS=debian\nARG VERSION\nARG FULL=${OS}:12\nFROM ${OS}:${VERSION}\nARG VERSION\nARG PYTHON\nARG HTTP_PROXY\nFROM $FULL\n',
  );
  assert.deepEqual(meanings(found.bases), [
    'the build argument VERSION has no default',
    'docker.io/library/debian:12',
  ]);
  assert.deepEqual(found.openArgs, ['VERSION', 'PYTHON']);
});

test('heredocs, comments and continued lines hold no FROM of their own', async () => {
  const found = await read(
    'FROM a\nRUN <<EOF\nFROM b\nEOF\n# FROM c\nRUN echo \\\n# comment\nFROM d\nCOPY <<"END" /x\nFROM e\nEND\nFROM f',
  );
  assert.deepEqual(meanings(found.bases), ['docker.io/library/a', 'docker.io/library/f']);
});

test('what is no image name is a mention that cannot be resolved', async () => {
  assert.match(meanings((await read('FROM Team/CI\n')).bases)[0] ?? '', /is not an image name/);
});

test('arguments that double each other end quickly', async () => {
  const doubling = Array.from({ length: 60 }, (_, index) => `ARG A${index + 1}=$A${index}$A${index}`).join(
    '\n',
  );
  const found = await read(`ARG A0=y\n${doubling}\nFROM $A60\nFROM $A3\n`);
  assert.deepEqual(
    found.bases.map(({ meaning }) => meaning.kind),
    ['unresolved', 'image'],
  );
});

test('an empty or broken file is read without an exception', async () => {
  for (const text of ['', '\n', 'FROM', 'FROM \\', '\\', 'RUN <<EOF', 'ARG'])
    assert.deepEqual((await read(text)).bases, [], text);
});

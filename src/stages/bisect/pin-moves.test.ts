import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scanFiles } from '../../../test/support/memory-tree.ts';
import { digestNamed } from '../../../test/support/sample-mentions.ts';
import { pinMoves, type PinMoves } from './pin-moves.ts';

type Files = Readonly<Record<string, string>>;

const [old, fresh, other] = [digestNamed('old'), digestNamed('fresh'), digestNamed('other')];
const hub = 'docker.io/library/';

async function between(before: Files, after: Files): Promise<PinMoves> {
  return pinMoves((await scanFiles(before)).mentions, (await scanFiles(after)).mentions);
}

/** The later files with every move taken back. */
function takenBack(after: Files, { moves }: PinMoves): Files {
  const edits = moves.flatMap(({ back }) => back).toSorted((left, right) => right.start - left.start);
  return Object.fromEntries(
    Object.entries(after).map(([file, text]) => {
      let now = text;
      for (const edit of edits.filter((each) => each.file === file)) {
        assert.equal(now.slice(edit.start, edit.end), edit.before);
        now = now.slice(0, edit.start) + edit.after + now.slice(edit.end);
      }
      return [file, now];
    }),
  );
}

test('pins of one image in several files and syntaxes are one move; what did not move is none', async () => {
  const files = (digest: string): Files => ({
    Dockerfile: `FROM node:22@${digest}\nRUN true\n`,
    '.gitlab-ci.yml': `image: node:22@${digest}\njob:\n  script: [make]\n`,
    'compose.yml': `services:\n  db:\n    image: postgres:17@${other}\n`,
  });
  const found = await between(files(old), files(fresh));
  assert.deepEqual(
    found.moves.map(({ name, from, places }) => ({ name, from, files: places.map(({ file }) => file) })),
    [
      {
        name: `${hub}node:22@${fresh}`,
        from: `${hub}node:22@${old}`,
        files: ['.gitlab-ci.yml', 'Dockerfile'],
      },
    ],
  );
  assert.deepEqual(found.apart, []);
  assert.deepEqual(takenBack(files(fresh), found), files(old));
});

test('a pin that moves and changes its tag, or its image, is a move', async () => {
  const before = { Dockerfile: `FROM python:3.11@${old} AS a\nFROM debian:12@${old} AS b\n` };
  const after = { Dockerfile: `FROM python:3.13@${fresh} AS a\nFROM alpine:3.22@${fresh} AS b\n` };
  const found = await between(before, after);
  assert.deepEqual(
    found.moves.map(({ from, to }) => `${from.split('@')[0]} ${to.split('@')[0]}`),
    [`${hub}python:3.11 ${hub}python:3.13`, `${hub}debian:12 ${hub}alpine:3.22`],
  );
  assert.deepEqual(takenBack(after, found), before);
});

test('other lines that change do not matter, and are not taken back', async () => {
  const before = { Dockerfile: `FROM node:22@${old}\nRUN make\n` };
  const after = { Dockerfile: `# new\nFROM node:22@${fresh}\nRUN make all\n` };
  const found = await between(before, after);
  assert.deepEqual(takenBack(after, found), { Dockerfile: `# new\nFROM node:22@${old}\nRUN make all\n` });
});

test('a mention that was added or removed is told, and no move', async () => {
  const before = {
    'compose.yml': `services:\n  a:\n    image: a:1@${old}\n  gone:\n    image: g:1@${old}\n`,
  };
  const after = {
    'compose.yml': `services:\n  a:\n    image: a:1@${fresh}\n  new:\n    image: n:1@${fresh}\n`,
  };
  const found = await between(before, after);
  assert.deepEqual(found.moves.length, 1);
  assert.deepEqual(
    found.apart.map(({ mention, why }) => `${mention.text.slice(0, 3)} ${why}`),
    ['g:1 removed', 'n:1 added'],
  );
});

test('a name over several keys goes back key by key', async () => {
  const values = (tag: string, digest: string): Files => ({
    'chart/Chart.yaml': 'apiVersion: v2\nname: chart\nversion: 1.0.0\n',
    'chart/values.yaml': `image:\n  repository: ghcr.io/a/b\n  tag: "${tag}"\n  digest: ${digest}\n`,
  });
  const found = await between(values('1.2', old), values('1.3', fresh));
  assert.deepEqual(
    found.moves.map(({ back }) => back.length),
    [2],
  );
  assert.deepEqual(takenBack(values('1.3', fresh), found), values('1.2', old));
});

test('images that share a text move together', async () => {
  const files = (tag: string): Files => ({
    Dockerfile: `ARG V=${tag}\nFROM a/runtime:$V AS x\nFROM a/build:$V AS y\n`,
  });
  const found = await between(files('1'), files('2'));
  assert.deepEqual(
    found.moves.map(({ name, from }) => ({ name, from })),
    [
      {
        name: 'docker.io/a/runtime:2 + docker.io/a/build:2',
        from: 'docker.io/a/runtime:1 + docker.io/a/build:1',
      },
    ],
  );
  assert.deepEqual(takenBack(files('2'), found), files('1'));
});

test('a name that is put together in another way stays as it is, and is told', async () => {
  const found = await between(
    { Dockerfile: `FROM node:22@${old}\n` },
    { Dockerfile: `ARG V=24\nFROM node:$V\n` },
  );
  assert.deepEqual(found.moves, []);
  assert.deepEqual(
    found.apart.map(({ why }) => why),
    ['written anew'],
  );
});

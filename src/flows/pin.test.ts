import assert from 'node:assert/strict';
import { chmod, readdir } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { PinGround, type Files } from '../../test/support/pin-ground.ts';
import { unpin } from './unpin.ts';

const files: Files = {
  Dockerfile: 'FROM example.org/node:22 AS build\r\nFROM example.org/node:22\r\nCOPY --from=build /a /a',
  'compose.yaml': 'services:\n  db:   { image: "example.org/pg" } # é\n',
  'chart/values.yaml': 'image:\n  repository: example.org/app\n  tag: "1"\n  digest: ""\n',
};

test('all names are pinned, each asked for once; nothing else changes; the second time nothing does', async (t) => {
  const ground = await PinGround.make(t, files);
  const [node, pg, app] = [
    await ground.move('example.org/node:22'),
    await ground.move('example.org/pg'),
    await ground.move('example.org/app:1'),
  ];
  const outcome = await ground.pin();
  assert.deepEqual(
    outcome.files.map(({ kind, file }) => `${kind} ${file}`),
    ['written Dockerfile', 'written chart/values.yaml', 'written compose.yaml'],
  );
  assert.equal(
    await ground.read('Dockerfile'),
    `FROM example.org/node:22@${node} AS build\r\nFROM example.org/node:22@${node}\r\nCOPY --from=build /a /a`,
  );
  assert.equal(
    await ground.read('compose.yaml'),
    `services:\n  db:   { image: "example.org/pg:latest@${pg}" } # é\n`,
  );
  assert.equal(
    await ground.read('chart/values.yaml'),
    `image:\n  repository: example.org/app\n  tag: "1"\n  digest: "${app}"\n`,
  );
  assert.deepEqual(ground.asked.toSorted(), ['app 1', 'node 22', 'pg latest']);
  ground.asked.length = 0;
  assert.deepEqual((await ground.pin({ update: true })).files, []);
  assert.equal(ground.asked.length, 3, 'one question for each name of a repository that is pinned and fresh');
  assert.deepEqual(await ground.found(), []);
});

test('what moved is followed on demand, found by check, and taken away by unpin', async (t) => {
  const ground = await PinGround.make(t, files);
  for (const name of ['example.org/node:22', 'example.org/pg', 'example.org/app:1']) await ground.move(name);
  assert.deepEqual(await ground.found(true), [
    'unpinned Dockerfile:1',
    'unpinned Dockerfile:2',
    'unpinned chart/values.yaml:2',
    'unpinned compose.yaml:2',
  ]);
  await ground.pin();
  const node = await ground.move('example.org/node:22');
  assert.deepEqual(await ground.found(), ['stale Dockerfile:1', 'stale Dockerfile:2']);
  assert.deepEqual((await ground.pin()).files, []);
  const planned = await ground.pin({ update: true, dryRun: true });
  assert.deepEqual(
    planned.files.map(({ kind }) => kind),
    ['planned'],
  );
  assert.doesNotMatch(await ground.read('Dockerfile'), new RegExp(node));
  await ground.pin({ update: true, only: ['example.org/node'] });
  assert.match(await ground.read('Dockerfile'), new RegExp(`^FROM example.org/node:22@${node} AS`));
  await unpin({ ...ground.order, dryRun: false }, ground.tools);
  assert.equal(await ground.read('Dockerfile'), files['Dockerfile']);
  assert.equal(await ground.read('chart/values.yaml'), files['chart/values.yaml']);
});

test('a registry that is down and a file that is read-only stop no other', async (t) => {
  const ground = await PinGround.make(t, { ...files, 'ci.Dockerfile': 'FROM down.example/a:1\n' });
  for (const name of ['example.org/node:22', 'example.org/pg', 'example.org/app:1']) await ground.move(name);
  ground.down.add('down.example');
  await chmod(path.join(ground.folder, 'Dockerfile'), 0o444);
  const { files: outcomes, plan } = await ground.pin();
  assert.deepEqual(
    outcomes.map((each) => (each.kind === 'failed' ? each.failure.code : each.kind)),
    ['file-denied', 'written', 'written'],
  );
  assert.equal(await ground.read('Dockerfile'), files['Dockerfile']);
  const failed = plan.entries.flatMap(({ decision }) =>
    decision.kind === 'stay' && decision.failure !== undefined ? [decision.failure.code] : [],
  );
  assert.deepEqual(failed, ['registry-unreachable']);
  assert.ok((await ground.found()).includes('unreachable ci.Dockerfile:1'));
});

test('a cooldown counts from the ledger, over runs; what is refused by a person stays', async (t) => {
  const config = [
    'version: 1',
    'gate: { ledger: .ledger }',
    'pins:',
    '  cooldown: 2d',
    '  leave: [example.org/pg]',
    '  images: [{ name: example.org/app, follow: "2" }]',
    '',
  ].join('\n');
  const ground = await PinGround.make(t, { ...files, 'lockkeeper.yaml': config });
  for (const name of ['example.org/node:22', 'example.org/pg', 'example.org/app:1', 'example.org/app:2'])
    await ground.move(name);
  await ground.pin({ confirm: (name) => Promise.resolve(name.includes('node')) });
  assert.match(await ground.read('Dockerfile'), /node:22@sha256/);
  assert.equal(await ground.read('chart/values.yaml'), files['chart/values.yaml']);
  await ground.pin();
  assert.match(await ground.read('chart/values.yaml'), /tag: "2"\n {2}digest: "sha256/);
  assert.equal(await ground.read('compose.yaml'), files['compose.yaml']);
  const node = await ground.move('example.org/node:22');
  assert.deepEqual((await ground.pin({ update: true })).files, []);
  ground.clock.advance(2 * 24 * 3600_000 - 1);
  assert.deepEqual((await ground.pin({ update: true })).files, []);
  ground.clock.advance(1);
  await ground.pin({ update: true });
  assert.match(await ground.read('Dockerfile'), new RegExp(node));
  assert.equal((await readdir(path.join(ground.folder, '.ledger/seen'))).length, 2);
});

test('a cooldown without a ledger is refused before anybody is asked', async (t) => {
  const ground = await PinGround.make(t, { 'lockkeeper.yaml': 'version: 1\npins: { cooldown: 1d }\n' });
  await assert.rejects(ground.pin(), /no ledger keeps that/);
  assert.deepEqual(await ground.found(true), [], 'who moves nothing needs none');
  assert.deepEqual((await unpin({ ...ground.order, dryRun: false }, ground.tools)).files, []);
});

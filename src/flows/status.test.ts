import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { test, type TestContext } from 'node:test';
import { env } from '../../test/support/git-ground.ts';
import { assertGolden } from '../../test/support/golden.ts';
import { PinGround, quiet, type Files } from '../../test/support/pin-ground.ts';
import { diskRepositories } from '../adapters/git/repositories.ts';
import { statusDocument, statusText } from '../cli/print/status.ts';
import type { Digest } from '../model/digest.ts';
import { statusSchema } from '../model/status-document.ts';
import { status, type StatusOrder, type StatusOutcome } from './status.ts';

const day = 24 * 3600_000;

function look(ground: PinGround, order: Partial<StatusOrder> = {}): Promise<StatusOutcome> {
  const git = diskRepositories({ env, temporary: tmpdir() });
  return status({ ...ground.order, offline: false, ...order }, { ...ground.tools, git }, quiet);
}

interface Story {
  readonly ground: PinGround;
  readonly node: Digest;
  readonly next: Digest;
}

const files: Files = {
  Dockerfile: 'FROM example.org/node:22\n',
  'compose.yaml':
    'services:\n  db: { image: "example.org/pg:17" }\n  app: { image: "example.org/app:1" }\n  x: { image: "down.example/x:1" }\n',
  'lockkeeper.yaml': 'version: 1\ngate: { ledger: .ledger }\npins: { leave: ["example.org/app"] }\n',
  '.gitignore': '.ledger\n',
};

/** Two images were pinned ten days ago; one of them has moved on since, three days ago, and a registry has gone. */
async function tell(t: TestContext, more: Files = {}): Promise<Story> {
  const ground = await PinGround.make(t, { ...files, ...more });
  ground.git('init', '-q', '-b', 'main');
  const node = await ground.move('example.org/node:22');
  await ground.move('example.org/pg:17');
  await ground.move('example.org/app:1');
  await ground.move('down.example/x:1');
  await ground.pin();
  ground.commit('Pin');
  ground.clock.advance(7 * day);
  const next = await ground.move('example.org/node:22');
  await ground.pin({ update: true, confirm: () => Promise.resolve(false) });
  ground.clock.advance(3 * day);
  ground.down.add('down.example');
  return { ground, node, next };
}

const states = ({ images }: StatusOutcome): Readonly<Record<string, string>> =>
  Object.fromEntries(images.map(({ name, state, mover }) => [name, `${state}, ${mover}`]));

test('each image with its digest, since when, what waits and whose move it is', async (t) => {
  const { ground, node, next } = await tell(t);
  const outcome = await look(ground);
  assert.deepEqual(states(outcome), {
    'down.example/x:1': 'unanswered, registry',
    'example.org/app:1': 'fixed, nobody',
    'example.org/node:22': 'stale, update',
    'example.org/pg:17': 'current, nobody',
  });
  const stale = outcome.images.find(({ name }) => name.includes('node'));
  const began = new Date(Date.parse(outcome.now) - 10 * day).toISOString();
  assert.deepEqual(
    stale?.digests.map(({ digest, since }) => [digest, since?.slice(0, 19)]),
    [[node, began.slice(0, 19)]],
  );
  assert.deepEqual(stale?.waiting?.digest, next);
  assert.equal(stale?.waiting?.firstSeen, new Date(Date.parse(outcome.now) - 3 * day).toISOString());
  assert.equal(stale?.since, stale?.waiting?.firstSeen);
  assert.equal(outcome.agesLack, undefined);
  assert.doesNotThrow(() => statusSchema.parse(JSON.parse(JSON.stringify(statusDocument(outcome, 'test')))));
});

test('holds: who waits for whom; expired ones are loud, and those that hold nothing are told', async (t) => {
  const { ground, next } = await tell(t);
  const hold = (image: string, more: string): string =>
    `  - { image: "${image}", author: Ada, reason: release week, ${more} }\n`;
  const today = ground.clock.now().toISOString().slice(0, 10);
  const base = files['lockkeeper.yaml'] ?? '';
  await ground.write('lockkeeper.yaml', `${base}holds:\n${hold('example.org/node', `digest: "${next}"`)}`);
  ground.commit('Hold node');
  ground.clock.advance(2 * day);
  await ground.write(
    'lockkeeper.yaml',
    `${base}holds:\n${hold('example.org/node', `digest: "${next}"`)}${hold('example.org/pg', `until: ${today}`)}${hold('nothing.example/a', 'until: 2999-12-31')}`,
  );
  const outcome = await look(ground);
  assert.equal(states(outcome)['example.org/node:22'], 'held, holder');
  assert.deepEqual(
    outcome.holds.map(({ hold: { image }, state, since }) => [image, state, since?.slice(0, 10)]),
    [
      ['example.org/node', 'in force', today],
      ['example.org/pg', 'expired', undefined],
      ['nothing.example/a', 'idle', undefined],
    ],
  );
  assertGolden('status/holds.txt', shown(outcome));
  await ground.move('example.org/node:22');
  const after = await look(ground);
  assert.equal(states(after)['example.org/node:22'], 'stale, update', 'the name has moved on');
  assert.equal(after.holds[0]?.state, 'over');
});

test('offline nothing is asked: what the files tell alone', async (t) => {
  const { ground } = await tell(t);
  ground.asked.length = 0;
  assert.deepEqual(
    states(await look(ground, { offline: true, only: ['example.org/*', 'example.org/*:*'] })),
    {
      'example.org/app:1': 'fixed, nobody',
      'example.org/node:22': 'pinned, nobody',
      'example.org/pg:17': 'pinned, nobody',
    },
  );
  assert.deepEqual(ground.asked, []);
});

test('dead, drifted, unpinned and cooling; without git no age is told', async (t) => {
  const other = `sha256:${'a'.repeat(64)}`;
  const ground = await PinGround.make(t, {
    'a.Dockerfile': `FROM example.org/gone:1@${other}\nFROM example.org/free\n`,
    'b.Dockerfile': 'FROM example.org/cool:1\nFROM example.org/two:1\n',
    'lockkeeper.yaml':
      'version: 1\ngate: { ledger: .ledger }\npins: { cooldown: 3d, findings: { unpinned: off } }\n',
  });
  for (const name of ['gone:1', 'free', 'cool:1', 'two:1']) await ground.move(`example.org/${name}`);
  await ground.pin({ only: ['example.org/cool', 'example.org/two'] });
  await ground.write('c.Dockerfile', `FROM example.org/two:1@${other}\n`);
  await ground.move('example.org/cool:1');
  const outcome = await look(ground);
  assert.deepEqual(states(outcome), {
    'example.org/cool:1': 'cooling, time',
    'example.org/free:latest': 'unpinned, maintainer',
    'example.org/gone:1': 'dead, maintainer',
    'example.org/two:1': 'dead, maintainer',
  });
  assert.match(outcome.agesLack ?? '', /no git repository/);
});

test('an unpinned name whose registry does not answer tells both', async (t) => {
  const ground = await PinGround.make(t, { Dockerfile: 'FROM down.example/x:1\n' });
  ground.down.add('down.example');
  const [image] = (await look(ground)).images;
  assert.equal(image?.state, 'unpinned');
  assert.match(image?.why ?? '', /can stand for another image.*; .*was not looked at/);
});

/** Digests differ from run to run. */
function shown(outcome: StatusOutcome): string {
  const text = statusText(outcome, { paint: (_, word) => word, columns: 100 });
  const names = new Map<string, string>();
  return text.replaceAll(/sha256:[0-9a-f]{12}/g, (digest) => {
    if (!names.has(digest)) names.set(digest, `sha256:${String(names.size + 1).repeat(12)}`);
    return names.get(digest) ?? '';
  });
}

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { failureOf } from '../../../test/support/registry-under-test.ts';
import { sampleEngine } from '../../../test/support/sample-engine.ts';
import { freshBlob } from '../../../test/support/sample-images.ts';
import type { ProcessTable } from '../../base/process-table.ts';
import { digestOf, type Digest } from '../../model/digest.ts';
import type { Engine } from '../../model/engine.ts';
import { ownedName } from '../../ports/owned-name.ts';
import { isPushName, pushFromClassicStore, type StoredImage } from './docker-push.ts';
import type { SavedImage } from './saved-image.ts';
import { TemporaryFolder } from './temporary-folder.ts';

const baseId = digestOf('the base, unpacked');
const image: StoredImage = {
  id: digestOf('config'),
  diffIds: [baseId, digestOf('the layer, unpacked')],
  isNamed: true,
};

interface Ground {
  readonly engine: Engine;
  readonly said: () => Promise<readonly string[]>;
  /** Servers that were started and not closed. */
  readonly serving: () => number;
  readonly push: (
    engine: Engine,
    images: readonly StoredImage[],
    known?: readonly Digest[],
  ) => Promise<readonly SavedImage[] | undefined>;
}

const processes: ProcessTable = {
  self: { host: 'here', pid: 100, started: '5000' },
  startOf: () => Promise.resolve(undefined),
};

/** A docker that writes down what it is asked, ends a push with this status, has these names, and each image these tags. */
async function dockerThat(
  t: TestContext,
  {
    status,
    names = [],
    tags = [],
  }: { readonly status: number; readonly names?: readonly string[]; readonly tags?: readonly string[] },
): Promise<Ground> {
  const place = await mkdtemp(path.join(tmpdir(), 'lockkeeper-'));
  t.after(() => rm(place, { recursive: true }));
  const [program, log] = [path.join(place, 'docker'), path.join(place, 'log')];
  const script = `#!/bin/sh
echo "$*" >> "${log}"
[ "$1" != push ] || exit ${status}
[ "$2" != inspect ] || printf '%s\\n' '${JSON.stringify(tags)}'
[ "$2" != ls ] || printf '%s\\n' '${names.join('\n')}'
`;
  await writeFile(program, script, { mode: 0o755 });
  await writeFile(log, '');
  let serving = 0;
  return {
    engine: sampleEngine({ program }),
    serving: () => serving,
    said: async () => (await readFile(log, 'utf8')).split('\n').filter((line) => line !== ''),
    push: async (engine, images, known = [baseId]) => {
      await using folder = await TemporaryFolder.make(place);
      return await pushFromClassicStore(engine, images, {
        folder,
        known: new Map(known.map((diffId) => [diffId, freshBlob(10).descriptor])),
        servers: {
          start: () => {
            serving += 1;
            return Promise.resolve({
              host: '127.0.0.1:5',
              close: () => {
                serving -= 1;
                return Promise.resolve();
              },
            });
          },
        },
        processes,
        signal: undefined,
      });
    },
  };
}

test('a docker that does not find us is left as it was', async (t) => {
  const { engine, said, push } = await dockerThat(t, { status: 1 });
  assert.equal(await push(engine, [image, image]), undefined);
  const [listing = '', tag = '', pushed, removed, ...others] = await said();
  assert.match(listing, /^image ls --filter reference=127\.0\.0\.1:\*\/lockkeeper-push-/);
  const name = tag.split(' ').at(-1);
  assert.match(name ?? '', /^127\.0\.0\.1:5\/lockkeeper-push-[0-9a-f]{12}-100-5000-[0-9a-f-]{36}:0$/);
  assert.deepEqual([pushed, removed, others], [`push --quiet ${name}`, `image rm ${name}`, []]);
});

test('a docker that says it pushed, and did not, is not believed, and left as it was', async (t) => {
  const { engine, said, push } = await dockerThat(t, { status: 0 });
  assert.equal((await failureOf(push(engine, [image]))).code, 'program-output');
  assert.match((await said()).at(-1) ?? '', /^image rm 127/);
});

for (const [situation, more, images, known] of [
  ['that runs on another machine', { env: { DOCKER_HOST: 'tcp://10.0.0.1:2376' } }, [image], [baseId]],
  ['that has a loopback of its own', { rootless: true }, [image], [baseId]],
  ['with an image that has no name to keep it', {}, [{ ...image, isNamed: false }], [baseId]],
  ['with images of which all would have to come', {}, [image], [digestOf('another base')]],
] as const) {
  test(`a docker ${situation} is not asked to push`, async (t) => {
    const { engine, said, push } = await dockerThat(t, { status: 0 });
    assert.equal(await push({ ...engine, ...more }, images, known), undefined);
    assert.deepEqual(await said(), []);
  });
}

test('names that a killed process left are taken away, and nobody else’s', async (t) => {
  const owned = (pid: number, host = 'here'): string =>
    `127.0.0.1:9/${ownedName('push', { ...processes, self: { host, pid, started: '1' } })}:0`;
  const dead = owned(300);
  const names = [dead, owned(300, 'elsewhere'), '127.0.0.1:9/team/ci:v1'];
  const { engine, said, push } = await dockerThat(t, { status: 1, names, tags: [dead, 'team/ci:v1'] });
  await push(engine, [image]);
  assert.deepEqual((await said()).filter((line) => line.startsWith('image rm'))[0], `image rm ${dead}`);
  assert.equal((await said()).filter((line) => line.startsWith('image rm')).length, 2);
});

test('a name that a killed process left stays where the image has no other one of its own', async (t) => {
  const [first = '', second = ''] = [300, 301].map(
    (pid) =>
      `127.0.0.1:9/${ownedName('push', { ...processes, self: { host: 'here', pid, started: '1' } })}:0`,
  );
  const left = [first, second];
  assert.deepEqual([...left, 'team/ci:v1', 'host:9/lockkeeper-push-x'].map(isPushName), [
    ...[true, true],
    ...[false, false],
  ]);
  const { engine, said, push } = await dockerThat(t, { status: 1, names: [first], tags: left });
  await push(engine, [image]);
  const removed = (await said()).filter((line) => line.startsWith('image rm'));
  assert.deepEqual(
    removed.map((line) => line.includes(first)),
    [false],
  );
});

test('a docker that cannot be asked leaves no server behind', async (t) => {
  const { engine, serving, push } = await dockerThat(t, { status: 1 });
  await assert.rejects(push({ ...engine, program: '/nowhere/docker' }, [image]));
  assert.equal(serving(), 0);
});

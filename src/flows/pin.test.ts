import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { delegate } from '../../test/support/delegate.ts';
import { FakeClock } from '../../test/support/fake-clock.ts';
import { sampleImage, sampleIndex, storeImage } from '../../test/support/sample-images.ts';
import { DiskConfigFiles } from '../adapters/config-file/disk.ts';
import { diskEditor } from '../adapters/editor/disk.ts';
import { diskLedgers } from '../adapters/ledger/disk.ts';
import { MemoryRegistries, MemoryRepository } from '../adapters/registry/memory.ts';
import { diskTrees } from '../adapters/worktree/trees.ts';
import { Failure } from '../base/failure.ts';
import type { Digest } from '../model/digest.ts';
import { parseReference } from '../model/reference.ts';
import type { Registries, Repository } from '../ports/repository.ts';
import { check } from './check.ts';
import { pin, type PinOrder } from './pin.ts';
import type { PinTools } from './pins.ts';
import { unpin } from './unpin.ts';

type Files = Readonly<Record<string, string>>;

/** A folder with files, registries in memory that count what they are asked, and time that stands still. */
class Ground {
  readonly folder: string;
  readonly clock = new FakeClock();
  readonly asked: string[] = [];
  /** Registries that do not answer. */
  readonly down = new Set<string>();
  readonly #inner = new MemoryRegistries();

  constructor(folder: string) {
    this.folder = folder;
  }

  static async make(t: TestContext, files: Files): Promise<Ground> {
    const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-pin-'));
    t.after(() => rm(folder, { recursive: true }));
    const ground = new Ground(folder);
    for (const [name, text] of Object.entries(files)) await ground.write(name, text);
    return ground;
  }

  /** Moves a name to an image that nobody has seen; returns its digest. */
  async move(name: string): Promise<Digest> {
    const { registry, repository: place, tag = 'latest' } = parseReference(name);
    const repository = this.#inner.open(registry, place);
    const image = sampleImage();
    await storeImage(repository, image);
    const index = sampleIndex([{ manifest: image.manifest, architecture: 'amd64' }]);
    await repository.putManifest(index, tag);
    return index.digest;
  }

  get tools(): PinTools {
    const registries: Registries = { open: (registry, repository) => this.#open(registry, repository) };
    return {
      trees: diskTrees({ PATH: process.env['PATH'] ?? '' }),
      configFiles: new DiskConfigFiles(),
      ledgers: diskLedgers,
      editor: diskEditor,
      clock: this.clock,
      registriesFor: () => registries,
    };
  }

  #open(registry: string, name: string): Repository {
    const repository = this.#inner.open(registry, name);
    assert.ok(repository instanceof MemoryRepository);
    const resolve = async (selector: string): ReturnType<Repository['resolve']> => {
      this.asked.push(`${name} ${selector}`);
      if (this.down.has(registry)) throw new Failure('registry-unreachable', `${registry} is down`);
      return repository.resolve(selector);
    };
    return delegate(repository, { resolve });
  }

  async write(name: string, text: string): Promise<void> {
    const file = path.join(this.folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }

  read(name: string): Promise<string> {
    return readFile(path.join(this.folder, name), 'utf8');
  }

  pin(order: Partial<PinOrder> = {}): ReturnType<typeof pin> {
    return pin(
      { ...this.order, update: false, dryRun: false, confirm: undefined, ...order },
      this.tools,
      quiet,
    );
  }

  get order(): { directory: string; config: undefined; only: readonly string[]; ledger: undefined } {
    return { directory: this.folder, config: undefined, only: [], ledger: undefined };
  }

  async found(offline = false): Promise<readonly string[]> {
    const { findings } = await check({ ...this.order, offline }, this.tools, quiet);
    return findings.map(({ kind, file, mention }) => `${kind} ${file}:${mention?.place.line}`);
  }
}

const quiet = { observe: () => undefined, signal: undefined };

const files: Files = {
  Dockerfile: 'FROM example.org/node:22 AS build\r\nFROM example.org/node:22\r\nCOPY --from=build /a /a',
  'compose.yaml': 'services:\n  db:   { image: "example.org/pg" } # é\n',
  'chart/values.yaml': 'image:\n  repository: example.org/app\n  tag: "1"\n  digest: ""\n',
};

test('all names are pinned, each asked for once; nothing else changes; the second time nothing does', async (t) => {
  const ground = await Ground.make(t, files);
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
  const ground = await Ground.make(t, files);
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
  const ground = await Ground.make(t, { ...files, 'ci.Dockerfile': 'FROM down.example/a:1\n' });
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
  const ground = await Ground.make(t, { ...files, 'lockkeeper.yaml': config });
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
  const ground = await Ground.make(t, { 'lockkeeper.yaml': 'version: 1\npins: { cooldown: 1d }\n' });
  await assert.rejects(ground.pin(), /no ledger keeps that/);
  assert.deepEqual(await ground.found(true), [], 'who moves nothing needs none');
  assert.deepEqual((await unpin({ ...ground.order, dryRun: false }, ground.tools)).files, []);
});

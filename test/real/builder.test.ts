import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, test, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { createBuilder } from '../../src/adapters/builder/builder.ts';
import { systemEngines } from '../../src/adapters/engine/engines.ts';
import { createLoader } from '../../src/adapters/loader/loader.ts';
import { isFailure } from '../../src/base/failure.ts';
import { collectBytes } from '../../src/base/stream.ts';
import { readTar } from '../../src/base/tar-read.ts';
import type { Engine, EngineKind } from '../../src/model/engine.ts';
import { formatPlatform, parsePlatform } from '../../src/model/platform.ts';
import { askEngine } from '../../src/ports/engine-command.ts';
import type { Layout } from '../../src/ports/layout.ts';
import {
  assertEmpty,
  builderContract,
  failsWith,
  setScene,
  type BuilderUnderTest,
  type BuildScene,
} from '../contracts/builder.ts';
import { requirePeer } from '../support/peers.ts';

/** What these tests build carries this label from the first step on, so that it can be taken away afterwards. */
const mark = `org.lockkeeper.test=${randomUUID()}`;
const marked = `FROM scratch\nLABEL ${mark}\nCOPY busybox /bin/busybox\n`;

const privateDirectory = await mkdtemp(join(tmpdir(), 'lockkeeper-engines-'));
const path = process.env['PATH'] ?? '';

interface Variant {
  readonly name: string;
  readonly kind: EngineKind;
  readonly engine: () => Promise<Engine>;
}

const find = (kind: EngineKind, searched = path): Promise<Engine> =>
  systemEngines({ environment: { ...process.env, PATH: searched }, privateDirectory }).find(kind);

/** Newer clients leave BuildKit to a plug-in that may not be there; then an older one beside it may have its own. */
async function findBuildKit(): Promise<Engine | undefined> {
  for (const searched of [path, `/usr/bin:${path}`]) {
    try {
      const engine = await find('docker', searched);
      if (engine.buildkit !== 'none') return engine;
    } catch (error) {
      if (!isFailure(error, 'engine-missing', 'engine-unreachable', 'engine-refused')) throw error;
    }
  }
  return undefined;
}

const buildKit = await findBuildKit();
const variants: readonly Variant[] = [
  {
    name: 'docker, classic builder',
    kind: 'docker',
    engine: async () => ({ ...(await find('docker')), buildkit: 'none' }),
  },
  ...(buildKit === undefined
    ? []
    : [{ name: 'docker, BuildKit', kind: 'docker', engine: () => Promise.resolve(buildKit) } as const]),
  { name: 'podman', kind: 'podman', engine: () => find('podman') },
];

after(async () => {
  for (const { engine } of variants) await removeMarked(engine);
  await rm(privateDirectory, { recursive: true });
});

/** Images by exact id, and only those that carry the mark of this run. */
async function removeMarked(engineOf: Variant['engine']): Promise<void> {
  try {
    const engine = await engineOf();
    const list = ['image', 'ls', '--all', '--quiet', '--no-trunc', '--filter', `label=${mark}`];
    // What others were made from goes after them.
    for (let before = Infinity; ;) {
      const ids = new Set((await askEngine(engine, list)).stdout.split('\n').filter((id) => id !== ''));
      if (ids.size === 0 || ids.size >= before) break;
      for (const id of ids) await askEngine(engine, ['image', 'rm', '--force', id]);
      before = ids.size;
    }
  } catch (error) {
    if (!isFailure(error, 'engine-missing', 'engine-unreachable', 'engine-refused')) throw error;
  }
}

async function underTest(
  t: TestContext,
  variant: Variant,
): Promise<(BuilderUnderTest & { readonly engine: Engine }) | undefined> {
  if (!requirePeer(variant.kind, t)) return undefined;
  const engine = await variant.engine();
  const temporary = await mkdtemp(join(tmpdir(), 'lockkeeper-build-'));
  t.after(() => rm(temporary, { recursive: true }));
  return { builder: createBuilder(engine, { temporary }), platform: engine.platform, temporary, engine };
}

/** Text of a file of an image, from the topmost layer that has it. */
async function fileIn(
  layout: Layout,
  built: Awaited<ReturnType<BuildScene['build']>>,
  name: string,
): Promise<string | undefined> {
  for (const layer of built.manifest.layers.toReversed()) {
    const packed = await collectBytes(layout.blob(layer), 1e9, () => assert.fail('too large'));
    const plain: AsyncIterable<Uint8Array> = createGunzip().end(packed);
    for await (const entry of readTar(plain, (why) => new Error(why))) {
      if (entry.name === name)
        return (await collectBytes(entry.content, 1e6, () => assert.fail('too large'))).toString();
    }
  }
  return undefined;
}

/** Ids of processes of this machine that were started with this argument. */
async function processesWith(argument: string): Promise<readonly string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    ids.map(async (id) => {
      const line = await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '');
      const args = line.split('\0');
      return args[0]?.endsWith('busybox') === true && args.includes(argument) ? [id] : [];
    }),
  );
  return found.flat();
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await holds())) {
    assert.ok(Date.now() < deadline, `never came: ${what}`);
    await delay(100);
  }
}

for (const variant of variants) {
  const { name } = variant;
  const it = (what: string, work: (scene: BuildScene, engine: Engine) => Promise<void>): void => {
    test(`${name}: ${what}`, async (t) => {
      const subject = await underTest(t, variant);
      if (subject === undefined) return;
      await work(await setScene(t, subject), subject.engine);
      assert.deepEqual(await readdir(subject.temporary), [], 'something was left behind');
    });
  };

  builderContract(name, (t) => underTest(t, variant), marked);

  it('arguments, target and labels are the image’s own', async (scene) => {
    const text = `${marked.replace('scratch', 'scratch AS first')}
ARG GREETING=nothing
RUN ["/bin/busybox", "sh", "-c", "echo $GREETING > /greeting"]
RUN ["/bin/busybox", "true"]
RUN ["/bin/busybox", "true"]
FROM first AS second
ENV STAGE=second
FROM first AS third
ENV STAGE=third
`;
    const args = { GREETING: 'hello, $world "and" others' };
    const second = await scene.build(text, { args, target: 'second', labels: { 'org.example.l': 'a=b c' } });
    assert.equal(second.config.labels['org.example.l'], 'a=b c');
    assert.ok(second.config.env.includes('STAGE=second'));
    assert.equal(await fileIn(scene.layout, second, 'greeting'), 'hello, $world "and" others\n');
    const third = await scene.build(text);
    assert.ok(third.config.env.includes('STAGE=third'));
    assert.equal(await fileIn(scene.layout, third, 'greeting'), 'nothing\n');
  });

  it('a step that fails: its output, and no container is left', async (scene, engine) => {
    const script = 'echo before; echo the reason >&2; exit 7';
    const request = await scene.request(`${marked}RUN ["/bin/busybox", "sh", "-c", "${script}"]\n`);
    const lines: string[] = [];
    await assert.rejects(
      scene.builder.build(request, scene.layout, (line) => void lines.push(line)),
      (error) => {
        assert.ok(isFailure(error, 'build-failed'), String(error));
        assert.match(error.message, /\bbefore\b[^]*\bthe reason\b|\bthe reason\b[^]*\bbefore\b/);
        return true;
      },
    );
    assert.ok(lines.some((line) => /\bthe reason$/.test(line)));
    const left = await askEngine(engine, ['ps', '--all', '--quiet', '--filter', `label=${mark}`]);
    assert.equal(left.stdout, '');
  });

  it('another platform: an image of it, or a failure that says that this engine builds none', async (scene, engine) => {
    const platform = parsePlatform(engine.platform.architecture === 'arm64' ? 'linux/amd64' : 'linux/arm64');
    const text = `${marked}COPY busybox /for-${platform.architecture}\n`;
    // The steps are in the cache for the engine's own platform.
    await scene.build(text);
    if (name === 'docker, classic builder') {
      await assert.rejects(scene.build(text, { platform }), failsWith('platform-unsupported'));
      return;
    }
    const built = await scene.build(text, { platform });
    assert.equal(formatPlatform(built.config.platform), formatPlatform(platform));
    assert.equal(formatPlatform(built.platform), formatPlatform(platform));
  });

  it('what was built can be loaded again where it is not', async (scene, engine) => {
    const built = await scene.build(`${marked}ENV LOADED=again\n`);
    const id = engine.store === 'containerd' ? built.digest : built.manifest.config.digest;
    assert.equal((await askEngine(engine, ['image', 'rm', '--force', id])).status, 0);
    const loaded = await createLoader(engine).load(scene.layout, built.digest);
    assert.deepEqual(loaded, { ...loaded, id, manifest: built.digest, fresh: true });
  });

  it('an interruption ends the step that is running, and nothing is in the layout', async (scene) => {
    const seconds = String(100_000 + Math.floor(Math.random() * 900_000));
    const interruption = new AbortController();
    const text = `${marked}RUN ["/bin/busybox", "sleep", "${seconds}"]\n`;
    const building = scene.build(text, {}, interruption.signal);
    const running = async (): Promise<boolean> => (await processesWith(seconds)).length > 0;
    await Promise.race([until('the step', running), building]);
    interruption.abort();
    await assert.rejects(building, failsWith('interrupted'));
    await until('the end of the step', async () => !(await running()));
    await assertEmpty(scene.layout);
  });
}

/** One for each way out of an engine; what reads the Dockerfile does not matter. */
const ways = variants.filter(({ name }) => name !== 'docker, BuildKit');
const megabytes = 200;
const large = `${marked}RUN ["/bin/busybox", "dd", "if=/dev/urandom", "of=/large", "bs=1M", "count=${megabytes}"]\n`;

for (const variant of ways) {
  test(`${variant.name}: a layer of ${megabytes} MB takes little memory, and can be interrupted on its way out`, async (t) => {
    const subject = await underTest(t, variant);
    if (subject === undefined) return;
    const scene = await setScene(t, subject);
    const request = await scene.request(large);
    const interruption = new AbortController();
    const building = scene.builder.build(request, scene.layout, () => undefined, interruption.signal);
    const comes = async (): Promise<boolean> => (await bytesBelow(subject.temporary)) > 1e6;
    await Promise.race([until('the layer', comes), building]);
    interruption.abort();
    await assert.rejects(building, failsWith('interrupted'));
    assert.deepEqual(await readdir(subject.temporary), [], 'something was left behind');
    assert.deepEqual(await scene.layout.tags(), []);

    const before = process.memoryUsage.rss();
    let most = before;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 10);
    const built = await scene.builder.build(request, scene.layout, () => undefined);
    clearInterval(watch);
    assert.ok(most - before < (megabytes / 2) * 1e6, `${Math.round((most - before) / 1e6)} MB more`);
    assert.ok((await unpackedBytes(scene.layout, built.manifest)) > megabytes * 1e6);
  });
}

async function bytesBelow(folder: string): Promise<number> {
  const files = await readdir(folder, { recursive: true });
  const sizes = files.map((file) =>
    stat(join(folder, file)).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

async function unpackedBytes(layout: Layout, digest: Parameters<Layout['manifest']>[0]): Promise<number> {
  const manifest = await layout.manifest(digest);
  assert.ok(manifest.kind === 'manifest');
  let bytes = 0;
  for (const layer of manifest.layers) {
    const plain: AsyncIterable<Uint8Array> = Readable.from(layout.blob(layer)).pipe(createGunzip());
    for await (const piece of plain) bytes += piece.length;
  }
  return bytes;
}

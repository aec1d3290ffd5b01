import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import {
  assertEmpty,
  failsWith,
  plainDockerfile,
  setScene,
  type BuildScene,
} from '../../../test/contracts/builder.ts';
import { isFailure } from '../../base/failure.ts';
import { collectBytes, streamOf } from '../../base/stream.ts';
import { writeTar, type TarMember } from '../../base/tar-write.ts';
import { digestHex, digestOf, type Digest } from '../../model/digest.ts';
import type { Engine } from '../../model/engine.ts';
import { mediaTypes } from '../../model/media-type.ts';
import { diskLayouts } from '../registry/layout.ts';
import { createBuilder } from './builder.ts';
import { sampleEngine } from '../../../test/support/sample-engine.ts';

const owned = { mode: 0o644, uid: 0, gid: 0, mtime: 0 };

function file(name: string, content: Buffer | string): TarMember {
  const bytes = Buffer.from(content);
  return { ...owned, kind: 'file', name, size: bytes.length, content: streamOf([bytes]) };
}

function link(name: string, linkName: string): TarMember {
  return { ...owned, kind: 'link', name, linkName };
}

function tar(...members: readonly TarMember[]): Promise<Buffer> {
  return collectBytes(writeTar(members), 64 * 1024 ** 2, () => assert.fail('too large'));
}

/** A layer: the archive of one file. */
const layerOf = (name: string, bytes = 2_000): Promise<Buffer> => tar(file(name, randomBytes(bytes)));

function configOf(layers: readonly Buffer[], architecture = 'amd64'): Buffer {
  const diffIds = layers.map((layer) => digestOf(layer));
  return Buffer.from(
    JSON.stringify({ os: 'linux', architecture, config: {}, rootfs: { type: 'layers', diff_ids: diffIds } }),
  );
}

/** `manifest.json` as docker writes it: not where a reader would like to have it. */
function listOf(config: Buffer, layerNames: readonly string[]): TarMember {
  const name = `${digestHex(digestOf(config))}.json`;
  return file('manifest.json', JSON.stringify([{ Config: name, RepoTags: null, Layers: layerNames }]));
}

function configFile(config: Buffer): TarMember {
  return file(`${digestHex(digestOf(config))}.json`, config);
}

/** A program in the place of an engine. It notes how it was called, and does what each part of the script says. */
interface FakeEngine {
  readonly engine: Engine;
  readonly folder: string;
  /** Arguments of all calls, one line a call. */
  readonly calls: () => Promise<readonly string[]>;
}

interface FakeScript {
  /** Shell. `$iid`, `$metadata` are the files to leave; `$all` is all arguments. */
  readonly build?: string;
  readonly save?: string;
  readonly version?: string;
}

async function fakeEngine(
  t: TestContext,
  script: FakeScript,
  more: Partial<Engine> = {},
): Promise<FakeEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'lockkeeper-engine-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const text = `#!/bin/sh
all="$*"
echo "$all" >> "${folder}/calls"
cd "${folder}"
verb="$1"
while [ $# -gt 0 ]; do
  case "$1" in
    --iidfile) iid="$2";;
    --metadata-file) metadata="$2";;
    --output) output="$2";;
  esac
  shift
done
case "$verb" in
  build|buildx) ${script.build ?? 'exit 99'};;
  save) ${script.save ?? 'exit 99'};;
  version) ${script.version ?? ':'};;
  *) exit 98;;
esac
`;
  const program = join(folder, 'engine');
  await writeFile(program, text, { mode: 0o755 });
  const engine = sampleEngine({ program, ...more });
  const calls = async (): Promise<readonly string[]> =>
    (await readFile(join(folder, 'calls'), 'utf8')).trimEnd().split('\n');
  return { engine, folder, calls };
}

async function started({ folder }: FakeEngine): Promise<void> {
  while (!(await readdir(folder)).includes('started')) await delay(20);
}

async function sceneOf(t: TestContext, { engine }: FakeEngine): Promise<BuildScene> {
  const temporary = await mkdtemp(join(tmpdir(), 'lockkeeper-'));
  t.after(async () => {
    assert.deepEqual(await readdir(temporary), [], 'something was left behind');
    await rm(temporary, { recursive: true });
  });
  return setScene(t, { builder: createBuilder(engine, { temporary }), platform: engine.platform, temporary });
}

/** An engine that has built the image with this config, and hands it out as `members`. */
async function engineThatBuilt(
  t: TestContext,
  id: Digest,
  members: readonly TarMember[],
  more: Partial<Engine> = {},
): Promise<FakeEngine> {
  const fake = await fakeEngine(
    t,
    { build: `echo "Step 1"; printf '${id}' > "$iid"`, save: 'cat saved.tar' },
    more,
  );
  await writeFile(join(fake.folder, 'saved.tar'), await tar(...members));
  return fake;
}

test('classic store: layers in the order of the config, whatever the order and the names in the archive', async (t) => {
  const [base, top] = [await layerOf('base', 3_000_000), await layerOf('top')];
  // Docker links a layer that comes twice, and the link may stand before what it points to.
  const layers = [base, top, base];
  const config = configOf(layers);
  const members = [
    file('aaa/VERSION', '1.0'),
    file('aaa/json', '{"id":"aaa"}'),
    link('aaa/layer.tar', '../zzz/layer.tar'),
    configFile(config),
    file('mmm/layer.tar', top),
    file('zzz/layer.tar', base),
    listOf(config, ['zzz/layer.tar', 'mmm/layer.tar', 'aaa/layer.tar']),
    file('repositories', '{}'),
  ];
  const scene = await sceneOf(t, await engineThatBuilt(t, digestOf(config), members));
  const { manifest, platform, builtBy } = await scene.build(plainDockerfile);
  assert.deepEqual(platform, { os: 'linux', architecture: 'amd64' });
  assert.equal(builtBy, 'docker 28.0.1 (classic builder)');
  assert.equal(manifest.mediaType, mediaTypes.ociManifest);
  assert.deepEqual(manifest.config, {
    mediaType: mediaTypes.ociConfig,
    digest: digestOf(config),
    size: config.length,
  });
  assert.deepEqual(
    manifest.layers.map(({ mediaType }) => mediaType),
    Array.from({ length: 3 }, () => mediaTypes.ociLayerGzip),
  );
  assert.deepEqual(manifest.layers[0], manifest.layers[2]);
  assert.deepEqual(scene.lines, ['Step 1']);
});

test('classic store of docker 25 and later: members are named by their digests', async (t) => {
  const layer = await layerOf('base');
  const config = configOf([layer]);
  const name = (bytes: Buffer): string => `blobs/sha256/${digestHex(digestOf(bytes))}`;
  const list = JSON.stringify([{ Config: name(config), RepoTags: null, Layers: [name(layer)] }]);
  const members = [
    file(name(layer), layer),
    file(name(config), config),
    file('index.json', '{}'),
    file('manifest.json', list),
  ];
  const scene = await sceneOf(t, await engineThatBuilt(t, digestOf(config), members));
  assert.equal((await scene.build(plainDockerfile)).manifest.layers.length, 1);
});

test('classic store: a layer that looks like a document is a layer all the same, and so is an empty one', async (t) => {
  const layers = [await tar(file('{"a":1}', 'b')), Buffer.alloc(1024)];
  const config = configOf(layers);
  const members = [
    ...layers.map((layer, at) => file(`${at}/layer.tar`, layer)),
    configFile(config),
    listOf(config, ['0/layer.tar', '1/layer.tar']),
  ];
  const scene = await sceneOf(t, await engineThatBuilt(t, digestOf(config), members));
  assert.equal((await scene.build(plainDockerfile)).manifest.layers.length, 2);
});

test('classic store: a layer that was packed before is taken from the layout, and packed anew for another one', async (t) => {
  const layer = await layerOf('base');
  const config = configOf([layer]);
  const archive = (content: Buffer): TarMember[] => [
    file('base/layer.tar', content),
    configFile(config),
    listOf(config, ['base/layer.tar']),
  ];
  const fake = await engineThatBuilt(t, digestOf(config), archive(layer));
  const scene = await sceneOf(t, fake);
  const built = await scene.build(plainDockerfile);
  // Nobody reads it any more, so that nobody sees that it is another one.
  await writeFile(join(fake.folder, 'saved.tar'), await tar(...archive(await layerOf('other'))));
  assert.equal((await scene.build(plainDockerfile)).digest, built.digest);
  const elsewhere = await diskLayouts.openOrCreate(join(scene.layout.path, '..', 'elsewhere'));
  const request = await scene.request(plainDockerfile);
  await assert.rejects(
    scene.builder.build(request, elsewhere, () => undefined),
    failsWith('content-mismatch'),
  );
  await assertEmpty(elsewhere);
});

test('classic store: an archive that is not the image that was built is refused, and the layout stays empty', async (t) => {
  const [layer, other] = [await layerOf('base'), await layerOf('other')];
  const config = configOf([layer]);
  const whole = [
    file('base/layer.tar', layer),
    configFile(config),
    listOf(config, ['base/layer.tar']),
  ] as const;
  const [base, , list] = whole;
  const cases = [
    ['other layers', [file('base/layer.tar', other), ...whole.slice(1)], 'content-mismatch'],
    ['too few layers', [...whole.slice(0, 2), listOf(config, [])], 'content-mismatch'],
    [
      'another config',
      [base, file('c.json', '{}'), file('manifest.json', '[{"Config":"c.json","Layers":[]}]')],
      'content-mismatch',
    ],
    ['no manifest.json', whole.slice(0, 2), 'program-output'],
    ['no layer', whole.slice(1), 'program-output'],
    ['no config', [base, list], 'program-output'],
    ['a link to itself', [link('base/layer.tar', 'layer.tar'), ...whole.slice(1)], 'program-output'],
    ['several images', [...whole.slice(0, 2), file('manifest.json', '[{},{}]')], 'program-output'],
    [
      'something else than a list',
      [...whole.slice(0, 2), file('manifest.json', '{"0":{"Config":"a","Layers":[]}}')],
      'program-output',
    ],
    ['no JSON', [...whole.slice(0, 2), file('manifest.json', '[{')], 'program-output'],
  ] as const;
  for (const [what, members, code] of cases) {
    const scene = await sceneOf(t, await engineThatBuilt(t, digestOf(config), members));
    await assert.rejects(scene.build(plainDockerfile), failsWith(code), what);
    await assertEmpty(scene.layout);
  }
});

test('an engine that stops in the middle of an archive: its own words', async (t) => {
  const [layer, id] = [await layerOf('base', 100_000), digestOf('config')];
  const save = `head -c 60000 saved.tar; echo "no space left on device" >&2; exit 1`;
  for (const [version, code] of [
    [':', 'engine-refused'],
    ['exit 1', 'engine-unreachable'],
  ] as const) {
    const fake = await fakeEngine(t, { build: `printf '${id}' > "$iid"`, save, version });
    await writeFile(join(fake.folder, 'saved.tar'), await tar(file('base/layer.tar', layer)));
    const scene = await sceneOf(t, fake);
    await assert.rejects(scene.build(plainDockerfile), (error) => {
      assert.ok(isFailure(error, code), String(error));
      assert.match(error.message, /no space left on device/);
      return true;
    });
    await assertEmpty(scene.layout);
  }
});

test('an archive that is cut off although the engine says that all is well is refused', async (t) => {
  const id = digestOf('config');
  const fake = await fakeEngine(t, { build: `printf '${id}' > "$iid"`, save: 'head -c 60000 saved.tar' });
  await writeFile(
    join(fake.folder, 'saved.tar'),
    await tar(file('base/layer.tar', await layerOf('base', 100_000))),
  );
  const scene = await sceneOf(t, fake);
  await assert.rejects(scene.build(plainDockerfile), failsWith('program-output'));
});

interface OciImage {
  readonly members: readonly TarMember[];
  readonly manifest: Buffer;
  readonly layer: Buffer;
  readonly descriptor: object;
  readonly config: Buffer;
}

const blobFile = (bytes: Buffer): TarMember => file(`blobs/sha256/${digestHex(digestOf(bytes))}`, bytes);
const describe = (bytes: Buffer, mediaType: string): object => ({
  mediaType,
  digest: digestOf(bytes),
  size: bytes.length,
});

/** An image as a containerd store holds it: spelled by somebody else, and it has to stay so. */
async function ociImage(architecture: string): Promise<OciImage> {
  const plain = await layerOf(architecture);
  const layer = gzipSync(plain);
  const config = configOf([plain], architecture);
  const document = {
    layers: [describe(layer, mediaTypes.dockerLayerGzip)],
    config: describe(config, mediaTypes.dockerConfig),
    mediaType: mediaTypes.dockerManifest,
    schemaVersion: 2,
  };
  const manifest = Buffer.from(JSON.stringify(document, undefined, 3));
  const descriptor = {
    ...describe(manifest, mediaTypes.dockerManifest),
    platform: { os: 'linux', architecture },
  };
  return { members: [layer, config, manifest].map(blobFile), manifest, layer, descriptor, config };
}

const indexFile = (...entries: readonly object[]): TarMember =>
  file('index.json', JSON.stringify({ schemaVersion: 2, manifests: entries }));

const containerd = { store: 'containerd', buildkit: 'buildx' } as const;

/** Leaves what buildx leaves: the digest of the config where other builders leave the id. */
async function buildxThatBuilt(
  t: TestContext,
  id: Digest,
  members: readonly TarMember[],
): Promise<FakeEngine> {
  const metadata = JSON.stringify({ 'containerimage.digest': id });
  const build = `printf 'sha256:%064d' 0 > "$iid"; printf '%s' '${metadata}' > "$metadata"`;
  const fake = await fakeEngine(t, { build, save: 'cat saved.tar' }, containerd);
  await writeFile(join(fake.folder, 'saved.tar'), await tar(...members));
  return fake;
}

test('containerd store: the manifest and the layers stay as they are', async (t) => {
  const image = await ociImage('amd64');
  const id = digestOf(image.manifest);
  const fake = await buildxThatBuilt(t, id, [
    ...image.members,
    indexFile(image.descriptor),
    file('manifest.json', '[]'),
  ]);
  const scene = await sceneOf(t, fake);
  const built = await scene.build(plainDockerfile);
  assert.equal(built.digest, id);
  assert.deepEqual(Buffer.from(built.manifest.bytes), image.manifest);
  assert.equal(built.builtBy, 'docker 28.0.1 (BuildKit)');
  assert.ok((await fake.calls()).includes(`save ${id}`));
});

test('containerd store: of an index the image of the wanted platform is taken, without what is said about it', async (t) => {
  const [amd, arm] = [await ociImage('amd64'), await ociImage('arm64')];
  const said = await ociImage('unknown');
  const attestation = {
    ...said.descriptor,
    annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
  };
  const index = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.ociIndex,
      manifests: [
        attestation,
        arm.descriptor,
        amd.descriptor,
        { ...describe(Buffer.from('riscv'), mediaTypes.ociManifest) },
      ],
    }),
  );
  const members = [arm, amd, said].flatMap((each) => each.members);
  const top = indexFile(describe(index, mediaTypes.ociIndex));
  const scene = await sceneOf(
    t,
    await buildxThatBuilt(t, digestOf(index), [...members, blobFile(index), top]),
  );
  assert.equal((await scene.build(plainDockerfile)).digest, digestOf(amd.manifest));
  assert.equal(await scene.layout.hasBlob(digestOf(arm.layer)), false);
  assert.equal(await scene.layout.hasBlob(digestOf(said.manifest)), false);
  const other = await scene.build(plainDockerfile, { platform: { os: 'linux', architecture: 'arm64' } });
  assert.equal(other.digest, digestOf(arm.manifest));
  assert.deepEqual(other.platform, { os: 'linux', architecture: 'arm64' });
});

test('containerd store: what is not the image that was built is refused', async (t) => {
  const [image, other] = [await ociImage('amd64'), await ociImage('amd64')];
  const id = digestOf(image.manifest);
  const damaged = file(
    `blobs/sha256/${digestHex(digestOf(image.layer))}`,
    Buffer.concat([image.layer, Buffer.from('x')]),
  );
  const lying = file(`blobs/sha256/${digestHex(id)}`, other.manifest);
  const cases = [
    ['another image', [...other.members, indexFile(other.descriptor)], 'program-output'],
    ['no index.json', image.members, 'program-output'],
    ['no manifest', [...image.members.slice(0, 2), indexFile(image.descriptor)], 'program-output'],
    ['no layer', [...image.members.slice(1), indexFile(image.descriptor)], 'blob-missing'],
    [
      'a damaged layer',
      [damaged, ...image.members.slice(1), indexFile(image.descriptor)],
      'content-mismatch',
    ],
    [
      'another manifest under its digest',
      [...image.members.slice(0, 2), lying, indexFile(image.descriptor)],
      'content-mismatch',
    ],
    ['an index that is none', [...image.members, file('index.json', '[]')], 'content-refused'],
  ] as const;
  for (const [what, members, code] of cases) {
    const scene = await sceneOf(t, await buildxThatBuilt(t, id, members));
    await assert.rejects(scene.build(plainDockerfile), failsWith(code), what);
    assert.equal(await scene.layout.resolve(id), undefined);
  }
});

/** Podman unpacks its own archive here; `saved` is what it leaves. */
async function podmanThatBuilt(
  t: TestContext,
  images: { readonly cached: OciImage; readonly fresh: OciImage },
): Promise<FakeEngine> {
  const id = ({ config }: OciImage): string => digestOf(config);
  const build = `case "$all" in *--no-cache*) printf '${id(images.fresh)}' > "$iid";; *) printf '${id(images.cached)}' > "$iid";; esac`;
  const save = `mkdir "$output"; case "$all" in *${id(images.fresh)}) tar -xf fresh.tar -C "$output";; *) tar -xf cached.tar -C "$output";; esac`;
  const fake = await fakeEngine(
    t,
    { build, save },
    { kind: 'podman', version: '4.3.1', createArgs: ['--ulimit', 'nofile=9'] },
  );
  for (const [name, image] of Object.entries(images)) {
    await writeFile(
      join(fake.folder, `${name}.tar`),
      await tar(...image.members, indexFile(image.descriptor)),
    );
  }
  return fake;
}

test('podman: its manifest is kept, and it gets the flags that this machine needs', async (t) => {
  const image = await ociImage('amd64');
  const fake = await podmanThatBuilt(t, { cached: image, fresh: image });
  const scene = await sceneOf(t, fake);
  const built = await scene.build(plainDockerfile);
  assert.equal(built.digest, digestOf(image.manifest));
  assert.equal(built.builtBy, 'podman 4.3.1');
  const calls = await fake.calls();
  assert.equal(calls.length, 2);
  assert.match(calls[0] ?? '', /^build --format oci --ulimit nofile=9 --iidfile /);
});

test('podman: a step from the cache that is for another platform is built anew', async (t) => {
  const [cached, fresh] = [await ociImage('amd64'), await ociImage('arm64')];
  const fake = await podmanThatBuilt(t, { cached, fresh });
  const scene = await sceneOf(t, fake);
  const built = await scene.build(plainDockerfile, { platform: { os: 'linux', architecture: 'arm64' } });
  assert.equal(built.digest, digestOf(fresh.manifest));
  assert.equal((await fake.calls()).length, 4);
});

test('an engine that builds for its own platform whatever it is asked: platform-unsupported', async (t) => {
  const layer = await layerOf('base');
  const config = configOf([layer]);
  const members = [file('base/layer.tar', layer), configFile(config), listOf(config, ['base/layer.tar'])];
  const fake = await engineThatBuilt(t, digestOf(config), members, { buildkit: 'builtin' });
  const scene = await sceneOf(t, fake);
  const platform = { os: 'linux', architecture: 'arm64' };
  await assert.rejects(scene.build(plainDockerfile, { platform }), (error) => {
    assert.ok(isFailure(error, 'platform-unsupported'), String(error));
    assert.match(error.message, /linux\/arm64.*linux\/amd64/);
    return true;
  });
  await assertEmpty(scene.layout);
});

test('the classic builder is not asked for another platform than its own', async (t) => {
  const scene = await sceneOf(t, await fakeEngine(t, { build: 'echo asked' }));
  const platform = { os: 'linux', architecture: 'arm64' };
  await assert.rejects(scene.build(plainDockerfile, { platform }), failsWith('platform-unsupported'));
  assert.deepEqual(scene.lines, []);
});

test('a variant that the config leaves out is the one that was asked for', async (t) => {
  const layer = await layerOf('base');
  const config = configOf([layer], 'arm');
  const members = [file('base/layer.tar', layer), configFile(config), listOf(config, ['base/layer.tar'])];
  const fake = await engineThatBuilt(t, digestOf(config), members, { buildkit: 'builtin' });
  const scene = await sceneOf(t, fake);
  const platform = { os: 'linux', architecture: 'arm', variant: 'v7' };
  assert.deepEqual((await scene.build(plainDockerfile, { platform })).platform, platform);
});

test('an image that does not build: the last lines, the exit status, the Dockerfile, and what to do', async (t) => {
  const fake = await fakeEngine(t, { build: 'seq 1 100; echo "it is broken" >&2; exit 7' });
  const scene = await sceneOf(t, fake);
  await assert.rejects(scene.build(plainDockerfile, { target: 'tests' }), (error) => {
    assert.ok(isFailure(error, 'build-failed'), String(error));
    const [first, ...lines] = error.message.split('\n');
    assert.match(first ?? '', /docker 28\.0\.1 \(classic builder\) ended with exit status 7/);
    assert.deepEqual(
      lines.toSorted(),
      [...Array.from({ length: 29 }, (_, at) => String(at + 72)), 'it is broken'].toSorted(),
    );
    assert.match(error.hint ?? '', /--target tests/);
    return true;
  });
  assert.equal(scene.lines.length, 101);
});

test('an image for another platform that does not build: the hint speaks of emulation', async (t) => {
  const scene = await sceneOf(
    t,
    await fakeEngine(t, { build: 'echo "exec format error" >&2; exit 1' }, { buildkit: 'builtin' }),
  );
  const platform = { os: 'linux', architecture: 'riscv64' };
  await assert.rejects(scene.build(plainDockerfile, { platform }), (error) => {
    assert.ok(isFailure(error, 'build-failed'), String(error));
    assert.match(error.hint ?? '', /linux\/riscv64 need emulation/);
    return true;
  });
});

test('an engine that goes away while it builds is not a Dockerfile that is wrong', async (t) => {
  const scene = await sceneOf(
    t,
    await fakeEngine(t, { build: 'echo "connection lost" >&2; exit 1', version: 'exit 1' }),
  );
  await assert.rejects(scene.build(plainDockerfile), failsWith('engine-unreachable'));
});

test('an engine that is not there any more: engine-missing', async (t) => {
  const fake = await fakeEngine(t, {});
  await rm(fake.engine.program);
  await assert.rejects((await sceneOf(t, fake)).build(plainDockerfile), failsWith('engine-missing'));
});

test('an engine that does not say what it has built is refused', async (t) => {
  for (const build of [`printf 'latest' > "$iid"`, `: > "$iid"`, ':']) {
    await assert.rejects(
      (await sceneOf(t, await fakeEngine(t, { build }))).build(plainDockerfile),
      failsWith('program-output'),
    );
  }
});

test('an interruption while the engine hands the image out: nothing is left', async (t) => {
  const save = 'cat saved.tar; touch started; while :; do sleep 1; done';
  const fake = await fakeEngine(t, { build: `printf '${digestOf('config')}' > "$iid"`, save });
  await writeFile(
    join(fake.folder, 'saved.tar'),
    await tar(file('base/layer.tar', await layerOf('base', 3_000_000))),
  );
  const scene = await sceneOf(t, fake);
  const interruption = new AbortController();
  const building = scene.build(plainDockerfile, {}, interruption.signal);
  await started(fake);
  interruption.abort();
  await assert.rejects(building, failsWith('interrupted'));
  await assertEmpty(scene.layout);
});

test('an interruption: podman is told with the signal that it heeds, and others with theirs', async (t) => {
  for (const [kind, heeds] of [
    ['podman', 'HUP'],
    ['docker', 'TERM'],
  ] as const) {
    // A shell that reports the end of its children to a pipe that nobody reads dies of that.
    const build = `exec 2>&-; trap 'echo ${heeds} > told; exit 1' ${heeds}; touch started; while :; do sleep 0.05; done`;
    const fake = await fakeEngine(t, { build }, { kind });
    const scene = await sceneOf(t, fake);
    const interruption = new AbortController();
    const building = scene.build(plainDockerfile, {}, interruption.signal);
    await started(fake);
    interruption.abort();
    await assert.rejects(building, failsWith('interrupted'));
    assert.equal(await readFile(join(fake.folder, 'told'), 'utf8'), `${heeds}\n`);
  }
});

test('a temporary folder that is not there: path-missing', async (t) => {
  const fake = await fakeEngine(t, {});
  const scene = await sceneOf(t, fake);
  const builder = createBuilder(fake.engine, { temporary: join(fake.folder, 'missing') });
  await assert.rejects(
    builder.build(await scene.request(plainDockerfile), scene.layout, () => undefined),
    failsWith('path-missing'),
  );
});

test('what is unpacked is what was packed', async (t) => {
  const layer = await layerOf('base', 5_000_000);
  const config = configOf([layer]);
  const members = [file('base/layer.tar', layer), configFile(config), listOf(config, ['base/layer.tar'])];
  const scene = await sceneOf(t, await engineThatBuilt(t, digestOf(config), members));
  const { manifest } = await scene.build(plainDockerfile);
  const [only] = manifest.layers;
  assert.ok(only !== undefined);
  const packed = await collectBytes(scene.layout.blob(only), 1e8, () => assert.fail('too large'));
  assert.ok(gunzipSync(packed).equals(layer));
});

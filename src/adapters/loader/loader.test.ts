import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { isFailure } from '../../base/failure.ts';
import { jsonOf, listAt, textAt, textsAt } from '../../base/json-path.ts';
import { collectBytes, streamOf } from '../../base/stream.ts';
import { readTar } from '../../base/tar-read.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import { digestOf, type Digest } from '../../model/digest.ts';
import type { Engine } from '../../model/engine.ts';
import { parseManifest, type ImageManifest } from '../../model/manifest.ts';
import { mediaTypes } from '../../model/media-type.ts';
import type { Repository } from '../../ports/repository.ts';
import { createLoader } from './loader.ts';
import { sampleEngine } from '../../../test/support/sample-engine.ts';

interface Place {
  readonly from: Repository;
  readonly manifest: ImageManifest;
  readonly diffIds: readonly Digest[];
  /** Digests in the order in which they were read. */
  readonly read: Digest[];
}

/** An image of two layers, one of them twice. */
function place(): Place {
  const blobs = new Map<Digest, Buffer>();
  const put = (bytes: Buffer, mediaType: string): Descriptor => {
    blobs.set(digestOf(bytes), bytes);
    return { mediaType, digest: digestOf(bytes), size: bytes.length };
  };
  const contents = ['one', 'two', 'one'].map((text) => Buffer.from(text));
  const diffIds = contents.map((content) => digestOf(content));
  const layers = contents.map((content) => put(gzipSync(content), mediaTypes.ociLayerGzip));
  const config = put(
    Buffer.from(
      JSON.stringify({ os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: diffIds } }),
    ),
    mediaTypes.ociConfig,
  );
  const bytes = Buffer.from(
    JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociManifest, config, layers }),
  );
  const manifest = parseManifest(bytes, mediaTypes.ociManifest);
  assert.ok(manifest.kind === 'manifest');
  const none = (): never => assert.fail('nobody asks for this');
  const read: Digest[] = [];
  const from: Repository = {
    ...{
      name: 'place',
      resolve: none,
      hasBlob: none,
      putBlob: none,
      putManifest: none,
      tags: none,
      referrers: none,
      deleteManifest: none,
      deleteTag: none,
      deleteBlob: none,
    },
    manifest: () => Promise.resolve(manifest),
    blob: ({ digest }) => {
      read.push(digest);
      return streamOf([blobs.get(digest) ?? assert.fail('unknown blob')]);
    },
  };
  return { from, manifest, diffIds, read };
}

/**
 * An engine that keeps the archive in `loaded.tar`, and answers questions about an image with `answer` once it has one
 * (or from the beginning).
 */
async function engineThat(
  t: TestContext,
  answer: object | undefined,
  more: Partial<Engine> & { readonly holds?: boolean } = {},
): Promise<Engine & { readonly archive: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'lockkeeper-'));
  t.after(() => rm(folder, { recursive: true }));
  const { holds = false, ...rest } = more;
  const archive = join(folder, 'loaded.tar');
  const script = `#!/bin/sh
case "$1" in
  load) cat > "${archive}";;
  image) ${holds ? '' : `[ -e "${archive}" ] || exit 1;`} ${answer === undefined ? 'exit 1' : `printf '%s' '${JSON.stringify([answer])}'`};;
  version) ;;
  *) exit 99;;
esac
`;
  const program = join(folder, 'engine');
  await writeFile(program, script, { mode: 0o755 });
  return { archive, ...sampleEngine({ program, ...rest }) };
}

test('the archive is an OCI layout and a docker archive at once, with each blob once and no tag', async (t) => {
  const { from, manifest, diffIds } = place();
  const engine = await engineThat(t, { Id: manifest.config.digest, RootFS: { Layers: diffIds } });
  const loaded = await createLoader(engine).load(from, manifest.digest);
  assert.deepEqual(loaded, {
    id: manifest.config.digest,
    manifest: manifest.digest,
    fresh: true,
    sent: manifest.layers.slice(0, 2),
  });
  const files = new Map<string, string>();
  for await (const entry of readTar(streamOf([await readFile(engine.archive)]), (why) => new Error(why))) {
    assert.ok(!files.has(entry.name), `${entry.name} is there once`);
    files.set(entry.name, (await collectBytes(entry.content, 1e6, () => assert.fail())).toString('latin1'));
  }
  const [inIndex] = listAt(jsonOf(files.get('index.json') ?? ''), 'manifests');
  assert.equal(textAt(inIndex, 'digest'), manifest.digest);
  const [archived] = listAt(jsonOf(files.get('manifest.json') ?? ''));
  const path = (digest: Digest): string => `blobs/${digest.replace(':', '/')}`;
  assert.equal(textAt(archived, 'Config'), path(manifest.config.digest));
  assert.deepEqual(
    textsAt(archived, 'Layers'),
    manifest.layers.map(({ digest }) => path(digest)),
  );
  assert.match(files.get('manifest.json') ?? '', /"RepoTags":null/);
  const held = [...files].filter(([name]) => /^blobs\/sha256\/./.test(name));
  assert.equal(held.length, 4);
  for (const [name, content] of held) assert.equal(name, path(digestOf(Buffer.from(content, 'latin1'))));
});

test('with the containerd store the image is called by its manifest', async (t) => {
  const { from, manifest, diffIds } = place();
  const engine = await engineThat(
    t,
    { Id: manifest.digest, RootFS: { Layers: diffIds } },
    { store: 'containerd' },
  );
  assert.equal((await createLoader(engine).load(from, manifest.digest)).id, manifest.digest);
});

test('an image that docker holds is compared layer by layer, but not sent', async (t) => {
  const { from, manifest, diffIds, read } = place();
  const engine = await engineThat(
    t,
    { Id: manifest.config.digest, RootFS: { Layers: diffIds } },
    { holds: true },
  );
  assert.equal((await createLoader(engine).load(from, manifest.digest)).fresh, false);
  // The third layer is the first one again.
  assert.deepEqual(
    read,
    [manifest.config, ...manifest.layers.slice(0, 2)].map(({ digest }) => digest),
  );
  await assert.rejects(readFile(engine.archive));
});

test('an image that is in use and held is not read', async (t) => {
  const { from, manifest, diffIds, read } = place();
  const engine = await engineThat(
    t,
    { Id: manifest.config.digest, RootFS: { Layers: diffIds } },
    { holds: true },
  );
  await createLoader(engine).load(from, manifest.digest, undefined, { heldIsEnough: true });
  assert.deepEqual(read, [manifest.config.digest]);
});

test('podman holds an image for sure only when it came from this very manifest', async (t) => {
  const { from, manifest, diffIds } = place();
  const answer = { Id: manifest.config.digest.replace('sha256:', ''), RootFS: { Layers: diffIds } };
  for (const [known, sent] of [
    [manifest.digest, false],
    [digestOf('another'), true],
  ] as const) {
    const engine = await engineThat(t, { ...answer, Digest: known }, { kind: 'podman', holds: true });
    assert.equal((await createLoader(engine).load(from, manifest.digest)).fresh, false);
    assert.equal(
      await readFile(engine.archive).then(
        () => true,
        () => false,
      ),
      sent,
    );
  }
});

for (const [name, answer] of [
  ['no image', undefined],
  [
    'an image of another id',
    { Id: digestOf('other'), RootFS: { Layers: [digestOf('one'), digestOf('two'), digestOf('one')] } },
  ],
  [
    'an image with fewer layers',
    { Id: place().manifest.config.digest, RootFS: { Layers: [digestOf('one')] } },
  ],
  ['an image without layers', { Id: place().manifest.config.digest }],
] as const) {
  test(`an engine that says that all is well and then holds ${name}: image-unloadable`, async (t) => {
    const { from, manifest } = place();
    const engine = await engineThat(t, answer);
    await assert.rejects(createLoader(engine).load(from, manifest.digest), (error: unknown) =>
      isFailure(error, 'image-unloadable'),
    );
  });
}

import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { diskLayouts } from '../../src/adapters/registry/layout.ts';
import { bundleDocument, parseBundle, type Bundle } from '../../src/model/bundle.ts';
import type { Digest } from '../../src/model/digest.ts';
import { parseReference } from '../../src/model/reference.ts';
import type { Layout } from '../../src/ports/layout.ts';
import type { Repository } from '../../src/ports/repository.ts';
import { noCredentials } from '../../src/adapters/credentials/none.ts';
import { askEngine } from '../../src/ports/engine-command.ts';
import { runCommandLine } from '../support/command-line.ts';
import { peerMissing } from '../support/peers.ts';
import { realEngine } from '../support/engine.ts';
import { realRegistries, sharedRegistry } from '../support/real-registry.ts';

const shared = sharedRegistry();
const registries = realRegistries(noCredentials);

interface Ground {
  /** Of docker's classic store. */
  readonly ask: (...words: readonly string[]) => Promise<string>;
  readonly base: string;
  readonly image: string;
  readonly create: (
    out: string,
    ...words: readonly string[]
  ) => Promise<{ readonly layout: Layout; readonly bundle: Bundle }>;
}

/** A base of two layers and an image on it, built by docker, which has never heard of them otherwise. */
async function setGround(t: TestContext): Promise<Ground | undefined> {
  if (!shared.isThere(t)) return undefined;
  const { host } = await shared.server();
  const engine = await realEngine('docker', t);
  if (engine === undefined) return undefined;
  if (engine.store !== 'classic') {
    peerMissing('docker with its classic store', t);
    return undefined;
  }
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-bundle-docker-'));
  const [base, image] = [`${host}/base/${randomUUID()}:v1`, `${host}/ci/${randomUUID()}:v1`];
  t.after(async () => {
    await askEngine(engine, ['rmi', '--force', image, base]);
    await rm(folder, { recursive: true });
  });
  const ask: Ground['ask'] = async (...words) => {
    const { status, stdout, stderr } = await askEngine(engine, words, { timeoutMs: 120_000 });
    assert.equal(status, 0, stderr);
    return stdout;
  };
  await mkdir(path.join(folder, 'context'));
  for (const name of ['one', 'two', 'top'])
    await writeFile(path.join(folder, 'context', name), randomBytes(50_000));
  for (const [name, lines] of [
    [base, 'FROM scratch\nCOPY one /one\nCOPY two /two\n'],
    [image, `FROM ${base}\nCOPY top /top\n`],
  ] as const) {
    await writeFile(path.join(folder, 'context/Dockerfile'), lines);
    await ask('build', '--tag', name, path.join(folder, 'context'));
  }
  const create: Ground['create'] = async (out, ...words) => {
    const ended = await runCommandLine(['bundle', 'create', ...words, '--out', out, '--quiet'], {
      cwd: folder,
    });
    assert.equal(ended.status, 0, ended.stderr);
    const layout = await diskLayouts.open(path.join(folder, out));
    const verified = await runCommandLine(['bundle', 'verify', out, '--quiet'], { cwd: folder });
    assert.equal(verified.status, 0, verified.stderr);
    const document = (await layout.document(bundleDocument)) ?? assert.fail();
    return { layout, bundle: parseBundle(document, out) };
  };
  return { ask, base, image, create };
}

async function layersIn(place: Repository, tag: string): Promise<readonly Digest[]> {
  const root = await place.resolve(tag);
  const manifest = await place.manifest(root?.digest ?? assert.fail());
  return manifest.kind === 'manifest' ? manifest.layers.map(({ digest }) => digest) : [];
}

const names = ['image', 'inspect', '--format', '{{json .RepoTags}} {{json .RepoDigests}}'] as const;

test('on a base that docker has pushed, a thin bundle holds the layers that docker would push, and docker is left as it was', async (t) => {
  const ground = await setGround(t);
  if (ground === undefined) return;
  const { ask, base, image, create } = ground;
  const { registry, repository } = parseReference(image);
  await ask('push', '--quiet', base);
  const before = await ask(...names, image);
  const { layout, bundle } = await create('thin', `docker-daemon:${image}`, '--thin-against', base);
  assert.equal(bundle.leftOut.length, 2);
  assert.equal(await ask(...names, image), before);
  assert.equal(
    (await ask('image', 'ls', '--filter', 'reference=127.0.0.1:*/lockkeeper-push-*', '-q')).trim(),
    '',
  );
  await ask('push', '--quiet', image);
  const pushed = await layersIn(registries.open(registry, repository), 'v1');
  assert.deepEqual(pushed, await layersIn(layout, bundle.members[0]?.digest ?? assert.fail()));
});

test('a base that docker neither pulled nor pushed is left out all the same', async (t) => {
  const ground = await setGround(t);
  if (ground === undefined) return;
  const { ask, base, image, create } = ground;
  const { bundle: full } = await create('base', `docker-daemon:${base}`);
  assert.deepEqual(full.leftOut, []);
  const before = await ask(...names, image);
  const { bundle } = await create('thin', `docker-daemon:${image}`, '--thin-against', 'oci:base');
  assert.equal(bundle.leftOut.length, 2);
  assert.equal(await ask(...names, image), before);
});

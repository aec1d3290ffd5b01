import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { createLoader } from '../../src/adapters/loader/loader.ts';
import { jsonOf, textAt, textsAt } from '../../src/base/json-path.ts';
import type { Engine } from '../../src/model/engine.ts';
import { askEngine } from '../../src/ports/engine-command.ts';
import { blobPath, writeBundle } from '../support/bundles.ts';
import { failureOfRun, runCommandLine } from '../support/command-line.ts';
import { realEngine } from '../support/engine.ts';
import { layeredImages, loadedOf, type LayeredImages } from '../support/load-ground.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { lyingProgram } from '../support/lying-program.ts';

interface Ground extends LayeredImages {
  readonly engine: Engine;
  readonly folder: string;
  readonly bundle: string;
  /** Nobody else has it. */
  readonly name: string;
}

/** A bundle with an image of three layers, of which the lower two are an image of their own. */
async function ground(kind: 'docker' | 'podman', t: TestContext): Promise<Ground | undefined> {
  const engine = await realEngine(kind, t);
  if (engine === undefined) return undefined;
  const images = await layeredImages();
  const folder = await temporaryFolder(t);
  const bundle = path.join(folder, 'bundle');
  await writeBundle(bundle, [{ name: 'ci', images: [images.image] }]);
  t.after(async () => {
    await askEngine(engine, ['image', 'rm', '--force', images.image.config]);
    await askEngine(engine, ['image', 'rm', '--force', images.base.config]);
  });
  return { ...images, engine, folder, bundle, name: `localhost/lockkeeper-test/${images.nonce}:candidate` };
}

async function loadBase({ engine, base }: Ground): Promise<void> {
  await createLoader(engine).load(base.repository, base.manifest.digest);
}

async function leaveOutBase({ bundle, base, image }: Ground): Promise<void> {
  const layers = base.manifest.layers.map(({ digest }) => digest);
  await writeBundle(bundle, [{ name: 'ci', images: [image] }], layers);
}

async function idOf({ engine }: Ground, name: string): Promise<string | undefined> {
  const { status, stdout } = await askEngine(engine, ['image', 'inspect', name]);
  const id = textAt(jsonOf(stdout), 0, 'Id');
  return status === 0 && id !== undefined ? `sha256:${id.replace('sha256:', '')}` : undefined;
}

async function topText({ engine }: Ground, name: string): Promise<string> {
  const words = ['run', '--rm', '--network', 'none', '--pull', 'never', ...engine.createArgs];
  return (await askEngine(engine, [...words, name, 'cat', '/etc/top'])).stdout;
}

for (const kind of ['docker', 'podman'] as const) {
  const load = ['load', 'bundle', '--into', kind, '--json'] as const;

  test(`${kind}: an image that it has not seen is there whole, starts, and has the name`, async (t) => {
    const here = await ground(kind, t);
    if (here === undefined) return;
    const ended = await runCommandLine([...load, '--as', here.name], { cwd: here.folder });
    const [delivery] = loadedOf(ended)[0]?.deliveries ?? [];
    assert.equal(delivery?.name, here.name);
    assert.ok((delivery?.layers.sent ?? 0) >= 2, 'all that no other image has');
    assert.deepEqual(
      delivery?.identity,
      kind === 'docker' && here.engine.store === 'classic'
        ? { kind: 'config', digest: here.image.config, diffIds: here.image.diffIds }
        : { kind: 'manifest', digest: here.image.manifest.digest },
    );
    assert.equal(await topText(here, here.name), here.nonce);
    assert.match(ended.stderr, new RegExp(`${kind}: ci starts`));
    const again = await runCommandLine([...load, '--as', here.name], { cwd: here.folder });
    assert.equal(loadedOf(again)[0]?.deliveries[0]?.layers.sent, 0);
  });

  test(`${kind} that has the base: of a thin bundle only the top layer goes over`, async (t) => {
    const here = await ground(kind, t);
    if (here === undefined) return;
    await loadBase(here);
    await leaveOutBase(here);
    const ended = await runCommandLine([...load, '--as', here.name], { cwd: here.folder });
    assert.deepEqual(loadedOf(ended)[0]?.deliveries[0]?.layers, {
      sent: 1,
      sentBytes: here.image.manifest.layers[2]?.size,
      held: 2,
    });
    assert.equal(await topText(here, here.name), here.nonce);
  });

  test(`${kind} that lacks the base of a thin bundle: blob-left-out names them, and nothing was changed`, async (t) => {
    const here = await ground(kind, t);
    if (here === undefined) return;
    await leaveOutBase(here);
    const ended = await runCommandLine([...load, '--as', here.name], { cwd: here.folder });
    const failure = failureOfRun(ended, 'blob-left-out');
    assert.ok(failure.message.includes(here.base.manifest.layers[1]?.digest ?? ''), failure.message);
    assert.match(failure.message, /in the cache base/);
    assert.match(failure.hint ?? '', /lockkeeper bundle complete bundle/);
    assert.equal(await idOf(here, here.image.config), undefined);
    assert.equal(await idOf(here, here.name), undefined);
  });

  test(`${kind} whose program says that all is well and drops what it is sent: image-unloadable, and no name`, async (t) => {
    const here = await ground(kind, t);
    if (here === undefined) return;
    const lie = 'case " $* " in *" load "*) cat >/dev/null; exit 0;; esac';
    const env = { PATH: await lyingProgram(here.folder, kind, lie) };
    const ended = await runCommandLine([...load, '--as', here.name], { cwd: here.folder, env });
    failureOfRun(ended, 'image-unloadable');
    assert.equal(await idOf(here, here.name), undefined);
  });

  test(`${kind} whose program gives names only in word: image-unloadable`, async (t) => {
    const here = await ground(kind, t);
    if (here === undefined) return;
    const lie = 'case " $* " in *" image tag "*) exit 0;; esac';
    const env = { PATH: await lyingProgram(here.folder, kind, lie) };
    const ended = await runCommandLine([...load, '--as', here.name], { cwd: here.folder, env });
    assert.match(failureOfRun(ended, 'image-unloadable').message, /stands for nothing/);
  });

  test(`${kind}: an image whose containers do not start gets no name`, async (t) => {
    const here = await ground(kind, t);
    if (here === undefined) return;
    const broken = await layeredImages({ User: 'nobody-that-is-there' });
    await writeBundle(path.join(here.folder, 'broken'), [{ name: 'ci', images: [broken.image] }]);
    t.after(() => askEngine(here.engine, ['image', 'rm', '--force', broken.image.config]));
    const words = ['load', 'broken', '--into', kind, '--as', here.name, '--json'];
    const failure = failureOfRun(await runCommandLine(words, { cwd: here.folder }), 'image-unloadable');
    assert.match(failure.message, /does not start/);
    assert.equal(await idOf(here, broken.image.config), undefined, 'it was taken away again');
    assert.equal(await idOf(here, here.name), undefined);
  });
}

test('docker: a name that stood for another image moves, and a full bundle sends only what is new', async (t) => {
  const here = await ground('docker', t);
  if (here === undefined) return;
  await loadBase(here);
  assert.equal((await askEngine(here.engine, ['image', 'tag', here.base.config, here.name])).status, 0);
  const words = ['load', 'bundle', '--into', 'docker', '--as', here.name];
  const ended = await runCommandLine(words, { cwd: here.folder });
  assert.equal(ended.status, 0, ended.stderr);
  assert.equal(await idOf(here, here.name), here.image.config);
  assert.match(ended.stderr, /1 layer sent .*2 were there already/);
  if (here.engine.store === 'classic') assert.match(ended.stdout, /keeps no manifests/);
  const inspected = jsonOf((await askEngine(here.engine, ['image', 'inspect', here.name])).stdout);
  assert.deepEqual(textsAt(inspected, 0, 'RootFS', 'Layers'), here.image.diffIds);
});

test('docker: a layer of the bundle that is not what the config says is refused, although docker has such a layer', async (t) => {
  const here = await ground('docker', t);
  if (here === undefined) return;
  await loadBase(here);
  const layer = blobPath(here.bundle, here.base.manifest.layers[1]?.digest ?? assert.fail());
  const bytes = await readFile(layer);
  await writeFile(layer, Buffer.from(bytes).fill(7, bytes.length - 8));
  const words = ['load', 'bundle', '--into', 'docker', '--as', here.name, '--json'];
  failureOfRun(await runCommandLine(words, { cwd: here.folder }), 'content-mismatch');
  assert.equal(await idOf(here, here.name), undefined);
});

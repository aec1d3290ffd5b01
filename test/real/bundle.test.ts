import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test, type TestContext } from 'node:test';
import { noCredentials } from '../../src/adapters/credentials/none.ts';
import { diskLayouts } from '../../src/adapters/registry/layout.ts';
import { bundleDocument, parseBundle, type Bundle } from '../../src/model/bundle.ts';
import type { EngineKind } from '../../src/model/engine.ts';
import { askEngine } from '../../src/ports/engine-command.ts';
import { copyImage } from '../../src/ports/copy.ts';
import { failureOfRun, runCommandLine, type Ended } from '../support/command-line.ts';
import { realEngine } from '../support/engine.ts';
import { makeImage, textFile } from '../support/images.ts';
import { requirePeer } from '../support/peers.ts';
import { realRegistries, sharedRegistry } from '../support/real-registry.ts';

const root = await mkdtemp(path.join(tmpdir(), 'lockkeeper-bundle-'));
after(() => rm(root, { recursive: true, force: true }));
const shared = sharedRegistry();
const registries = realRegistries(noCredentials);

interface Place {
  readonly at: (name: string) => string;
  readonly host: string;
  readonly lockkeeper: (...words: readonly string[]) => Promise<Ended>;
}

/** A folder, and a registry with a base image in it. */
async function place(t: TestContext): Promise<Place | undefined> {
  if (!shared.isThere(t)) return undefined;
  const { host } = await shared.server();
  const folder = await mkdtemp(path.join(root, 'place-'));
  return {
    at: (name) => path.join(folder, name),
    host,
    lockkeeper: (...words) => runCommandLine([...words, '--quiet'], { cwd: folder }),
  };
}

async function succeeded(run: Promise<Ended>): Promise<string> {
  const { status, stdout, stderr } = await run;
  assert.equal(status, 0, stderr);
  return stdout;
}

async function bundleAt(folder: string): Promise<Bundle> {
  const layout = await diskLayouts.open(folder);
  return parseBundle((await layout.document(bundleDocument)) ?? assert.fail(), folder);
}

for (const kind of ['docker', 'podman'] satisfies readonly EngineKind[]) {
  test(`images of ${kind} go into a thin bundle, and come out whole with the ids that the engine gave them`, async (t) => {
    const here = await place(t);
    const engine = await realEngine(kind, t);
    if (here === undefined || engine === undefined) return;
    const { at, host, lockkeeper } = here;
    const ask = async (...words: readonly string[]): Promise<string> => {
      const { status, stdout, stderr } = await askEngine(engine, words, { timeoutMs: 120_000 });
      assert.equal(status, 0, stderr);
      return stdout;
    };
    const base = `${host}/base-${kind}:v1`;
    const images = ['first', 'second'].map((name) => `${host}/${kind}/${name}:local`);
    t.after(async () => void (await askEngine(engine, ['rmi', '--force', base, ...images])));
    const made = await makeImage();
    await copyImage(made.repository, registries.open(host, `base-${kind}`), made.manifest.digest, {
      tag: 'v1',
    });
    await ask('pull', ...(kind === 'podman' ? ['--tls-verify=false'] : []), base);
    for (const image of images) {
      await mkdir(at('context'), { recursive: true });
      await writeFile(at('context/mark'), image);
      await writeFile(at('context/Dockerfile'), `FROM ${base}\nCOPY mark /mark\n`);
      await ask('build', '--tag', image, at('context'));
    }
    const transport = kind === 'docker' ? 'docker-daemon' : 'containers-storage';
    const sources = images.map((image) => `${transport}:${image}`);
    await succeeded(lockkeeper('bundle', 'create', ...sources, '--thin-against', base, '--out', 'thin'));
    const bundle = await bundleAt(at('thin'));
    assert.deepEqual(
      bundle.members.map(({ image }) => image),
      ['first', 'second'],
    );
    assert.deepEqual(
      bundle.leftOut.map(({ digest }) => digest),
      made.manifest.layers.map(({ digest }) => digest),
    );
    const layout = await diskLayouts.open(at('thin'));
    for (const [index, member] of bundle.members.entries()) {
      const manifest = await layout.manifest(member.digest);
      const id = (await ask('image', 'inspect', '--format', '{{.Id}}', images[index] ?? '')).trim();
      assert.ok(manifest.kind === 'manifest' && manifest.config.digest.endsWith(id.replace('sha256:', '')));
    }
    await succeeded(lockkeeper('bundle', 'verify', 'thin'));
    const shown = await succeeded(lockkeeper('bundle', 'inspect', 'thin'));
    assert.match(shown, new RegExp(`${host}/base-${kind}@sha256:`));
    const document = await succeeded(lockkeeper('bundle', 'inspect', 'thin', '--json'));
    assert.ok(images.every((image) => document.includes(`"imageName": "${image}"`)));
    await succeeded(lockkeeper('bundle', 'complete', 'thin'));
    await succeeded(lockkeeper('bundle', 'verify', 'thin'));
    assert.deepEqual((await bundleAt(at('thin'))).leftOut, []);
    if (!requirePeer('skopeo', t)) return;
    const seen = execFileSync('skopeo', ['inspect', '--raw', `oci:${at('thin')}:first`]);
    assert.deepEqual(
      seen,
      Buffer.from((await layout.manifest(bundle.members[0]?.digest ?? made.manifest.digest)).bytes),
    );
  });
}

test('skopeo reads our archives and folders, and we read what skopeo writes', async (t) => {
  const here = await place(t);
  if (here === undefined || !requirePeer('skopeo', t)) return;
  const { at, host, lockkeeper } = here;
  const made = await makeImage({ files: [textFile('mark', 'skopeo')] });
  const { digest } = await copyImage(
    made.repository,
    registries.open(host, 'skopeo/bundle'),
    made.manifest.digest,
    {
      tag: 'v1',
    },
  );
  await succeeded(lockkeeper('bundle', 'create', `ci=${host}/skopeo/bundle:v1`, '--out', 'ci.tar'));
  const policy = ['--insecure-policy', 'copy', '--quiet', '--preserve-digests'];
  execFileSync('skopeo', [...policy, `oci-archive:${at('ci.tar')}:ci`, `oci:${at('theirs')}:x`]);
  assert.equal((await (await diskLayouts.open(at('theirs'))).resolve('x'))?.digest, digest);
  await succeeded(lockkeeper('bundle', 'create', 'oci:theirs:x', '--out', 'back'));
  await succeeded(lockkeeper('bundle', 'verify', 'ci.tar', '--out', 'unpacked'));
  execFileSync('skopeo', [...policy, `oci:${at('back')}:x`, `oci-archive:${at('theirs.tar')}:x`]);
  await succeeded(lockkeeper('bundle', 'create', 'oci-archive:theirs.tar:x', '--out', 'again'));
  for (const [folder, image] of [
    ['back', 'x'],
    ['unpacked', 'ci'],
    ['again', 'x'],
  ] as const) {
    const members = (await bundleAt(at(folder))).members.map((member) => [member.image, member.digest]);
    assert.deepEqual(members, [[image, digest]]);
  }
});

test('two processors are merged into one index, and commands that write name the way out of an archive', async (t) => {
  const here = await place(t);
  if (here === undefined) return;
  const { at, host, lockkeeper } = here;
  for (const architecture of ['amd64', 'arm64']) {
    const made = await makeImage({ files: [textFile('mark', architecture)], architecture });
    await copyImage(made.repository, registries.open(host, 'merge/ci'), made.manifest.digest, {
      tag: architecture,
    });
    await succeeded(
      lockkeeper('bundle', 'create', `${host}/merge/ci:${architecture}`, '--out', `${architecture}.tar`),
    );
  }
  const words = ['bundle', 'merge', 'amd64.tar', 'arm64.tar'];
  const text = await succeeded(lockkeeper(...words, '--out', 'all', '--json'));
  const [member] = parseBundle(Buffer.from(text), 'merged').members;
  assert.deepEqual(
    member?.platforms.map(({ platform }) => platform),
    ['linux/amd64', 'linux/arm64'],
  );
  await succeeded(lockkeeper('bundle', 'verify', 'all', '--json'));
  failureOfRun(
    await lockkeeper(...words, '--platform', 'linux/s390x', '--out', 'x', '--json'),
    'bundle-conflict',
  );
  const { hint } = failureOfRun(
    await lockkeeper('bundle', 'complete', 'amd64.tar', '--json'),
    'path-refused',
  );
  assert.match(hint ?? '', /bundle verify .*amd64\.tar --out/);
  await copyFile(at('amd64.tar'), at('broken.tar'));
  await writeFile(at('broken.tar'), 'and more', { flag: 'a' });
  failureOfRun(await lockkeeper('bundle', 'verify', 'broken.tar', '--json'), 'bundle-invalid');
});

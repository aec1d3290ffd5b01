import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { diskLayouts } from '../../../src/adapters/registry/layout.ts';
import { bundleDocument, parseBundle, type Bundle } from '../../../src/model/bundle.ts';
import type { Digest } from '../../../src/model/digest.ts';
import type { EngineKind } from '../../../src/model/engine.ts';
import { parityTrySchema, type ParityTryDocument } from '../../../src/model/parity-try-document.ts';
import { copyImage } from '../../../src/ports/copy.ts';
import { runCommandLine, type Ended } from '../command-line.ts';
import type { Ground } from '../gate-ground.ts';
import type { TestImage } from '../images.ts';
import { stubBuilder, stubRunImage } from './stub-platform.ts';
import { herokuPython026, herokuPython08 } from './stub-buildpacks.ts';

/** Under a name of the ground's registry. */
export async function push(
  ground: Ground,
  { repository, manifest }: TestImage,
  name: string,
  tag: string,
): Promise<void> {
  await copyImage(repository, ground.registries.open(ground.host, name), manifest.digest, { tag });
}

interface Repo {
  readonly folder: string;
  readonly write: (files: Readonly<Record<string, string>>) => Promise<void>;
  readonly run: (...words: readonly string[]) => Promise<Ended>;
}

export async function emptyRepo(t: TestContext): Promise<Repo> {
  const above = await mkdtemp(path.join(tmpdir(), 'lockkeeper-parity-'));
  t.after(() => rm(above, { recursive: true, force: true }));
  const [folder, temporary] = [path.join(above, 'app'), path.join(above, 'tmp')];
  for (const each of [folder, temporary]) await mkdir(each);
  return {
    folder,
    write: async (files) => {
      for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
    },
    run: (...words) => runCommandLine([...words, '--quiet'], { cwd: folder, env: { TMPDIR: temporary } }),
  };
}

export const app = (python: string): Record<string, string> => ({
  '.python-version': `${python}\n`,
  'app.py': '',
  Procfile: 'web: python\n',
  'test.sh':
    'echo 1..2\npython | grep -q "python 3" && echo ok 1 - runs || echo not ok 1 - runs\nif python | grep -q 3.12; then echo ok 2 - has ssl2; else echo "${second:-ok} 2 - has ssl2"; fi\n',
});

export const platformConfig = (
  host: string,
  engine: EngineKind,
  env: Readonly<Record<string, string>> = {},
): string =>
  JSON.stringify({
    version: 1,
    platforms: {
      stub: {
        channels: {
          stable: { builder: `${host}/platform/builder:24`, 'run-image': `${host}/platform/run:24` },
        },
      },
    },
    images: { app: { baseline: `${host}/team/app:latest`, platform: { name: 'stub' } } },
    suites: {
      unit: {
        command: '/cnb/lifecycle/launcher -- sh test.sh',
        results: { format: 'tap', stdout: true },
        timeout: '1m',
        env,
      },
    },
    gate: { engine },
  });

export function answer(ended: Ended, status: number): ParityTryDocument {
  assert.equal(ended.status, status, `${ended.stdout}\n${ended.stderr}`);
  return parityTrySchema.parse(JSON.parse(ended.stdout));
}

export async function bundleIn(folder: string): Promise<Bundle> {
  const document = await (await diskLayouts.open(folder)).document(bundleDocument);
  assert.ok(document !== undefined);
  return parseBundle(document, folder);
}

/** What is deployed: made when the platform's builder still held the older buildpack. */
export async function deployOnStub(ground: Ground, t: TestContext): Promise<void> {
  if ((await ground.digestOf('team/app', 'latest')) !== undefined) return;
  await push(ground, await stubRunImage(), 'platform/run', '24');
  const older = await stubBuilder({ buildpacks: [herokuPython08], mirror: ['python-3.12.3'] });
  await push(ground, older, 'platform/builder', '22');
  const { folder, write, run } = await emptyRepo(t);
  await write(app('3.14'));
  const words = [
    '--builder',
    `${ground.host}/platform/builder:22`,
    '--run-image',
    `${ground.host}/platform/run:24`,
  ];
  // The old buildpack passes .python-version over.
  const built = answer(await run('parity', 'try', ...words, '--out', 'bundle', '--json'), 3);
  assert.deepEqual(
    built.passedOver.map(({ file, asked, takes }) => [file, asked, takes]),
    [['.python-version', '3.14', '3.12.3']],
  );
  const digest = built.image?.digest ?? '';
  const layout = await diskLayouts.open(path.join(folder, 'bundle'));
  const [member] = (await bundleIn(path.join(folder, 'bundle'))).members;
  assert.equal(member?.digest, digest);
  await copyImage(layout, ground.registries.open(ground.host, 'team/app'), member.digest, { tag: 'latest' });
  const newer = await stubBuilder({ buildpacks: [herokuPython026], mirror: ['python-3.13.2'] });
  await push(ground, newer, 'platform/builder', '24');
}

/** The first half of what an engine has to show: what the platform builds is judged by the suites against what is deployed. */
export async function judgedStory(t: TestContext, ground: Ground, engine: EngineKind): Promise<Judged> {
  await deployOnStub(ground, t);
  const { folder, write, run } = await emptyRepo(t);
  await write({ ...app('3.13'), 'lockkeeper.yaml': platformConfig(ground.host, engine) });
  const tried = answer(await run('parity', 'try', '--out', 'bundle', '--json'), 0);
  assert.equal(tried.gate?.verdict.kind, 'promote');
  assert.deepEqual(tried.deployed?.differences, [
    'heroku/python was 0.8.0 in the deployed image, and is 0.26.1 here',
    'heroku/python python: python_version was 3.12.3, and is 3.13.2 here',
  ]);
  const [member] = (await bundleIn(path.join(folder, 'bundle'))).members;
  const origin = member?.origin;
  assert.ok(member !== undefined && origin?.kind === 'platform');
  assert.deepEqual(origin.buildpacks, ['heroku/python@0.26.1']);
  assert.match(origin.builder, /platform\/builder:24@sha256:/);
  const layout = await diskLayouts.open(path.join(folder, 'bundle'));
  assert.equal(
    (await layout.referrers(member.digest)).length,
    2,
    'the record of the builder, and the verdict',
  );
  return { folder, run, inputs: origin.inputs };
}

interface Judged extends Pick<Repo, 'folder' | 'run'> {
  /** Of the candidate. */
  readonly inputs: Digest;
}

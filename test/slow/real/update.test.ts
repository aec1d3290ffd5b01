import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { test, type TestContext } from 'node:test';
import { baseImage, makeBases, type Release } from '../../../demo/bases.ts';
import { ask, checkout } from '../../../demo/shell.ts';
import { unpackFromNpm } from '../../../demo/suites.ts';
import { MemoryForge } from '../../../src/adapters/forge/memory.ts';
import { MemoryForgeWorld } from '../../../src/adapters/forge/memory-world.ts';
import { MemoryOuterLoops } from '../../../src/adapters/forge/outer-loops/memory.ts';
import { updateBody } from '../../../src/cli/update/body.ts';
import { updateIssues } from '../../../src/cli/update/issues.ts';
import { publishUpdate, type PublishedUpdate } from '../../../src/flows/update/publish.ts';
import { defaultUpdateSettings } from '../../../src/model/config-update.ts';
import type { Digest } from '../../../src/model/digest.ts';
import type { Engine } from '../../../src/model/engine.ts';
import { parsePlatform } from '../../../src/model/platform.ts';
import { updating, type UpdateWiring } from '../../../src/wire/updating.ts';
import { realEngine } from '../../support/engine.ts';
import { sharedGround, type Ground } from '../../support/gate-ground.ts';
import { textFile } from '../../support/images.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const shared = sharedGround();
const quiet = { observe: () => undefined, signal: undefined };

// Guarded by suites that run in docker; the others are judged by the checks of the forge.
const guarded = ['app', 'base', 'still'] as const;
// Guarded by node-gyp 9.4.0's tests of gyp: they need `distutils`, which Python 3.11 has and 3.13 has not.
const python = 'python';
const free = ['client', 'server', 'harmless', 'gone', 'x1', 'x2', 'x3', 'x4'] as const;
type Name = typeof python | (typeof guarded)[number] | (typeof free)[number];

const suites = {
  unit: {
    command: 'echo 1..1; test "$(cat /etc/works)" = yes && echo ok 1 - works || echo not ok 1 - works',
    source: false,
    results: { format: 'tap', stdout: true },
  },
  gyp: {
    source: 'gyp',
    workdir: 'pylib',
    command:
      'python3 -m pytest --quiet -p no:cacheprovider --junitxml=out/junit.xml --rootdir=. gyp/*_test.py',
    timeout: '10m',
    results: { format: 'junit', files: 'out/*.xml' },
  },
};

/** A repository on disk with a bare one as its remote, which a forge in memory looks at. */
class Night {
  readonly ground: Ground;
  readonly folder: string;
  readonly world = new MemoryForgeWorld();
  readonly #engine: Engine;
  readonly #pins = new Map<Name, Digest>();
  readonly #generations = new Map<Name, number>();

  constructor(ground: Ground, engine: Engine, folder: string) {
    this.ground = ground;
    this.#engine = engine;
    this.folder = folder;
  }

  git(...words: readonly string[]): string {
    const who = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org'];
    const env = { PATH: process.env['PATH'] ?? '', HOME: this.folder, GIT_CONFIG_NOSYSTEM: '1' };
    return execFileSync('git', [...who, ...words], { cwd: this.clone, encoding: 'utf8', env }).trim();
  }

  get clone(): string {
    return path.join(this.folder, 'clone');
  }

  /** Pushes another image under the name; its files say what it can do. */
  async move(name: Name, files: Readonly<Record<string, string>> = {}): Promise<Digest> {
    const generation = (this.#generations.get(name) ?? 0) + 1;
    this.#generations.set(name, generation);
    const members = { works: 'yes', protocol: String(generation), name, ...files };
    const digest = await this.ground.push(`night/${name}`, '1', {
      files: Object.entries({ ...members, run: this.folder }).map(([file, text]) =>
        textFile(`etc/${file}`, `${text}\n`),
      ),
    });
    if (generation === 1) this.#pins.set(name, digest);
    return digest;
  }

  /** Debian with its Python: bookworm has 3.11, trixie 3.13. `label` makes another digest of the same. */
  async movePython(release: Release, label: string): Promise<void> {
    const call = (...words: readonly string[]): Promise<string> =>
      ask(this.#engine.program, [...this.#engine.globalArgs, ...words]);
    const name = `${this.ground.host}/night/${python}:1`;
    const container = (await call('create', ...this.#engine.createArgs, baseImage(release), 'sh')).trim();
    await call('commit', '--change', `LABEL dev.lockkeeper.test=${label}`, container, name);
    await call('rm', '--force', container);
    await call('push', name);
    await call('rmi', name);
    const digest = await this.ground.digestOf(`night/${python}`, '1');
    assert.ok(digest !== undefined);
    if (!this.#pins.has(python)) this.#pins.set(python, digest);
  }

  old(name: Name): Digest {
    const digest = this.#pins.get(name);
    assert.ok(digest !== undefined);
    return digest;
  }

  async #files(): Promise<Readonly<Record<string, string>>> {
    for (const name of [...guarded, ...free]) await this.move(name);
    await this.movePython('bookworm', 'old');
    const pin = (name: Name): string => `${this.ground.host}/night/${name}:1@${this.old(name)}`;
    const image = (name: Name, suite: keyof typeof suites): string =>
      `  ${name}: { baseline: "${this.ground.host}/night/${name}:1", pinned: true, suites: [${suite}] }\n`;
    const images = [...guarded.map((name) => image(name, 'unit')), image(python, 'gyp')];
    return {
      'lockkeeper.yaml': `version: 1\nimages:\n${images.join('')}suites: ${JSON.stringify(suites)}\n`,
      Dockerfile: `FROM ${pin('base')} AS build\nFROM ${pin('app')}\r\nCOPY --from=${pin(python)} /a /a\n`,
      '.circleci/config.yml': `version: 2.1\njobs:\n  test:\n    docker:\n      - image: ${pin('client')}\n      - image: "${pin('server')}" # beside it\n    steps: [checkout]\n`,
      'azure-pipelines.yml': `jobs:\n- job: helix\n  steps:\n  - template: /eng/common/templates/steps/send-to-helix.yml\n    parameters:\n      HelixTargetQueues: (Debian.12)Ubuntu.2204.Amd64.Open@${pin('harmless')}\n`,
      'compose.yaml': `services:\n  gone: { image: '${pin('gone')}' }\n  still: { image: ${pin('still')} }\n`,
      '.github/workflows/ci.yml': `on: push\njobs:\n  unit:\n    runs-on: ubuntu-24.04\n    container: ${pin('x1')}\n    services:\n      x2: { image: ${pin('x2')} }\n`,
      'k8s/pod.yaml': `apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - { name: x3, image: ${pin('x3')} }\n  - { name: x4, image: ${pin('x4')} }\n`,
    };
  }

  async begin(): Promise<void> {
    await mkdir(this.clone, { recursive: true });
    const bare = path.join(this.folder, 'remote.git');
    this.git('init', '-q', '--bare', '-b', 'main', bare);
    this.git('init', '-q', '-b', 'main');
    this.git('remote', 'add', 'origin', bare);
    for (const [name, text] of Object.entries(await this.#files())) {
      await mkdir(path.dirname(path.join(this.clone, name)), { recursive: true });
      await writeFile(path.join(this.clone, name), text);
    }
    const gyp = path.join(this.folder, 'node-gyp');
    await unpackFromNpm('node-gyp@9.4.0', gyp);
    await cp(path.join(gyp, 'gyp'), path.join(this.clone, 'gyp'), { recursive: true });
    this.git('add', '-A');
    this.git('commit', '-q', '-m', 'All images are pinned');
    this.git('push', '-q', 'origin', 'main');
  }

  /** Commits of the remote's branches. */
  #heads(): ReadonlyMap<string, string> {
    const lines = this.git('ls-remote', '--heads', 'origin').split('\n');
    return new Map(
      lines.map((line) => [line.slice(line.indexOf('refs/heads/') + 11), line.slice(0, 40)] as const),
    );
  }

  get tip(): string {
    return this.#heads().get('lockkeeper/update') ?? '';
  }

  #follow(): void {
    const heads = this.#heads();
    for (const [branch, commit] of heads)
      if (this.world.branches.get(branch) !== commit) this.world.push(branch, commit);
  }

  async run(t: TestContext): Promise<PublishedUpdate> {
    const { tools, scratch } = await (this.#wiring ??= updating(process.env, t.signal));
    const forge = new Proxy(new MemoryForge(this.world), {
      get: (target, key): unknown => {
        this.#follow();
        const member: unknown = Reflect.get(target, key, target);
        return typeof member === 'function'
          ? (...words: readonly unknown[]): unknown => Reflect.apply(member, target, words)
          : member;
      },
    });
    const order = {
      directory: this.clone,
      config: undefined,
      only: [],
      ledger: path.join(this.folder, 'ledger'),
      dryRun: false,
      reach: 'layers' as const,
      host: parsePlatform(process.arch === 'x64' ? 'linux/amd64' : `linux/${process.arch}`),
      scratch: path.join(scratch, `run-${(this.#runs += 1)}`),
      madeBy: 'lockkeeper test',
      settings: defaultUpdateSettings,
      fork: undefined,
      describe: updateBody,
      issues: updateIssues,
    };
    await mkdir(order.scratch);
    const done = await publishUpdate(
      order,
      { ...tools, forge, outerLoops: new MemoryOuterLoops(), access: undefined },
      quiet,
    );
    this.#follow();
    this.check();
    return done;
  }

  #runs = 0;
  #wiring: Promise<UpdateWiring> | undefined;

  /** What the CI of the repository says: client and server of its branch have to speak one protocol, or an old one. */
  check(): void {
    for (const commit of [this.tip, this.#heads().get('main') ?? '']) {
      if (commit === '') continue;
      const file = this.git('show', `${commit}:.circleci/config.yml`);
      const [client, server] = [...file.matchAll(/image: "?(\S+@sha256:[0-9a-f]{64})/g)].map(([, image]) =>
        this.#protocolOf(image ?? ''),
      );
      const state = client === '2' && server === '2' ? 'failed' : 'passed';
      this.world.report(commit, {
        kind: 'run',
        name: 'ci',
        by: 'ci',
        state,
        url: 'https://ci.example.org/1',
        title: '',
        summary: '',
      });
    }
  }

  #protocolOf(image: string): string {
    return execFileSync('docker', ['run', '--rm', '--network', 'none', image, 'cat', '/etc/protocol'], {
      encoding: 'utf8',
    }).trim();
  }

  /** What our branch pins, by name. */
  pinned(name: Name): 'old' | 'moved' {
    const text = this.git('grep', '-h', `night/${name}:1@`, this.tip);
    return text.includes(this.old(name)) ? 'old' : 'moved';
  }

  held(): string {
    return this.git('show', `${this.tip}:lockkeeper.yaml`);
  }

  get body(): string {
    return [...this.world.pullRequests.values()].at(-1)?.body ?? '';
  }
}

test('six tags move over night: the good ones are in one pull request, culprits are held, the next night mends itself', async (t) => {
  const [ground, engine] = [await shared.open(t, 'mmdebstrap', 'npm'), await realEngine('docker', t)];
  if (ground === undefined || engine === undefined) return;
  await makeBases(engine, path.join(checkout, '.lockkeeper/demo/cache'));
  const night = new Night(ground, engine, await temporaryFolder(t));
  await night.begin();
  await night.move('app');
  await night.move('harmless');
  await night.move('base', { base: 'trixie' });
  await night.movePython('trixie', 'new');
  await night.move('client');
  await night.move('server');
  await night.move('gone');
  await ground.registries.open(ground.host, 'night/gone').deleteManifest(night.old('gone'));
  const first = await night.run(t);
  assert.deepEqual(
    first.report.dead.map(({ finding, mended }) => `${finding.file} ${mended}`),
    ['compose.yaml true'],
  );
  assert.match(night.body, /^<!--[^]{0,120}### `main` is broken now/);
  assert.equal(night.pinned(python), 'old');
  assert.match(night.held(), /image: "[^"]*night\/python:1"[^]*digest: "sha256:[^]*evidence: "sha256:/);
  t.diagnostic(night.held().match(/reason: .*/)?.[0] ?? '');
  // Client and server break only together: some more nights find it out.
  for (let count = 0; count < 12 && !night.held().includes('together with 1 other move'); count += 1)
    await night.run(t);
  await night.run(t);
  for (const name of ['app', 'base', 'harmless', 'gone'] as const)
    assert.equal(night.pinned(name), 'moved', name);
  for (const name of [python, 'still', 'x1', 'x2', 'x3', 'x4'] as const)
    assert.equal(night.pinned(name), 'old', name);
  assert.deepEqual([night.pinned('client'), night.pinned('server')].toSorted(), ['moved', 'old']);
  assert.equal(night.world.pullRequests.size, 1);
  assert.match(night.body, /### Held back[^]*night\/python:1/);
  assert.match(night.body, /### Held back[^]*night\/(?:client|server):1[^]*together with 1 other move/);
  const still = night.tip;
  assert.equal((await night.run(t)).outcome.kind, 'stands', 'nothing is left to do');
  assert.equal(night.tip, still);
  await night.movePython('bookworm', 'mended');
  await night.run(t);
  assert.equal(night.pinned(python), 'moved', 'mended, it goes in by itself');
  assert.doesNotMatch(night.held(), /- image: "[^"]*night\/python/, 'and its hold is over');
});

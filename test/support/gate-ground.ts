import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { noCredentials } from '../../src/adapters/credentials/none.ts';
import type { DistributionRegistries } from '../../src/adapters/registry/distribution.ts';
import type { TarMember } from '../../src/base/tar-write.ts';
import type { EngineKind } from '../../src/model/engine.ts';
import type { Digest } from '../../src/model/digest.ts';
import { copyImage } from '../../src/ports/copy.ts';
import {
  runCommandLine,
  startCommandLine,
  type CommandPlace,
  type Ended,
  type Started,
} from './command-line.ts';
import { makeImage, textFile, type TestImageOptions } from './images.ts';
import { requirePeer, type Peer } from './peers.ts';
import { realRegistries } from './real-registry.ts';
import { startRegistry, type RegistryServer } from './registry-server.ts';

const run = promisify(execFile);

/** What a file of tests on the whole command line shares: one registry with two images in it, and one engine. */
export interface Ground {
  readonly host: string;
  readonly storage: string;
  readonly registries: DistributionRegistries;
  /** Makes an image that carries this run's label, and names it. */
  push(repository: string, tag: string, options?: TestImageOptions): Promise<Digest>;
  /** The candidate of the projects on a repository, made before the first of them. */
  pushCandidate(repository: string, options: TestImageOptions): Promise<Digest>;
  /** What a name stands for now. */
  digestOf(repository: string, tag: string): Promise<Digest | undefined>;
  project(order?: ProjectOrder): Promise<Project>;
}

export interface ProjectOrder {
  /** With a baseline `latest` and a candidate of its own, where the test moves or breaks them. */
  readonly repository?: string;
  /** Spoken to instead of the registry, by the gate alone: a server before it. */
  readonly baselineHost?: string;
  readonly suite?: Readonly<Record<string, unknown>>;
  readonly gate?: Readonly<Record<string, unknown>>;
  /** docker by default. */
  readonly engine?: EngineKind;
}

/** A folder with lockkeeper.yaml, and a bundle with the candidate in it. */
export interface Project {
  readonly folder: string;
  /** Absolute. */
  readonly bundle: string;
  start(words: readonly string[], place?: Partial<CommandPlace>): Started;
  run(words: readonly string[], place?: Partial<CommandPlace>): Promise<Ended>;
  /** Containers of this project's trials, running or not. */
  containers(): Promise<readonly string[]>;
  /** No container, no temporary file, no lock. */
  assertNothingLeft(): Promise<void>;
}

/** A suite of one test that passes; a line before it may be for one of the two images alone. */
export function tapSuite(lines: {
  readonly onCandidate?: string;
  readonly onBoth?: string;
}): Record<string, unknown> {
  const { onCandidate = ':', onBoth = ':' } = lines;
  const command = `if [ "$(cat /etc/side)" = candidate ]; then ${onCandidate}; fi; ${onBoth}; echo 1..1; echo ok 1 - works`;
  return { command, source: false, results: { format: 'tap', stdout: true } };
}

export function sharedGround(): {
  open(t: TestContext, ...more: readonly Peer[]): Promise<Ground | undefined>;
} {
  let opened: Promise<OpenGround> | undefined;
  const registries = realRegistries(noCredentials);
  after(async () => (await opened)?.close());
  return {
    open: (t, ...more) => {
      const peers: readonly Peer[] = ['docker', 'registry', ...more];
      if (!peers.every((peer) => requirePeer(peer, t))) return Promise.resolve(undefined);
      return (opened ??= OpenGround.open(registries));
    },
  };
}

class OpenGround implements Ground {
  readonly registries: DistributionRegistries;
  readonly #server: RegistryServer;
  readonly #folder: string;
  /** Of every image of this run, and so of every container of one. */
  readonly #label = `lockkeeper-test=${randomUUID()}`;
  readonly #engines = new Set<EngineKind>();
  readonly #bundles = new Map<string, Promise<string>>();

  private constructor(registries: DistributionRegistries, server: RegistryServer, folder: string) {
    this.registries = registries;
    this.#server = server;
    this.#folder = folder;
  }

  static async open(registries: DistributionRegistries): Promise<OpenGround> {
    const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-ground-'));
    return new OpenGround(registries, await startRegistry(), folder);
  }

  async close(): Promise<void> {
    await this.#server.stop();
    await rm(this.#folder, { recursive: true, force: true });
    for (const engine of this.#engines) {
      const left = await ask(engine, 'ps', '--all', '--quiet', '--filter', `label=${this.#label}`);
      if (left !== '') await ask(engine, 'rm', '--force', '--volumes', ...left.split('\n'));
      await ask(engine, 'image', 'prune', '--all', '--force', '--filter', `label=${this.#label}`);
    }
  }

  get host(): string {
    return this.#server.host;
  }

  get storage(): string {
    return this.#server.storage;
  }

  async push(repository: string, tag: string, options: TestImageOptions = {}): Promise<Digest> {
    const [key = '', value = ''] = this.#label.split('=');
    const image = await makeImage({
      ...options,
      settings: { ...options.settings, Labels: { [key]: value } },
    });
    const to = this.registries.open(this.host, repository);
    await copyImage(image.repository, to, image.manifest.digest, { tag });
    return image.manifest.digest;
  }

  pushCandidate(repository: string, options: TestImageOptions): Promise<Digest> {
    return this.push(built(repository), 'next', options);
  }

  async digestOf(repository: string, tag: string): Promise<Digest | undefined> {
    return (await this.registries.open(this.host, repository).resolve(tag))?.digest;
  }

  async project(order: ProjectOrder = {}): Promise<Project> {
    const {
      repository = 'team/ci',
      baselineHost = this.host,
      suite = tapSuite({}),
      engine = 'docker',
    } = order;
    const folder = await mkdtemp(path.join(this.#folder, 'project-'));
    const mark = path.basename(folder);
    this.#engines.add(engine);
    const bundle = path.join(folder, 'bundle');
    await cp(await this.#bundleOf(repository), bundle, { recursive: true });
    const config = {
      version: 1,
      images: {
        ci: {
          baseline: `${baselineHost}/${repository}:latest`,
          image: `${this.host}/${built(repository)}:next`,
        },
      },
      suites: { unit: { timeout: '1m', ...suite, env: { LOCKKEEPER_TEST: mark } } },
      gate: { engine, ...order.gate },
    };
    await writeFile(path.join(folder, 'lockkeeper.yaml'), JSON.stringify(config, undefined, 2));
    const temporary = path.join(folder, 'tmp');
    await mkdir(temporary);
    const placed = (place: Partial<CommandPlace> = {}): CommandPlace => ({
      cwd: folder,
      ...place,
      env: { TMPDIR: temporary, ...place.env },
    });
    return {
      folder,
      bundle,
      start: (words, place) => startCommandLine(words, placed(place)),
      run: (words, place) => runCommandLine(words, placed(place)),
      containers: () => this.#containers(engine, mark),
      assertNothingLeft: async () => {
        assert.deepEqual(await this.#containers(engine, mark), [], 'containers');
        assert.deepEqual(await readdir(temporary), [], 'temporary files');
        assert.deepEqual(
          (await readdir(folder, { recursive: true })).filter((name) => /\.tmp$|\.lock$/.test(name)),
          [],
        );
      },
    };
  }

  /** One bundle for all projects on a repository; each gets a copy. */
  #bundleOf(repository: string): Promise<string> {
    const known = this.#bundles.get(repository) ?? this.#makeBundle(repository);
    this.#bundles.set(repository, known);
    return known;
  }

  async #makeBundle(repository: string): Promise<string> {
    // Unlike those of any other run, so that engines hold nothing of it.
    const files = (side: string): readonly TarMember[] => [
      textFile('etc/side', `${side}\n`),
      textFile('etc/run', `${this.#label} ${repository}\n`),
    ];
    if ((await this.digestOf(repository, 'latest')) === undefined)
      await this.push(repository, 'latest', { files: files('baseline') });
    if ((await this.digestOf(built(repository), 'next')) === undefined)
      await this.pushCandidate(repository, { files: files('candidate') });
    const folder = await mkdtemp(path.join(this.#folder, 'bundle-'));
    const config = {
      version: 1,
      images: {
        ci: {
          baseline: `${this.host}/${repository}:latest`,
          image: `${this.host}/${built(repository)}:next`,
        },
      },
      suites: { unit: tapSuite({}) },
    };
    await writeFile(path.join(folder, 'lockkeeper.yaml'), JSON.stringify(config));
    const ended = await runCommandLine(['build', '--out', 'bundle', '--quiet'], { cwd: folder });
    assert.equal(ended.status, 0, ended.stderr);
    return path.join(folder, 'bundle');
  }

  async #containers(engine: EngineKind, mark: string): Promise<readonly string[]> {
    const ids = await ask(engine, 'ps', '--all', '--quiet', '--filter', `label=${this.#label}`);
    const listed = await Promise.all(
      ids
        .split('\n')
        .filter((id) => id !== '')
        .map((id) => ask(engine, 'inspect', '--format', '{{.Name}} {{.Config.Env}}', id)),
    );
    return listed.filter((line) => line.includes(`LOCKKEEPER_TEST=${mark}`));
  }
}

/** Where candidates come from: elsewhere, so that all of one has to be pushed when it is promoted. */
function built(repository: string): string {
  return `${repository}/built`;
}

/** Empty where the engine knows no such thing any more. */
async function ask(engine: EngineKind, ...words: readonly string[]): Promise<string> {
  const { stdout } = await run(engine, words).catch(() => ({ stdout: '' }));
  return stdout.trim();
}

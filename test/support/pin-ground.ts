import { execFileSync } from 'node:child_process';
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { DiskConfigFiles } from '../../src/adapters/config-file/disk.ts';
import { diskEditor } from '../../src/adapters/editor/disk.ts';
import { diskLedgers } from '../../src/adapters/ledger/disk.ts';
import { MemoryRegistries, MemoryRepository } from '../../src/adapters/registry/memory.ts';
import { diskTrees } from '../../src/adapters/worktree/trees.ts';
import { Failure } from '../../src/base/failure.ts';
import { check } from '../../src/flows/check.ts';
import { pin, type PinOrder } from '../../src/flows/pin.ts';
import type { PinTools } from '../../src/flows/pins.ts';
import type { Watching } from '../../src/flows/tools.ts';
import type { Digest } from '../../src/model/digest.ts';
import { parseReference } from '../../src/model/reference.ts';
import type { Registries, Repository } from '../../src/ports/repository.ts';
import { env } from './git-ground.ts';
import { delegate } from '../../src/ports/delegate.ts';
import { FakeClock } from './fake-clock.ts';
import { sampleImage, sampleIndex, storeImage } from './sample-images.ts';

export type Files = Readonly<Record<string, string>>;

/** A folder with files, registries in memory that count what they are asked, and time that stands still. */
export class PinGround {
  readonly folder: string;
  readonly clock = new FakeClock();
  readonly asked: string[] = [];
  /** Registries that do not answer. */
  readonly down = new Set<string>();
  readonly #inner = new MemoryRegistries();

  constructor(folder: string) {
    this.folder = folder;
  }

  static async make(t: TestContext, files: Files): Promise<PinGround> {
    const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-pin-'));
    t.after(() => rm(folder, { recursive: true }));
    const ground = new PinGround(folder);
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

  /** Runs git in the folder as a person does, at the time of the clock. */
  git(...words: readonly string[]): string {
    const date = this.clock.now().toISOString();
    return execFileSync(
      'git',
      ['-C', this.folder, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...words],
      {
        env: { ...env, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    ).trim();
  }

  /** Commits all that is there. */
  commit(message: string): void {
    this.git('add', '-A');
    this.git('commit', '-q', '-m', message);
  }

  get order(): { directory: string; config: undefined; only: readonly string[]; ledger: undefined } {
    return { directory: this.folder, config: undefined, only: [], ledger: undefined };
  }

  async found(offline = false): Promise<readonly string[]> {
    const { findings } = await check({ ...this.order, offline }, this.tools, quiet);
    return findings.map(({ kind, file, mention }) => `${kind} ${file}:${mention?.place.line}`);
  }
}

export const quiet: Watching = { observe: () => undefined, signal: undefined };

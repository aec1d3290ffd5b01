import { randomUUID } from 'node:crypto';
import { Failure } from '../../base/failure.ts';
import { jsonOf, textAt } from '../../base/json-path.ts';
import { limits } from '../../base/limits.ts';
import { collectBytes } from '../../base/stream.ts';
import type { TarEntry } from '../../base/tar-read.ts';
import type { Digest } from '../../model/digest.ts';
import { containerLabel, type Engine } from '../../model/engine.ts';
import { askEngine, engineComplaint } from '../../ports/engine-command.ts';
import { Container } from './container.ts';
import type { Dialect } from './dialect.ts';
import { identityIn, plainIdentity, type Accounts, type IdentityAnswer } from './identity.ts';

/** What stands at a path of an image. */
export type PathFacts = Pick<TarEntry, 'kind' | 'mode' | 'uid' | 'gid'>;

/** Answers about images, which cannot change under their digest: each is looked up once. */
export class ImageFacts {
  readonly #engine: Engine;
  readonly #dialect: Dialect;
  readonly #users = new Map<Digest, Promise<string>>();
  readonly #accounts = new Map<Digest, Promise<Accounts>>();
  readonly #paths = new Map<string, Promise<PathFacts | undefined>>();

  constructor(engine: Engine, dialect: Dialect) {
    this.#engine = engine;
    this.#dialect = dialect;
  }

  open(image: Digest): ImageProbe {
    return new ImageProbe(this.#engine, this.#dialect, {
      image,
      user: (ask) => once(this.#users, image, ask),
      accounts: (ask) => once(this.#accounts, image, ask),
      path: (path, ask) => once(this.#paths, `${image} ${path}`, ask),
    });
  }
}

interface Memory {
  readonly image: Digest;
  readonly user: (ask: () => Promise<string>) => Promise<string>;
  readonly accounts: (ask: () => Promise<Accounts>) => Promise<Accounts>;
  readonly path: (path: string, ask: () => Promise<PathFacts | undefined>) => Promise<PathFacts | undefined>;
}

/**
 * Looks into one image, where needed through a container of its own that is never started: the one of the trial has
 * been changed by its creation (docker makes the working directory).
 */
export class ImageProbe implements AsyncDisposable {
  readonly #engine: Engine;
  readonly #dialect: Dialect;
  readonly #memory: Memory;
  #container: Promise<Container> | undefined;

  constructor(engine: Engine, dialect: Dialect, memory: Memory) {
    this.#engine = engine;
    this.#dialect = dialect;
    this.#memory = memory;
  }

  /** Numbers for `user`, or for the image's own user where none is given. */
  async identity(user: string | undefined): Promise<IdentityAnswer> {
    const wanted = user ?? (await this.#memory.user(() => this.#askUser()));
    const identity = plainIdentity(wanted);
    if (identity !== undefined) return { kind: 'known', identity };
    return identityIn(wanted, await this.#memory.accounts(() => this.#askAccounts()));
  }

  /** Undefined: the image has nothing there. A link is not followed by docker, and is by podman. */
  async pathFacts(path: string): Promise<PathFacts | undefined> {
    return this.#memory.path(path, async () => {
      const container = await this.#open();
      return container.copyOut(path, firstEntry, { rest: 'end' });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#container === undefined) return;
    const [opened] = await Promise.allSettled([this.#container]);
    if (opened.status === 'fulfilled') await opened.value.remove();
  }

  async #askUser(): Promise<string> {
    const result = await askEngine(this.#engine, ['image', 'inspect', this.#memory.image]);
    if (result.status !== 0) throw refused(result);
    return textAt(jsonOf(result.stdout), 0, 'Config', 'User') ?? '';
  }

  async #askAccounts(): Promise<Accounts> {
    const container = await this.#open();
    const passwd = await container.copyOut('/etc/passwd', textOfFirst, { follow: true });
    const group = await container.copyOut('/etc/group', textOfFirst, { follow: true });
    return { passwd: passwd ?? '', group: group ?? '' };
  }

  #open(): Promise<Container> {
    this.#container ??= this.#create();
    return this.#container;
  }

  async #create(): Promise<Container> {
    const name = `lockkeeper-probe-${randomUUID()}`;
    const container = new Container(this.#engine, this.#dialect, name);
    const labels = ['--name', name, '--label', `${containerLabel}=${name}`];
    // Some command has to be named; it never runs.
    const args = ['create', ...labels, '--pull', 'never', '--network', 'none', this.#memory.image, 'nothing'];
    const result = await container.create(args);
    if (result.status !== 0) throw refused(result);
    return container;
  }
}

/** A question that failed is asked again the next time. */
async function once<K, V>(known: Map<K, Promise<V>>, key: K, ask: () => Promise<V>): Promise<V> {
  const before = known.get(key);
  if (before !== undefined) return before;
  const asked = ask();
  known.set(key, asked);
  try {
    return await asked;
  } catch (error) {
    known.delete(key);
    throw error;
  }
}

async function firstEntry(entries: AsyncGenerator<TarEntry>): Promise<PathFacts | undefined> {
  for await (const { kind, mode, uid, gid } of entries) return { kind, mode, uid, gid };
  return undefined;
}

async function textOfFirst(entries: AsyncGenerator<TarEntry>): Promise<string> {
  for await (const { kind, content } of entries) {
    if (kind !== 'file') return '';
    const bytes = await collectBytes(content, limits.answerBytesMax, () => {
      throw new Failure(
        'engine-refused',
        `the image's list of users is larger than ${limits.answerBytesMax} bytes`,
      );
    });
    return bytes.toString('utf8');
  }
  return '';
}

function refused(result: Parameters<typeof engineComplaint>[0]): Failure {
  return new Failure('engine-refused', engineComplaint(result));
}

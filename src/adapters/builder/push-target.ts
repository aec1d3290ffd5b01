import { Failure } from '../../base/failure.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import type { Digest } from '../../model/digest.ts';
import type { Manifest } from '../../model/manifest.ts';
import type { HostedBlob, HostedRegistry, HostedRepository } from '../../ports/hosted-registry.ts';
import { PushedBlobFile, type PushedBlob } from './pushed-blob.ts';

export interface PushTargetOptions {
  /** The one repository that there is. Whoever does not know its name finds nothing and leaves nothing. */
  readonly repository: string;
  /** A path that nobody uses. */
  readonly fresh: () => string;
  /** Layers that exist elsewhere: to whoever asks, they are here. */
  readonly known: ReadonlyMap<Digest, Descriptor>;
}

/** What one push is expected to bring. */
interface Expectation {
  /** Layers that nobody has yet; the config comes after them. */
  readonly layers: number;
  readonly stop: AbortController;
  begun: number;
  ended: number;
}

/** A registry for the length of one push, into which an engine sends what is not known yet. */
export class PushTarget implements HostedRegistry {
  readonly isReadOnly = false;
  readonly #options: PushTargetOptions;
  readonly #blobs = new Map<Digest, PushedBlob>();
  readonly #manifests = new Map<string, Manifest>();
  #expected: Expectation | undefined;
  #trouble: Failure | undefined;

  constructor(options: PushTargetOptions) {
    this.#options = options;
  }

  /** What kept us from taking what came, such as a full disk; undefined: nothing did. */
  get trouble(): Failure | undefined {
    return this.#trouble;
  }

  /**
   * One image comes next, with so many layers that are not known. The signal is aborted when the engine sends more than
   * them and a config, since it then does not know that the others are known and would pack and send them all; and when
   * what comes cannot be written.
   */
  expect(layers: number): AbortSignal {
    this.#expected = { layers, stop: new AbortController(), begun: 0, ended: 0 };
    return this.#expected.stop.signal;
  }

  pushed(digest: Digest): PushedBlob | undefined {
    return this.#blobs.get(digest);
  }

  manifestOf(tag: string): Manifest | undefined {
    return this.#manifests.get(tag);
  }

  open(repository: string): HostedRepository {
    return repository === this.#options.repository ? this.#repository() : nobodys;
  }

  #repository(): HostedRepository {
    const { known, fresh } = this.#options;
    return {
      ...nobodys,
      isThere: () => Promise.resolve(true),
      manifest: (tag) => Promise.resolve(this.#manifests.get(tag)),
      putManifest: (manifest, tags) => {
        for (const tag of tags) this.#manifests.set(tag, manifest);
        return Promise.resolve();
      },
      blob: (digest) => {
        const blob = this.#blobs.get(digest) ?? known.get(digest);
        return Promise.resolve(blob === undefined ? undefined : unreadable(blob.size));
      },
      mountBlob: (digest) => Promise.resolve(this.#blobs.has(digest) || known.has(digest)),
      startUpload: () =>
        PushedBlobFile.create({
          path: fresh(),
          onBegin: () => this.#begin(),
          onEnd: (digest, blob) => {
            this.#blobs.set(digest, blob);
            if (this.#expected !== undefined) this.#expected.ended += 1;
          },
          onTrouble: (trouble) => {
            this.#trouble ??= trouble;
            this.#expected?.stop.abort(refused());
          },
        }),
    };
  }

  #begin(): void {
    const expected = this.#expected;
    if (expected === undefined) throw refused();
    const { layers, ended, begun, stop } = expected;
    if (begun >= layers + (ended >= layers ? 1 : 0)) {
      stop.abort(refused());
      throw refused();
    }
    expected.begun += 1;
  }
}

const refused = (): Failure =>
  new Failure('registry-refused', 'this repository takes one image without the layers of its base');

/** Who pushes asks whether a blob is there, and does not read it. */
function unreadable(size: number): HostedBlob {
  const open = (): never => {
    throw refused();
  };
  return { size, open, openRange: undefined };
}

const nothing = (): Promise<undefined> => Promise.resolve(undefined);
const no = (): Promise<false> => Promise.resolve(false);

const nobodys: HostedRepository = {
  isThere: no,
  manifest: nothing,
  putManifest: () => Promise.reject(refused()),
  deleteManifest: no,
  deleteTag: no,
  tags: () => Promise.resolve([]),
  referrers: () => Promise.resolve([]),
  blob: nothing,
  mountBlob: no,
  deleteBlob: no,
  startUpload: () => Promise.reject(refused()),
};

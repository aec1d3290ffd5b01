import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../base/clock.ts';
import { limits } from '../../../base/limits.ts';
import type { BlobUpload } from '../../../ports/hosted-registry.ts';

/** An upload between two requests. */
export interface OpenUpload {
  readonly id: string;
  readonly repository: string;
  readonly upload: BlobUpload;
}

interface Session extends OpenUpload {
  touchedMs: number;
  isBusy: boolean;
}

/** Uploads that were begun and not ended. They live as long as the process; what is on the disk goes at the next start. */
export class OpenUploads {
  readonly #clock: Clock;
  readonly #sessions = new Map<string, Session>();
  /** Between being asked for and being open. */
  #starting = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Undefined: so many are open that no more can be. */
  async start(repository: string, open: () => Promise<BlobUpload>): Promise<OpenUpload | undefined> {
    await this.#endIdle();
    if (this.#sessions.size + this.#starting >= limits.servedUploadsMax) return undefined;
    this.#starting += 1;
    try {
      const session: Session = {
        id: randomUUID(),
        repository,
        upload: await open(),
        touchedMs: this.#clock.monotonicMs(),
        isBusy: false,
      };
      this.#sessions.set(session.id, session);
      return session;
    } finally {
      this.#starting -= 1;
    }
  }

  /** Undefined: there is none of this id in this repository. */
  find(repository: string, id: string): OpenUpload | undefined {
    const session = this.#sessions.get(id);
    return session?.repository === repository ? session : undefined;
  }

  /** Runs `work` unless another request works on this upload; then it answers undefined. */
  async use<T>({ id }: OpenUpload, work: () => Promise<T>): Promise<T | undefined> {
    const session = this.#sessions.get(id);
    if (session === undefined || session.isBusy) return undefined;
    session.isBusy = true;
    try {
      return await work();
    } finally {
      session.isBusy = false;
      session.touchedMs = this.#clock.monotonicMs();
    }
  }

  /** Its bytes became a blob, or are lost. */
  forget({ id }: OpenUpload): void {
    this.#sessions.delete(id);
  }

  async cancelAll(): Promise<void> {
    await this.#cancel([...this.#sessions.values()]);
  }

  async #endIdle(): Promise<void> {
    const longAgo = this.#clock.monotonicMs() - limits.servedUploadIdleMs;
    await this.#cancel(
      [...this.#sessions.values()].filter(({ isBusy, touchedMs }) => !isBusy && touchedMs < longAgo),
    );
  }

  async #cancel(sessions: readonly OpenUpload[]): Promise<void> {
    for (const session of sessions) {
      this.forget(session);
      await session.upload.cancel();
    }
  }
}

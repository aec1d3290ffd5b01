/**
 * Ends an exchange whose next step does not come in time. The timers of `undici` run on a clock of its own that counts in
 * seconds, and begin anew with each early hint, of which there may be no end.
 */
export class Deadline {
  readonly #controller = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  /** Ends what it was handed to, with the reason that `start` was told. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** From now on, in place of what it waited for before. */
  start(ms: number, reason: () => Error): void {
    this.stop();
    // The connection keeps the process alive, and not what watches over it: a body that is still being read when its
    // exchange is broken off begins to wait once more, for nobody.
    this.#timer = setTimeout(() => this.#controller.abort(reason()), ms).unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

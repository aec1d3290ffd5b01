/** What a peer took too long for. */
export class LateError extends Error {
  readonly code: `LATE_${'CONNECTION' | 'HEADERS' | 'BODY'}`;

  constructor(code: LateError['code']) {
    super(code);
    this.code = code;
  }
}

/** Ends an exchange whose next step does not come in time. */
export class Deadline {
  readonly #end: (reason: Error) => void;
  #timer: NodeJS.Timeout | undefined;

  /** `end` is called with the code that the last start was told. */
  constructor(end: (reason: Error) => void) {
    this.#end = end;
  }

  /** From now on, in place of what it waited for before. */
  start(ms: number, code: LateError['code']): void {
    this.stop();
    // The connection keeps the process alive, and not what watches over it: a body that is still being read when its
    // exchange is broken off begins to wait once more, for nobody.
    this.#timer = setTimeout(() => this.#end(new LateError(code)), ms).unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

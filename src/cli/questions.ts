import type { Interface } from 'node:readline';
import type { Readable } from 'node:stream';

export interface Asking {
  readonly input: Readable;
  readonly output: { readonly write: (text: string) => unknown };
  readonly signal: AbortSignal;
}

/**
 * Questions to the person at the terminal. One reader serves all of them, so that nothing is lost of what was typed
 * ahead; the terminal itself edits the line and makes Ctrl-C a signal.
 */
export class Questions {
  readonly #asking: Asking;
  readonly #typed: string[] = [];
  #reader: Interface | undefined;
  #hasEnded = false;
  #waiting: ((line: string) => void) | undefined;

  constructor(asking: Asking) {
    this.#asking = asking;
  }

  /** The answer, without the line's end; `n` where the person ends the input. @throws the signal's reason */
  async ask(question: string): Promise<string> {
    const { output, signal } = this.#asking;
    signal.throwIfAborted();
    await this.#listen();
    output.write(question);
    const typed = this.#typed.shift();
    if (typed !== undefined) return typed;
    if (this.#hasEnded) return noAnswer;
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    this.#waiting = resolve;
    try {
      return await promise;
    } finally {
      this.#waiting = undefined;
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** Until then the process stays alive to listen. */
  close(): void {
    this.#reader?.close();
  }

  async #listen(): Promise<void> {
    if (this.#reader !== undefined) return;
    const { createInterface } = await import('node:readline');
    this.#reader = createInterface({ input: this.#asking.input, terminal: false });
    this.#reader.on('line', (line) => {
      const waiting = this.#waiting;
      // Two lines may come in one piece: the second one answers another question.
      this.#waiting = undefined;
      if (waiting === undefined) this.#typed.push(line);
      else waiting(line);
    });
    this.#reader.on('close', () => {
      this.#hasEnded = true;
      this.#waiting?.(noAnswer);
    });
  }
}

const noAnswer = 'n';

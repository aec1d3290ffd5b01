import { StringDecoder } from 'node:string_decoder';
import { limits } from './limits.ts';

/** Cuts at line feeds and carriage returns; a line without an end is cut where it gets too long. */
export class LineSplitter {
  readonly #onLine: (line: string) => void;
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  add(chunk: Uint8Array): void {
    this.#split(this.#decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)));
  }

  end(): void {
    this.#split(this.#decoder.end());
    if (this.#rest !== '') this.#onLine(this.#rest);
    this.#rest = '';
  }

  #split(text: string): void {
    const [first = '', ...others] = text.split(/\r\n|\n|\r/);
    this.#rest += first;
    for (const other of others) {
      this.#cut();
      this.#onLine(this.#rest);
      this.#rest = other;
    }
    this.#cut();
  }

  #cut(): void {
    while (this.#rest.length > limits.reportLineCharsMax) {
      this.#onLine(this.#rest.slice(0, limits.reportLineCharsMax));
      this.#rest = this.#rest.slice(limits.reportLineCharsMax);
    }
  }
}

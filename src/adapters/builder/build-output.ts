import { StringDecoder } from 'node:string_decoder';
import { stripVTControlCharacters } from 'node:util';
import { limits } from '../../base/limits.ts';
import { visible } from '../../base/text.ts';

/** What an engine says while it builds: each line is handed on as it ends, and the last ones are kept. */
export class BuildOutput {
  readonly #onLine: (line: string) => void;
  readonly #tail: string[] = [];
  // Each pipe has lines of its own: a line of one may come in the middle of a line of the other.
  readonly #out = new LineSplitter((line) => this.#take(line));
  readonly #err = new LineSplitter((line) => this.#take(line));

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  readonly stdout = (chunk: Uint8Array): void => this.#out.add(chunk);
  readonly stderr = (chunk: Uint8Array): void => this.#err.add(chunk);

  /** Hands on what has come without an end of line. */
  end(): void {
    this.#out.end();
    this.#err.end();
  }

  /** The last lines, fit to be shown. */
  tail(): string {
    return visible(this.#tail.join('\n')).slice(-limits.programErrorCharsMax);
  }

  #take(text: string): void {
    // Colours, and cursors that jump back over progress.
    const line = stripVTControlCharacters(text).trimEnd();
    if (line === '') return;
    this.#tail.push(line);
    if (this.#tail.length > limits.buildTailLinesMax) this.#tail.shift();
    this.#onLine(line);
  }
}

/** Cuts at line feeds and carriage returns; a line without an end is cut where it gets too long. */
class LineSplitter {
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

/** A half-open range of UTF-16 code units in a text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Counts from 1, in UTF-16 code units, as editors do. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/** Lines, columns and bytes of offsets in one text. */
export class TextIndex {
  readonly #text: string;
  readonly #lineStarts: readonly number[];

  constructor(text: string) {
    this.#text = text;
    this.#lineStarts = [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)];
  }

  /** An offset beyond the text is taken as its end. */
  position(offset: number): TextPosition {
    const at = Math.min(Math.max(0, offset), this.#text.length);
    const line = this.#lineOf(at);
    return { line: line + 1, column: at - (this.#lineStarts[line] ?? 0) + 1 };
  }

  /** The text of a line that counts from 1, without its end; empty for a line that is not there. */
  line(number: number): string {
    const start = this.#lineStarts[number - 1];
    if (start === undefined) return '';
    return this.#text.slice(start, this.#lineStarts[number] ?? this.#text.length).replace(/\r?\n$/, '');
  }

  /** The same range in bytes of UTF-8. */
  bytes(span: Span): Span {
    const start = Buffer.byteLength(this.#text.slice(0, span.start));
    return { start, end: start + Buffer.byteLength(this.#text.slice(span.start, span.end)) };
  }

  /** Index of the last line that starts at or before the offset. */
  #lineOf(offset: number): number {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

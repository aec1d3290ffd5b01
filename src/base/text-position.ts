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

const blockUnits = 1024;

/** Lines, columns and bytes of offsets in one text. */
export class TextIndex {
  readonly #text: string;
  readonly #lineStarts: readonly number[];
  /** Bytes before each block. */
  readonly #blockBytes: number[] = [0];

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
    return { start: this.#bytesBefore(span.start), end: this.#bytesBefore(span.end) };
  }

  /** Counts from the last block that was counted already, so that many questions about one text stay cheap. */
  #bytesBefore(offset: number): number {
    while (this.#blockBytes.length * blockUnits <= offset) {
      const start = (this.#blockBytes.length - 1) * blockUnits;
      this.#blockBytes.push((this.#blockBytes.at(-1) ?? 0) + this.#count(start, start + blockUnits));
    }
    const block = Math.floor(offset / blockUnits);
    return (this.#blockBytes[block] ?? 0) + this.#count(block * blockUnits, offset);
  }

  #count(start: number, end: number): number {
    let bytes = 0;
    for (let at = start; at < Math.min(end, this.#text.length); at += 1) bytes += unitBytes(this.#text, at);
    return bytes;
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

/** Each half of a surrogate pair counts for half of its four bytes; a half without its other is written as U+FFFD. */
function unitBytes(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  const isPair = (high: number, low: number): boolean =>
    high >= 0xd800 && high < 0xdc00 && low >= 0xdc00 && low < 0xe000;
  return isPair(code, text.charCodeAt(at + 1)) || (at > 0 && isPair(text.charCodeAt(at - 1), code)) ? 2 : 3;
}

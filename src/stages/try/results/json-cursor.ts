import { Buffer } from 'node:buffer';
import { Failure } from '../../../base/failure.ts';
import { limits } from '../../../base/limits.ts';
import { detached, type ReportFile } from './observation-list.ts';

/** The document ends before its value does. */
export class JsonEnd extends Error {}

export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'word';

const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];

/**
 * Walks JSON (RFC 8259) over bytes, once, from left to right: nothing is built but what the caller takes, so that a
 * report costs no more memory than what is kept of it. Strings are cut to `reportStringBytesMax`; bytes that are no
 * UTF-8, and halves of surrogate pairs, become U+FFFD.
 * Every method throws {@link JsonEnd} at the end of the bytes, and a Failure `results-invalid` or `results-too-large`.
 */
export class JsonCursor {
  readonly #path: string;
  readonly #bytes: Buffer;
  #at: number;
  #end: number;
  #depth = 0;

  constructor({ path, bytes }: ReportFile) {
    this.#path = path;
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = 0;
    this.#end = bytes.length;
  }

  /** The value between these offsets is read next. */
  seek(start: number, end: number): void {
    this.#at = start;
    this.#end = end;
    this.#depth = 0;
  }

  /** What begins here; nothing is taken. */
  get kind(): JsonKind {
    switch (this.#look()) {
      case openBrace:
        return 'object';
      case openBracket:
        return 'array';
      case quote:
        return 'string';
      case 0x74:
      case 0x66:
      case 0x6e:
        return 'word';
      default:
        return 'number';
    }
  }

  /** `take` is called in front of each member's value, and must take it or {@link skip} it. */
  object(take: (key: string) => void): void {
    this.#expect(openBrace);
    this.#deeper();
    if (this.#look() === closeBrace) this.#at += 1;
    else {
      do {
        if (this.#look() !== quote) throw this.#invalid('a name in quotes should stand');
        const key = this.string();
        this.#expect(colon);
        take(key);
      } while (this.#goesOn(closeBrace));
    }
    this.#depth -= 1;
  }

  array(take: () => void): void {
    this.#expect(openBracket);
    this.#deeper();
    if (this.#look() === closeBracket) this.#at += 1;
    else
      do take();
      while (this.#goesOn(closeBracket));
    this.#depth -= 1;
  }

  string(): string {
    this.#expect(quote);
    const start = this.#at;
    const { end, isPlain } = this.#endOfString();
    this.#at = end + 1;
    const cut = Math.min(end, start + limits.reportStringBytesMax);
    if (isPlain) return this.#bytes.toString('utf8', start, cut);
    return this.#unescape(start, cut);
  }

  number(): number {
    const found = this.#scalar();
    if (!/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(found))
      throw this.#invalid('a number should stand');
    return Number(found);
  }

  word(): boolean | undefined {
    const found = this.#scalar();
    if (found === 'null') return undefined;
    if (found !== 'true' && found !== 'false') throw this.#invalid('true, false or null should stand');
    return found === 'true';
  }

  /** Takes a value that nobody wants; it has to be JSON all the same. */
  skip(): void {
    switch (this.kind) {
      case 'object':
        this.object(() => this.skip());
        return;
      case 'array':
        this.array(() => this.skip());
        return;
      case 'string':
        this.#expect(quote);
        this.#at = this.#endOfString().end + 1;
        return;
      case 'word':
        this.word();
        return;
      default:
        this.number();
        return;
    }
  }

  /** @throws Failure `results-invalid` where something stands behind the value */
  finish(): void {
    this.#space();
    if (this.#at < this.#end) throw this.#invalid('nothing more should stand');
  }

  #goesOn(close: number): boolean {
    const found = this.#look();
    if (found !== comma && found !== close) throw this.#invalid('a comma or the end should stand');
    this.#at += 1;
    return found === comma;
  }

  #deeper(): void {
    this.#depth += 1;
    if (this.#depth > limits.reportDepthMax)
      throw this.#failure('results-too-large', `it is nested more than ${limits.reportDepthMax} deep`);
  }

  #expect(byte: number): void {
    if (this.#look() !== byte)
      throw this.#invalid(`${JSON.stringify(String.fromCodePoint(byte))} should stand`);
    this.#at += 1;
  }

  #look(): number {
    this.#space();
    if (this.#at >= this.#end) throw new JsonEnd();
    return this.#bytes[this.#at] ?? 0;
  }

  #space(): void {
    while (this.#at < this.#end) {
      const byte = this.#bytes[this.#at];
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return;
      this.#at += 1;
    }
  }

  #endOfString(): { readonly end: number; readonly isPlain: boolean } {
    let isPlain = true;
    for (let at = this.#at; at < this.#end; at += 1) {
      const byte = this.#bytes[at];
      if (byte === quote) return { end: at, isPlain };
      if (byte === backslash) {
        isPlain = false;
        at += 1;
      }
    }
    throw new JsonEnd();
  }

  #scalar(): string {
    this.#look();
    const start = this.#at;
    // The longest number that means anything is shorter than this.
    while (this.#at < this.#end && this.#at - start < 400 && isOfScalar(this.#bytes[this.#at] ?? 0))
      this.#at += 1;
    if (this.#at === this.#end) throw new JsonEnd();
    return this.#bytes.toString('latin1', start, this.#at);
  }

  #unescape(start: number, cut: number): string {
    const escapes = /\\(?:u([0-9a-fA-F]{4})|(.?))/gs;
    const text = this.#bytes
      .toString('utf8', start, cut)
      .replace(escapes, (_, code: string | undefined, letter: string | undefined) => {
        if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
        const meant = meanings.get(letter ?? '');
        // Behind a cut an escape may be half a one.
        if (meant === undefined && cut - start < limits.reportStringBytesMax)
          throw this.#invalid('a known escape should stand');
        return meant ?? '';
      });
    return detached(text);
  }

  #invalid(expected: string): Failure {
    return this.#failure('results-invalid', `it is not JSON: ${expected} here`);
  }

  #failure(code: 'results-invalid' | 'results-too-large', why: string): Failure {
    const before = this.#bytes.subarray(0, this.#at);
    const lineStart = before.lastIndexOf(0x0a) + 1;
    let line = 1;
    for (let at = before.indexOf(0x0a); at !== -1; at = before.indexOf(0x0a, at + 1)) line += 1;
    return new Failure(code, why, { where: { file: this.#path, line, column: this.#at - lineStart + 1 } });
  }
}

const meanings: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

/** Letters, digits, and what numbers hold. */
function isOfScalar(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    byte === 0x2b ||
    byte === 0x2d ||
    byte === 0x2e
  );
}

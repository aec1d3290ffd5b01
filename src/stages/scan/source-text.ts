import { TextIndex, type Span } from '../../base/text-position.ts';
import type { MentionPart, MentionPlace } from '../../model/mention.ts';

/**
 * A file that was read. Offsets and spans in it are UTF-16 code units of `text`; {@link place} makes bytes of them.
 * UTF-8 is read as such; any other encoding in which ASCII is ASCII is read byte by byte, so that its spans are exact
 * whatever its other characters mean. A byte order mark is no part of `text`.
 */
export class SourceText {
  readonly path: string;
  readonly text: string;
  readonly #isUtf8: boolean;
  /** Bytes before the text. */
  readonly #bytesBefore: number;
  #index: TextIndex | undefined;

  constructor(path: string, text: string, isUtf8: boolean = true) {
    this.path = path;
    const hasMark = text.startsWith('\ufeff');
    this.text = hasMark ? text.slice(1) : text;
    this.#bytesBefore = hasMark ? 3 : 0;
    this.#isUtf8 = isUtf8;
  }

  get name(): string {
    return this.path.slice(this.path.lastIndexOf('/') + 1);
  }

  line(offset: number): number {
    return this.#positions.position(offset).line;
  }

  /** The line that holds the offset, without its end, and where it begins. */
  lineAt(offset: number): { readonly text: string; readonly start: number } {
    const start = this.text.lastIndexOf('\n', offset - 1) + 1;
    const end = this.text.indexOf('\n', offset);
    const line = this.text.slice(start, end === -1 ? this.text.length : end);
    return { text: line.endsWith('\r') ? line.slice(0, -1) : line, start };
  }

  slice(span: Span): string {
    return this.text.slice(span.start, span.end);
  }

  /** The same file, of which only a part is text and all else is blank; places in it are those of the file. */
  only({ start, end }: Span): SourceText {
    const blank = (text: string): string => text.replaceAll(/[\x21-\x7e]/g, ' ');
    const text = blank(this.text.slice(0, start)) + this.text.slice(start, end) + blank(this.text.slice(end));
    return new SourceText(this.path, `${this.#bytesBefore === 0 ? '' : '\ufeff'}${text}`, this.#isUtf8);
  }

  place(span: Span): MentionPlace {
    const { start, end } = this.#isUtf8 ? this.#positions.bytes(span) : span;
    const position = this.#positions.position(span.start);
    return { file: this.path, ...position, start: start + this.#bytesBefore, end: end + this.#bytesBefore };
  }

  part(span: Span): MentionPart {
    return { place: this.place(span), text: this.slice(span) };
  }

  get #positions(): TextIndex {
    this.#index ??= new TextIndex(this.text);
    return this.#index;
  }
}

import { SaxesParser } from 'saxes';
import { Failure } from '../../../base/failure.ts';
import { limits } from '../../../base/limits.ts';
import { clip, visibleLine } from '../../../base/text.ts';
import type { ReportFile } from './observation-list.ts';

/** What becomes of the elements of a document, in its order. */
export interface XmlReader {
  open(name: string, attributes: Readonly<Record<string, string>>): void;
  close(name: string): void;
  /** Character data; called only while {@link wantsText}, which is asked after each `open` and `close`. */
  text(text: string): void;
  readonly wantsText: boolean;
}

// Read in pieces of this size, so that a document is never held twice.
const pieceBytes = 64 * 1024;

/**
 * Reads an XML document piece by piece. Nothing is expanded but character references and the five predefined entities;
 * a document type is refused, and with it every way to declare another. Bytes that are no UTF-8, and control characters
 * that XML does not allow, become U+FFFD: runners copy what tests print, and a report is not lost for it.
 * @returns `truncated` where the document ends before its root does; `reader` has seen what there was
 * @throws Failure `results-invalid`, `results-too-large`, `results-refused`, with line and column
 */
export function readXml(file: ReportFile, reader: XmlReader): 'whole' | 'truncated' {
  const walk = new XmlWalk(file.path, reader);
  const decoder = new TextDecoder(encodingOf(file.bytes));
  for (let start = 0; start < file.bytes.length; start += pieceBytes) {
    walk.write(decoder.decode(file.bytes.subarray(start, start + pieceBytes), { stream: true }));
  }
  walk.write(decoder.decode());
  return walk.end();
}

// XML 1.1 rules are set for all documents: character references to control characters, which surefire and others write
// into XML 1.0, are legal there. What 1.1 restricts in turn (C1) is replaced beforehand.
const options = { xmlns: false, position: false, forceXMLVersion: true, defaultXMLVersion: '1.1' } as const;
const disallowed = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff]/g;

class XmlWalk {
  readonly #path: string;
  readonly #reader: XmlReader;
  readonly #parser = new SaxesParser<typeof options>(options);
  readonly #onText: (text: string) => void;
  #depth = 0;
  #attributes = 0;
  #givesText = false;
  /** The parser tells of an end before it finds that it is another element's: it counts only when all went well. */
  #ended: string | undefined;

  constructor(path: string, reader: XmlReader) {
    this.#path = path;
    this.#reader = reader;
    this.#onText = (text) => {
      this.#settle();
      if (reader.wantsText) reader.text(text);
    };
    this.#listen();
  }

  write(text: string): void {
    try {
      this.#parser.write(text.replace(disallowed, '\ufffd'));
      this.#settle();
    } catch (error) {
      if (!isParserError(error)) throw error;
      throw this.#failure('results-invalid', `it is not XML: ${clip(visibleLine(error.message), 200)}`);
    }
  }

  end(): 'whole' | 'truncated' {
    this.#parser.off('text');
    try {
      this.#parser.close();
      return 'whole';
    } catch (error) {
      // What the parser misses only now is what was cut off.
      if (isParserError(error)) return 'truncated';
      throw error;
    }
  }

  // Six listeners at most: saxes keeps them in properties by computed name, and with more of these V8 takes the parser
  // for a dictionary, which makes it eight times slower. So errors are caught, not listened to.
  #listen(): void {
    const parser = this.#parser;
    parser.on('doctype', () => {
      throw this.#failure('results-refused', 'it declares a document type, which no test report needs');
    });
    parser.on('attribute', ({ name, value }) => {
      this.#attributes += 1;
      if (this.#attributes > limits.xmlAttributesMax)
        throw this.#tooLarge(`a tag has more than ${limits.xmlAttributesMax} attributes`);
      if (name.length + value.length > limits.xmlAttributeCharsMax)
        throw this.#tooLarge(`an attribute is longer than ${limits.xmlAttributeCharsMax} characters`);
    });
    parser.on('opentag', ({ name, attributes }) => {
      this.#attributes = 0;
      this.#settle();
      this.#depth += 1;
      if (this.#depth > limits.reportDepthMax)
        throw this.#tooLarge(`elements are nested more than ${limits.reportDepthMax} deep`);
      this.#reader.open(name, attributes);
      this.#giveText();
    });
    parser.on('closetag', ({ name }) => {
      this.#settle();
      this.#ended = name;
    });
  }

  #settle(): void {
    if (this.#ended === undefined) return;
    this.#depth -= 1;
    this.#reader.close(this.#ended);
    this.#ended = undefined;
    this.#giveText();
  }

  /** Text that nobody wants is not even collected. */
  #giveText(): void {
    if (this.#givesText === this.#reader.wantsText) return;
    this.#givesText = this.#reader.wantsText;
    for (const event of ['text', 'cdata'] as const) {
      if (this.#givesText) this.#parser.on(event, this.#onText);
      else this.#parser.off(event);
    }
  }

  #tooLarge(why: string): Failure {
    return this.#failure('results-too-large', why);
  }

  #failure(code: 'results-invalid' | 'results-too-large' | 'results-refused', why: string): Failure {
    const { line, column } = this.#parser;
    return new Failure(code, why, { where: { file: this.#path, line, column: Math.max(1, column) } });
  }
}

/** The parser's are plain errors; ours, and those of the language, have names of their own. */
function isParserError(error: unknown): error is Error {
  return error instanceof Error && error.name === 'Error';
}

/** By byte order mark or declaration; whatever is not known is read as UTF-8. */
function encodingOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 200));
  return /^<\?xml[^>]*encoding=["'](?:iso-8859-1|latin-?1|windows-1252|us-ascii)["']/i.test(start)
    ? 'windows-1252'
    : 'utf-8';
}

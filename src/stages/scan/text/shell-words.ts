import type { Span } from '../../../base/text-position.ts';
import { leadingVariable, type Dialect } from './pieces.ts';

/** A word of a command as it is written: without the quotes around it, its variables not filled in. */
export interface ShellWord {
  readonly text: string;
  readonly span: Span;
  readonly isQuoted: boolean;
}

export type ShellLine = readonly ShellWord[];

/**
 * The simple commands of a shell script that stands within `span` of a text, with the place of every word. Nothing is
 * expanded. Comments and here-documents are left out; a substitution begins a command of its own. Time is linear.
 */
export function shellLines(text: string, span: Span, dialect: Dialect = 'shell'): readonly ShellLine[] {
  return new Reader(text, span, dialect).read();
}

// Of `$(…)` and templates, looked at from each mark; what is longer is read as plain words.
const templateCharsMax = 320;
const substitutionCharsMax = 1_000;

class Reader {
  readonly #text: string;
  readonly #end: number;
  readonly #dialect: Dialect;
  readonly #lines: ShellWord[][] = [];
  readonly #heredocs: string[] = [];
  #line: ShellWord[] = [];
  /** Within the brackets of `NAME=(…)`, lines do not end. */
  #isList = false;
  #at: number;

  constructor(text: string, { start, end }: Span, dialect: Dialect) {
    this.#text = text;
    this.#at = start;
    this.#end = end;
    this.#dialect = dialect;
  }

  read(): readonly ShellLine[] {
    while (this.#at < this.#end) this.#step();
    this.#endLine();
    return this.#lines;
  }

  #step(): void {
    const character = this.#text.charAt(this.#at);
    const continued = this.#continuation();
    if (continued > 0) this.#at += continued;
    else if (character === '\n') {
      this.#at += 1;
      if (this.#isList) return;
      this.#endLine();
      this.#skipHeredocs();
    } else if (' \t\r\ufeff'.includes(character)) this.#at += 1;
    else if (character === '#') this.#at = this.#next('\n', this.#at);
    else if (character === '<' && this.#heredoc()) return;
    else if (character === '(' && this.#list()) return;
    else if (character === '`' && this.#substituted() > 0) this.#word();
    else if (';|&()`<>'.includes(character) && this.#template() === 0) {
      if (!'<>'.includes(character)) this.#endLine();
      if (character === ')') this.#isList = false;
      this.#at += 1;
    } else this.#word();
  }

  /** A backslash (or a backtick or caret of other shells) before the end of a line. */
  #continuation(): number {
    const mark = this.#text.charAt(this.#at);
    if (mark !== '\\' && mark !== '`' && mark !== '^') return 0;
    // In a Unix shell, the marks of PowerShell and of Windows' batch files mean something else within words.
    if (mark !== '\\' && !' \t'.includes(this.#text.charAt(this.#at - 1))) return 0;
    return /^[\\`^]\r?\n/.exec(this.#text.slice(this.#at, this.#at + 3))?.[0].length ?? 0;
  }

  /** `NAME=(a b)`: a line of its own, whose first word is `NAME=`. */
  #list(): boolean {
    const name = this.#line.at(-1);
    if (name?.span.end !== this.#at || !/^[A-Za-z_]\w*\+?=$/.test(name.text)) return false;
    this.#line.pop();
    this.#endLine();
    this.#line.push(name);
    this.#isList = true;
    this.#at += 1;
    return true;
  }

  #heredoc(): boolean {
    const [whole, word] =
      /^<<-?[ \t]?(?:["'\\]?)([A-Za-z_]\w{0,60})["']?/.exec(this.#text.slice(this.#at, this.#at + 70)) ?? [];
    if (whole === undefined || word === undefined || this.#template() > 0) return false;
    this.#heredocs.push(word);
    this.#at += whole.length;
    return true;
  }

  #skipHeredocs(): void {
    for (let word = this.#heredocs.shift(); word !== undefined; word = this.#heredocs.shift()) {
      const ended = new RegExp(`^[ \\t]*${word}\\r?$`, 'm').exec(this.#text.slice(this.#at, this.#end));
      this.#at = ended === null ? this.#end : this.#at + ended.index + ended[0].length;
    }
  }

  #word(): void {
    const start = this.#at;
    while (this.#at < this.#end) {
      const character = this.#text.charAt(this.#at);
      const template = this.#template() || this.#substitution();
      if (template > 0) this.#at += template;
      else if (character === '"' || character === "'") this.#at = this.#closing(character) + 1;
      else if (character === '\\') {
        if (this.#continuation() > 0) break;
        this.#at += 2;
      } else if (' \t\r\n;|&()`<>'.includes(character)) break;
      else this.#at += 1;
    }
    this.#at = Math.min(Math.max(this.#at, start + 1), this.#end);
    this.#line.push(this.#made(start, this.#at));
  }

  #made(start: number, end: number): ShellWord {
    const quote = this.#text.charAt(start);
    const isQuoted =
      end - start >= 2 &&
      (quote === '"' || quote === "'") &&
      this.#text.indexOf(quote, start + 1) === end - 1;
    const span = isQuoted ? { start: start + 1, end: end - 1 } : { start, end };
    return { text: this.#text.slice(span.start, span.end), span, isQuoted };
  }

  /** How long the variable or template is that begins here: it belongs to a word, whatever stands in it. */
  #template(): number {
    if (!'$<{('.includes(this.#text.charAt(this.#at))) return 0;
    const head = this.#text.slice(this.#at, Math.min(this.#end, this.#at + templateCharsMax));
    if (head.startsWith('$(') && !/^(?:make|azure|dollar)/.test(this.#dialect)) return 0;
    return leadingVariable(head, this.#dialect);
  }

  /** `$(…)` or `…` in backticks: its commands are lines of their own, and for the word it is a part of it. Its length. */
  #substitution(): number {
    const length = this.#substituted();
    if (length === 0) return 0;
    const start = this.#at + (this.#text.charAt(this.#at) === '$' ? 2 : 1);
    const inner = { start, end: this.#at + length - 1 };
    this.#lines.push(...new Reader(this.#text, inner, this.#dialect).read().map((line) => [...line]));
    return length;
  }

  #substituted(): number {
    const character = this.#text.charAt(this.#at);
    const head = this.#text.slice(this.#at, Math.min(this.#end, this.#at + substitutionCharsMax));
    if (character === '`') return /^`[^`\n]+`/.exec(head)?.[0].length ?? 0;
    return character === '$' && head.startsWith('$(') && !head.startsWith('$((') ? closingBracket(head) : 0;
  }

  #closing(quote: string): number {
    let at = this.#at + 1;
    while (at < this.#end && this.#text.charAt(at) !== quote)
      at += quote === '"' && this.#text.charAt(at) === '\\' ? 2 : 1;
    return at;
  }

  #next(mark: string, from: number): number {
    const at = this.#text.indexOf(mark, from);
    return at === -1 ? this.#end : Math.min(at, this.#end);
  }

  #endLine(): void {
    if (this.#line.length > 0) this.#lines.push(this.#line);
    this.#line = [];
  }
}

/** How long `$(…)` is at the start of a text; 0 where its end is not there. */
function closingBracket(text: string): number {
  let depth = 0;
  for (let at = 1; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '\\') at += 1;
    else if (character === '(') depth += 1;
    else if (character === ')' && (depth -= 1) === 0) return at + 1;
  }
  return 0;
}

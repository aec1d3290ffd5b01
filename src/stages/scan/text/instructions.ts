import type { Span } from '../../../base/text-position.ts';
import type { SourceText } from '../source-text.ts';

/** One instruction of a Dockerfile or an Earthfile, its continuation lines and here-documents included. */
export interface Instruction {
  /** In capitals. */
  readonly name: string;
  /** Words with their places; comments between continued lines are left out. */
  readonly words: readonly InstructionWord[];
  /** What follows the name, to its end. */
  readonly body: Span;
}

export interface InstructionWord {
  readonly text: string;
  readonly span: Span;
}

const directive = /^[ \t]*#[ \t]*([A-Za-z]+)[ \t]*=[ \t]*(\S+)[ \t]*$/;

/** Parser directives at the very top: `# syntax=`, `# escape=`, with the places of their values. */
export function directivesOf(source: SourceText): ReadonlyMap<string, InstructionWord> {
  const found = new Map<string, InstructionWord>();
  for (const line of linesOf(source.text)) {
    const text = line.text.replace(/^\ufeff/, '');
    const offset = line.start + line.text.length - text.length;
    if (found.size === 0 && text.startsWith('#!')) continue;
    const [, name, value] = directive.exec(text.slice(0, 1_000)) ?? [];
    if (name === undefined || value === undefined || found.has(name.toLowerCase())) break;
    const start = offset + text.lastIndexOf(value);
    found.set(name.toLowerCase(), { text: value, span: { start, end: start + value.length } });
  }
  return found;
}

/** Instructions in order; `escape` is what continues a line at its end. */
export function* instructionsOf(source: SourceText, escape: string): Generator<Instruction> {
  let open: Open | undefined;
  let heredocs: string[] = [];
  for (const { text, start } of linesOf(source.text)) {
    if (heredocs.length > 0) {
      if (text.replace(/^\t+/, '') === heredocs[0]) heredocs = heredocs.slice(1);
      if (open !== undefined) open.end = start + text.length;
      if (heredocs.length === 0 && open !== undefined) {
        yield finished(open);
        open = undefined;
      }
      continue;
    }
    if (/^[\s\ufeff]*(?:#|$)/.test(text)) continue;
    const trimmed = text.trimEnd();
    const continues = trimmed.endsWith(escape);
    const body = continues ? trimmed.slice(0, -1) : trimmed;
    open = open === undefined ? begun(body, start) : continued(open, body, start);
    if (continues) continue;
    if (/^(?:RUN|COPY|ADD)$/.test(open.name)) heredocs = heredocsOf(source.text.slice(open.start, open.end));
    if (heredocs.length > 0) continue;
    yield finished(open);
    open = undefined;
  }
  if (open !== undefined) yield finished(open);
}

interface Open {
  readonly name: string;
  readonly start: number;
  readonly words: InstructionWord[];
  end: number;
}

function begun(body: string, start: number): Open {
  const [head = '', name = ''] = /^[\s\ufeff]*([A-Za-z]+)/.exec(body) ?? [];
  const from = start + head.length;
  return {
    name: name.toUpperCase(),
    start: from,
    words: wordsOf(body.slice(head.length), from),
    end: start + body.length,
  };
}

function continued(open: Open, body: string, start: number): Open {
  for (const word of wordsOf(body, start)) open.words.push(word);
  open.end = start + body.length;
  return open;
}

function finished({ name, words, start, end }: Open): Instruction {
  return { name, words, body: { start, end } };
}

/** Words apart by white space; quotes keep white space within a word. */
function wordsOf(text: string, offset: number): InstructionWord[] {
  return Array.from(
    text.matchAll(/(?:\{\{[^{}]*\}\}|"[^"]*"?|'[^']*'?|[^\s"'])+/g),
    ({ 0: word, index }) => ({
      text: word,
      span: { start: offset + index, end: offset + index + word.length },
    }),
  );
}

function heredocsOf(text: string): string[] {
  return Array.from(text.matchAll(/<<-?\s{0,9}(["']?)([A-Za-z_]\w{0,100})\1/g), ([, , word = '']) => word);
}

function* linesOf(text: string): Generator<{ readonly text: string; readonly start: number }> {
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    const line = text.slice(start, end);
    yield { text: line.endsWith('\r') ? line.slice(0, -1) : line, start };
    start = end + 1;
  }
}

import type { Span } from '../../../base/text-position.ts';
import type { SourceText } from '../source-text.ts';
import type { ShellLine, ShellWord } from './shell-words.ts';

/** A variable that a command sets, and what it may hold: one value, or those of a list. */
export interface Assigned {
  readonly name: string;
  readonly values: readonly Span[];
}

/**
 * What a command sets: `A=b`, `export A="b c"`, `A=(b c)`, `: "${A:=b}"`, `for A in b c`, `set -x A b` of fish, `$A = "b"`
 * of PowerShell. A list in one text counts as its words.
 */
export function assignedIn(source: SourceText, line: ShellLine): readonly Assigned[] {
  const [first, second, third] = line;
  if (first === undefined) return [];
  if (first.text === 'for' && second !== undefined && third?.text === 'in')
    return [{ name: second.text, values: line.slice(3).map(({ span }) => span) }];
  const list = /^([A-Za-z_]\w*)\+?=$/.exec(first.text)?.[1];
  if (list !== undefined) return [{ name: list, values: line.slice(1).map(({ span }) => span) }];
  const power = /^\$(?:env:|script:|global:)?([A-Za-z_]\w*)$/i.exec(first.text)?.[1];
  if (power !== undefined && second?.text === '=')
    return [{ name: power, values: line.slice(2, 3).map(({ span }) => span) }];
  if (/^(?:set|setenv)$/.test(first.text) && !line.some(({ text }) => text.includes('='))) {
    const [name, ...values] = line.slice(1).filter(({ text }) => !text.startsWith('-'));
    return name === undefined ? [] : [{ name: name.text, values: values.map(({ span }) => span) }];
  }
  return line.flatMap((word) => assignedBy(source, word));
}

function assignedBy(source: SourceText, word: ShellWord): readonly Assigned[] {
  const [whole, name] = /^(?:\$\{)?([A-Za-z_]\w*)(?:\+?=|:?[-=])/.exec(word.text) ?? [];
  const isBraced = word.text.startsWith('${');
  if (whole === undefined || name === undefined || (!isBraced && !whole.endsWith('='))) return [];
  const span = { start: word.span.start + whole.length, end: word.span.end - (isBraced ? 1 : 0) };
  return [{ name, values: wordsWithin(source, withoutQuotes(source, span)) }];
}

// Of a text that holds more words than a list of images would.
const listCharsMax = 4_000;

function wordsWithin(source: SourceText, span: Span): readonly Span[] {
  const text = source.slice(span);
  if (!/\s/.test(text) || text.length > listCharsMax || /\$\(|\{\{|<</.test(text)) return [span];
  return Array.from(text.matchAll(/\S+/g), ({ 0: word, index }) => ({
    start: span.start + index,
    end: span.start + index + word.length,
  })).filter(({ start, end }) => source.slice({ start, end }) !== '\\');
}

/** The inner part of a text in quotes. */
export function withoutQuotes(source: SourceText, { start, end }: Span): Span {
  const first = source.text.charAt(start);
  const isQuoted =
    (first === '"' || first === "'") && end - start >= 2 && source.text.charAt(end - 1) === first;
  return isQuoted ? { start: start + 1, end: end - 1 } : { start, end };
}

import {
  Composer,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  Parser,
  type CST,
  type Node,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { limits } from './limits.ts';
import type { Span } from './text-position.ts';

/** A YAML value with the place where it is written. What an alias names is placed where its anchor is. */
export type YamlNode = YamlMap | YamlList | YamlScalar;

export interface YamlMap {
  readonly kind: 'map';
  readonly span: Span;
  readonly entries: readonly YamlEntry[];
}

export interface YamlEntry {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: YamlNode;
}

export interface YamlList {
  readonly kind: 'list';
  readonly span: Span;
  readonly items: readonly YamlNode[];
}

export interface YamlScalar {
  readonly kind: 'scalar';
  readonly span: Span;
  readonly value: string | number | boolean | null;
  /** The characters of the value as written, without quotes: `3.10` stays `3.10`. */
  readonly source: string;
  readonly style: 'plain' | 'quoted' | 'block';
}

export interface YamlFault {
  readonly message: string;
  readonly offset: number;
}

export interface YamlReading {
  /** Undefined: the text holds no value at all. With faults: what could be read in spite of them. */
  readonly root: YamlNode | undefined;
  readonly faults: readonly YamlFault[];
}

export interface YamlOptions {
  /** `<<: *anchor` adds the keys of the anchor (YAML 1.1, still common in CI files); otherwise `<<` is a key like any other. */
  readonly merge: boolean;
  /** How many aliases may be followed. */
  readonly aliasesMax: number;
  /** Take the first of several documents instead of refusing them. */
  readonly firstOfMany?: boolean;
  /** Tags that only the file's own reader knows, such as GitLab's `!reference`, are no fault. */
  readonly anyTag?: boolean;
}

/** Reads YAML 1.2 with positions. Broken YAML is an answer with faults, never an exception; it ends in bounded time and memory. */
export function readYaml(text: string, options: YamlOptions): YamlReading {
  const faults: YamlFault[] = [];
  const stops: YamlFault[] = [];
  const composer = new Composer({
    stringKeys: true,
    uniqueKeys: false,
    resolveKnownTags: false,
    version: '1.2',
  });
  const documents = [...composer.compose(tokens(text, stops), true, text.length)];
  const first = documents[0];
  const second = documents[1];
  if (second !== undefined && options.firstOfMany !== true) {
    faults.push({
      message: 'a second document begins here, but only one may stand in the file',
      offset: second.range[0],
    });
  }
  const warnings = options.anyTag === true ? [] : (first?.warnings ?? []);
  for (const { code, message, pos } of [...(first?.errors ?? []), ...warnings].slice(
    0,
    limits.faultsShownMax,
  )) {
    faults.push({ message: plainMessage(code, message), offset: pos[0] });
  }
  const contents = first?.contents;
  const root =
    contents === undefined || contents === null
      ? undefined
      : new Converter(options, faults).convert(contents, 0);
  // What follows from stopping early is no fault of the file.
  if (stops.length > 0) return { root, faults: stops };
  return {
    root,
    faults: faults.toSorted((left, right) => left.offset - right.offset).slice(0, limits.faultsShownMax),
  };
}

/** The value without positions, for a schema. */
export function plainValue(node: YamlNode): unknown {
  switch (node.kind) {
    case 'map':
      return Object.fromEntries(node.entries.map(({ key, value }) => [key, plainValue(value)]));
    case 'list':
      return node.items.map(plainValue);
    case 'scalar':
      return node.value;
  }
}

/** The value of a key; undefined where `node` is no map or lacks it. */
export function member(node: YamlNode | undefined, key: string): YamlNode | undefined {
  return node?.kind === 'map' ? node.entries.find((entry) => entry.key === key)?.value : undefined;
}

/** Stops before the parser's stack, and ours, would overflow, and where nothing of the rest can be made out. */
function* tokens(text: string, stops: YamlFault[]): Generator<CST.Token> {
  // A nesting level takes up to three entries of the parser's stack: the key's map, the value, the item.
  const stackMax = 3 * limits.yamlDepthMax + 8;
  const parser = new Parser();
  let errors = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) {
      if (token.type === 'error') errors += 1;
      yield token;
    }
    if (parser.stack.length > stackMax) stops.push(tooDeep(parser.offset));
    if (stops.length > 0 || errors > limits.faultsShownMax) break;
  }
  yield* parser.end();
}

function tooDeep(offset: number): YamlFault {
  return { message: `it is nested more than ${limits.yamlDepthMax} deep`, offset };
}

/** The library's words, where they can be said more plainly. */
function plainMessage(code: string, message: string): string {
  switch (code) {
    case 'TAB_AS_INDENT':
      return 'a tab indents this line; YAML takes spaces only';
    case 'NON_STRING_KEY':
      return 'a key must be a text';
    case 'BLOCK_AS_IMPLICIT_KEY':
      return 'a second ": " stands on this line; put the value in quotes';
    case 'TAG_RESOLVE_FAILED':
      return `tags such as ${/![^\s]*/.exec(message)?.[0] ?? '!tag'} are not known here`;
    default:
      return message.slice(0, 1).toLowerCase() + message.slice(1);
  }
}

class Converter {
  readonly #options: YamlOptions;
  readonly #faults: YamlFault[];
  readonly #anchors = new Map<string, Node>();
  #aliases = 0;

  constructor(options: YamlOptions, faults: YamlFault[]) {
    this.#options = options;
    this.#faults = faults;
  }

  convert(node: Node, depth: number): YamlNode {
    const span = spanOf(node);
    if (depth > limits.yamlDepthMax) {
      this.#faults.push(tooDeep(span.start));
      return emptyAt(span);
    }
    if (isAlias(node)) return this.#follow(node.source, span, depth);
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (isMap(node)) return { kind: 'map', span, entries: this.#entries(node, depth) };
    if (isSeq(node)) return { kind: 'list', span, items: this.#items(node, depth) };
    return isScalar(node) ? scalarOf(node, span) : emptyAt(span);
  }

  #items(node: YAMLSeq, depth: number): readonly YamlNode[] {
    return node.items.map((item) => (isNode(item) ? this.convert(item, depth + 1) : emptyAt(spanOf(node))));
  }

  #entries(node: YAMLMap, depth: number): readonly YamlEntry[] {
    const own = new Map<string, YamlEntry>();
    const merged: YamlNode[] = [];
    for (const { key: keyNode, value: valueNode } of node.items) {
      const { key, keySpan } = keyOf(keyNode, spanOf(node));
      const value = isNode(valueNode)
        ? this.convert(valueNode, depth + 1)
        : emptyAt({ start: keySpan.end, end: keySpan.end });
      if (this.#options.merge && key === '<<') merged.push(value);
      else if (key === '__proto__')
        this.#faults.push({ message: 'a key cannot be called __proto__', offset: keySpan.start });
      else if (own.has(key))
        this.#faults.push({
          message: `the key ${JSON.stringify(key.slice(0, 60))} stands twice`,
          offset: keySpan.start,
        });
      else own.set(key, { key, keySpan, value });
    }
    for (const entry of merged.flatMap(mergedEntries)) if (!own.has(entry.key)) own.set(entry.key, entry);
    return [...own.values()];
  }

  /** Counts what is followed, also within what was followed: an alias of an alias of an alias grows by powers. */
  #follow(name: string, span: Span, depth: number): YamlNode {
    this.#aliases += 1;
    const target = this.#anchors.get(name);
    if (target === undefined) {
      this.#faults.push({
        message: `no anchor &${name.slice(0, 60)} stands before this alias`,
        offset: span.start,
      });
      return emptyAt(span);
    }
    if (this.#aliases > this.#options.aliasesMax) {
      if (this.#aliases === this.#options.aliasesMax + 1) {
        this.#faults.push({
          message: `it follows more than ${this.#options.aliasesMax} aliases`,
          offset: span.start,
        });
      }
      return emptyAt(span);
    }
    return this.convert(target, depth + 1);
  }
}

/** `<<` takes a map or a list of maps; of two maps the first wins. */
function mergedEntries(node: YamlNode): readonly YamlEntry[] {
  if (node.kind === 'map') return node.entries;
  return node.kind === 'list' ? node.items.flatMap((item) => (item.kind === 'map' ? item.entries : [])) : [];
}

function scalarOf(node: Scalar, span: Span): YamlScalar {
  const { value, type } = node;
  const style =
    type === 'PLAIN' ? 'plain' : type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE' ? 'quoted' : 'block';
  const known =
    value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  const source = node.source ?? (known ? String(value) : '');
  return { kind: 'scalar', span, value: known ? value : source, source, style };
}

function emptyAt(span: Span): YamlScalar {
  return { kind: 'scalar', span, value: null, source: '', style: 'plain' };
}

function keyOf(node: unknown, around: Span): { readonly key: string; readonly keySpan: Span } {
  if (!isScalar(node)) return { key: '', keySpan: around };
  return { key: node.source ?? String(node.value), keySpan: spanOf(node) };
}

function isNode(value: unknown): value is Node {
  return isScalar(value) || isMap(value) || isSeq(value) || isAlias(value);
}

function spanOf(node: Node): Span {
  const range = node.range;
  return range === undefined || range === null ? { start: 0, end: 0 } : { start: range[0], end: range[1] };
}

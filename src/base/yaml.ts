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
import type { YamlEntry, YamlNode, YamlScalar } from './yaml-node.ts';

export interface YamlFault {
  readonly message: string;
  readonly offset: number;
  /** What stands behind it may have been lost. */
  readonly breaks?: boolean;
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
  /** Deeper than what people write by hand; {@link limits.yamlDepthMax} where nothing is said. */
  readonly depthMax?: number;
  /** A key that stands twice is a fault, and both of its values are there. */
  readonly keepDoubles?: boolean;
}

export interface YamlDocuments {
  /** One for each document that holds a value. */
  readonly roots: readonly YamlNode[];
  readonly faults: readonly YamlFault[];
}

/** Reads YAML 1.2 with positions. Broken YAML is an answer with faults, never an exception; it ends in bounded time and memory. */
export function readYaml(text: string, options: YamlOptions): YamlReading {
  const { documents, stops } = compose(text, options);
  const [first, second] = documents;
  const faults: YamlFault[] = [];
  if (second !== undefined && options.firstOfMany !== true) {
    faults.push({
      message: 'a second document begins here, but only one may stand in the file',
      offset: second.range[0],
    });
  }
  const root = first === undefined ? undefined : convert(first, options, faults);
  return { root, faults: told(faults, stops) };
}

/** {@link readYaml} for all documents of a file. */
export function readYamlDocuments(text: string, options: YamlOptions): YamlDocuments {
  const { documents, stops } = compose(text, options);
  const faults: YamlFault[] = [];
  const roots = documents
    .map((document) => convert(document, options, faults))
    .filter((root) => root !== undefined);
  return { roots, faults: told(faults, stops) };
}

type Composed = ReturnType<Composer['compose']> extends Generator<infer Each> ? Each : never;

function compose(
  text: string,
  options: YamlOptions,
): { readonly documents: readonly Composed[]; readonly stops: readonly YamlFault[] } {
  const stops: YamlFault[] = [];
  const composer = new Composer({
    stringKeys: true,
    uniqueKeys: false,
    resolveKnownTags: false,
    version: '1.2',
  });
  return {
    documents: [...composer.compose(tokens(text, options, stops), true, text.length)],
    stops,
  };
}

/** What follows from stopping early is no fault of the file. */
function told(faults: readonly YamlFault[], stops: readonly YamlFault[]): readonly YamlFault[] {
  if (stops.length > 0) return stops;
  return faults.toSorted((left, right) => left.offset - right.offset).slice(0, limits.faultsShownMax);
}

function convert(document: Composed, options: YamlOptions, faults: YamlFault[]): YamlNode | undefined {
  const faultsOf = (all: Composed['warnings'] | Composed['errors'], breaks: boolean): void => {
    for (const { code, message, pos } of all.slice(0, limits.faultsShownMax))
      faults.push({ message: plainMessage(code, message), offset: pos[0], ...(breaks ? { breaks } : {}) });
  };
  faultsOf(document.errors, true);
  if (options.anyTag !== true) faultsOf(document.warnings, false);
  const { contents } = document;
  return contents === undefined || contents === null
    ? undefined
    : new Converter(options, faults).convert(contents, 0);
}

/** Stops before the parser's stack, and ours, would overflow, and where nothing of the rest can be made out. */
function* tokens(text: string, options: YamlOptions, stops: YamlFault[]): Generator<CST.Token> {
  // A nesting level takes up to three entries of the parser's stack: the key's map, the value, the item.
  const stackMax = 3 * depthMaxOf(options) + 8;
  const parser = new Parser();
  let errors = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) {
      if (token.type === 'error') errors += 1;
      yield token;
    }
    if (parser.stack.length > stackMax) stops.push(tooDeep(parser.offset, options));
    if (stops.length > 0 || errors > limits.faultsShownMax) break;
  }
  yield* parser.end();
}

function depthMaxOf({ depthMax }: YamlOptions): number {
  return depthMax ?? limits.yamlDepthMax;
}

function tooDeep(offset: number, options: YamlOptions): YamlFault {
  return { message: `it is nested more than ${depthMaxOf(options)} deep`, offset, breaks: true };
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
  /** What anchors came to: an alias of an alias of an alias is read once, however often it is named. */
  readonly #known = new Map<Node, YamlNode>();
  #aliases = 0;

  constructor(options: YamlOptions, faults: YamlFault[]) {
    this.#options = options;
    this.#faults = faults;
  }

  convert(node: Node, depth: number): YamlNode {
    const span = spanOf(node);
    if (depth > depthMaxOf(this.#options)) {
      this.#faults.push(tooDeep(span.start, this.#options));
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
    const doubles: YamlEntry[] = [];
    for (const { key: keyNode, value: valueNode } of node.items) {
      const { key, keySpan } = keyOf(keyNode, spanOf(node));
      const value = isNode(valueNode)
        ? this.convert(valueNode, depth + 1)
        : emptyAt({ start: keySpan.end, end: keySpan.end });
      if (this.#options.merge && key === '<<') merged.push(value);
      else if (key === '__proto__')
        this.#faults.push({ message: 'a key cannot be called __proto__', offset: keySpan.start });
      else if (own.has(key)) {
        this.#faults.push({
          message: `the key ${JSON.stringify(key.slice(0, 60))} stands twice`,
          offset: keySpan.start,
        });
        if (this.#options.keepDoubles === true) doubles.push({ key, keySpan, value });
      } else own.set(key, { key, keySpan, value });
    }
    for (const entry of merged.flatMap(mergedEntries)) if (!own.has(entry.key)) own.set(entry.key, entry);
    return [...own.values(), ...doubles];
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
    const known = this.#known.get(target);
    if (known !== undefined) return known;
    const converted = this.convert(target, depth + 1);
    this.#known.set(target, converted);
    return converted;
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

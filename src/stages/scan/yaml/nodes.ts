import type { Span } from '../../../base/text-position.ts';
import { member, type YamlEntry, type YamlNode } from '../../../base/yaml-node.ts';
import type { SourceText } from '../source-text.ts';
import type { Scope, Setting } from '../text/scope.ts';

export function entriesOf(node: YamlNode | undefined): readonly YamlEntry[] {
  return node?.kind === 'map' ? node.entries : [];
}

export function itemsOf(node: YamlNode | undefined): readonly YamlNode[] {
  return node?.kind === 'list' ? node.items : [];
}

/** A list's items, or the one value that stands where a list may. */
export function oneOrMany(node: YamlNode | undefined): readonly YamlNode[] {
  if (node === undefined) return [];
  return node.kind === 'list' ? node.items : [node];
}

/** The value below a chain of keys. */
export function at(node: YamlNode | undefined, ...keys: readonly string[]): YamlNode | undefined {
  let below = node;
  for (const key of keys) below = member(below, key);
  return below;
}

/** Where the text of a plain or quoted scalar of one line stands, without its quotes; undefined for all else. */
export function spanIn(source: SourceText, node: YamlNode | undefined): Span | undefined {
  if (node?.kind !== 'scalar' || node.style === 'block') return undefined;
  const { start, end } = node.span;
  const written = source.text.slice(start, end);
  if (written === '' || written.includes('\n')) return undefined;
  if (node.style === 'plain') return { start, end: start + written.trimEnd().length };
  // An escape makes the text differ from what it says.
  if (written.includes('\\') || written.length < 2) return undefined;
  return { start: start + 1, end: end - 1 };
}

/** The characters of a scalar as they stand in the file, templates included. */
export function writtenIn(source: SourceText, node: YamlNode | undefined): string | undefined {
  const span = spanIn(source, node);
  return span === undefined ? undefined : source.slice(span);
}

/** The span in the file of a scalar of any style: of a block, with its indentation. */
export function bodyIn(source: SourceText, node: YamlNode): Span | undefined {
  if (node.kind !== 'scalar' || node.value === null) return undefined;
  if (node.style === 'plain') return node.span;
  if (node.style !== 'block') return spanIn(source, node) ?? inner(node.span);
  const newline = source.text.indexOf('\n', node.span.start);
  return newline === -1 || newline >= node.span.end ? undefined : { start: newline + 1, end: node.span.end };
}

function inner({ start, end }: Span): Span | undefined {
  return end - start < 2 ? undefined : { start: start + 1, end: end - 1 };
}

/** The scalar as a variable's value. */
export function settingOf(source: SourceText, node: YamlNode | undefined): readonly Setting[] {
  const span = spanIn(source, node);
  return span === undefined ? [] : [{ text: source.slice(span), at: { source, span } }];
}

/** `NAME: value` maps as scopes, first ones first; GitLab also writes `NAME: {value: …}`, others lists of `NAME=value`. */
export function variablesScope(
  source: SourceText,
  maps: readonly (YamlNode | undefined)[],
  why: Scope['why'],
  prefix: string = '',
): Scope {
  return {
    find: (name) => {
      if (!name.startsWith(prefix)) return [];
      const key = name.slice(prefix.length);
      for (const map of maps) {
        const value = member(map, key);
        const found = settingOf(source, value?.kind === 'map' ? member(value, 'value') : value);
        if (found.length > 0) return found;
      }
      return [];
    },
    why,
  };
}

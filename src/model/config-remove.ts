import { invariant } from '../base/invariant.ts';
import { limits } from '../base/limits.ts';
import type { YamlEntry, YamlList, YamlMap } from '../base/yaml-node.ts';
import { readYaml } from '../base/yaml.ts';
import type { EditableList } from './config-edit.ts';

/**
 * Takes entries out of one of the lists of lockkeeper.yaml, by their index. Nothing else of the text changes: comments stay,
 * but for those on the lines of an entry and right above it. A list that becomes empty goes with its key.
 */
export function removeEntries(text: string, list: EditableList, indexes: ReadonlySet<number>): string {
  const { root } = readYaml(text, { merge: false, aliasesMax: limits.yamlAliasesMax });
  invariant(root?.kind === 'map', 'a config that was read before is a map');
  const entry = root.entries.find(({ key }) => key === list);
  if (entry?.value.kind !== 'list' || indexes.size === 0) return text;
  const { value } = entry;
  if (value.items.every((_, index) => indexes.has(index))) return withoutList(text, root, entry, value);
  const cuts = isFlow(text, value) ? flowCuts(value, indexes) : blockCuts(text, value, indexes);
  return cuts
    .toReversed()
    .reduce((rest, { start, end }) => `${rest.slice(0, start)}${rest.slice(end)}`, text);
}

interface Cut {
  readonly start: number;
  readonly end: number;
}

function isFlow(text: string, { span }: YamlList | YamlMap): boolean {
  return text[span.start] === '[' || text[span.start] === '{';
}

/** The key, and all lines to the end of its value; in a flow map an empty list stays. */
function withoutList(text: string, root: YamlMap, { keySpan }: YamlEntry, value: YamlList): string {
  if (isFlow(text, root)) return `${text.slice(0, value.span.start)}[]${text.slice(value.span.end)}`;
  const start = text.lastIndexOf('\n', keySpan.start - 1) + 1;
  const end = lineEndAfter(text, value.span.end);
  // The empty line that was written above the list goes with it.
  const isBlankAbove = /(?:^|\n)\r?\n$/.test(text.slice(0, start));
  const from =
    isBlankAbove && end === text.length ? text.slice(0, start).replace(/\r?\n$/, '').length : start;
  return `${text.slice(0, from)}${text.slice(end)}`;
}

/** Whole lines: from the dash, or the comment right above it, to the last line of the entry. */
function blockCuts(text: string, { items }: YamlList, indexes: ReadonlySet<number>): readonly Cut[] {
  return items.flatMap((item, index) => {
    if (!indexes.has(index)) return [];
    const dash = text.lastIndexOf('-', item.span.start);
    let start = text.lastIndexOf('\n', dash) + 1;
    const before = items[index - 1];
    const stop = before === undefined ? start : lineEndAfter(text, before.span.end);
    while (start > stop) {
      const above = text.lastIndexOf('\n', start - 2) + 1;
      if (above < stop || !/^[ \t]*#/.test(text.slice(above, start))) break;
      start = above;
    }
    return [{ start, end: lineEndAfter(text, item.span.end) }];
  });
}

/** Each with the comma behind it; those at the end together, with the comma before them. */
function flowCuts({ items }: YamlList, indexes: ReadonlySet<number>): readonly Cut[] {
  const kept = items.findLastIndex((_, index) => !indexes.has(index));
  const amid = items.slice(0, kept).flatMap(({ span }, index) => {
    const next = items[index + 1];
    return indexes.has(index) && next !== undefined ? [{ start: span.start, end: next.span.start }] : [];
  });
  const [before, last] = [items[kept], items.at(-1)];
  invariant(before !== undefined && last !== undefined, 'one entry stays at least');
  return before === last ? amid : [...amid, { start: before.span.end, end: last.span.end }];
}

/** Where the next line begins. A block's value may end behind its last newline already. */
function lineEndAfter(text: string, at: number): number {
  if (text[at - 1] === '\n') return at;
  const newline = text.indexOf('\n', at);
  return newline === -1 ? text.length : newline + 1;
}

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

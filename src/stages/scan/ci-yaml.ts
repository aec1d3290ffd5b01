import { limits } from '../../base/limits.ts';
import { member, readYaml, type YamlEntry, type YamlNode } from '../../base/yaml.ts';
import type { Mention } from '../../model/mention.ts';
import type { CiJob, NotRead } from '../../model/survey.ts';
import type { RepoText } from './repo-text.ts';
import type { Variables } from './shell.ts';
import type { WrittenRecipe } from './recipe.ts';

/** What one CI file tells. */
export interface CiFile {
  readonly mentions: readonly Mention[];
  readonly jobs: readonly CiJob[];
  readonly recipes: readonly PlacedRecipe[];
  readonly notRead: readonly NotRead[];
}

export interface PlacedRecipe extends WrittenRecipe {
  readonly file: string;
  readonly line: number;
}

// CI files share much by anchors; what grows by powers still ends quickly.
const ciAliasesMax = 10_000;

/** Broken YAML is read as far as it goes, and told. */
export function readCiYaml(source: RepoText): {
  readonly root: YamlNode | undefined;
  readonly notRead: readonly NotRead[];
} {
  const { root, faults } = readYaml(source.text, {
    merge: true,
    aliasesMax: ciAliasesMax,
    firstOfMany: true,
    anyTag: true,
  });
  const fault = faults[0];
  const notRead =
    fault === undefined
      ? []
      : [{ file: source.path, why: `line ${source.line(fault.offset)}: ${fault.message}` }];
  return { root, notRead };
}

export function entriesOf(node: YamlNode | undefined): readonly YamlEntry[] {
  return node?.kind === 'map' ? node.entries : [];
}

export function itemsOf(node: YamlNode | undefined): readonly YamlNode[] {
  return node?.kind === 'list' ? node.items : [];
}

/** The text of a scalar, as written; undefined for anything else and for an empty one. */
export function textOf(node: YamlNode | undefined): string | undefined {
  if (node?.kind !== 'scalar' || node.value === null) return undefined;
  return typeof node.value === 'string' ? node.value : node.source;
}

export function textMember(node: YamlNode | undefined, key: string): string | undefined {
  return textOf(member(node, key));
}

/** Variables with literal values; GitLab also writes `NAME: {value: …}`. */
export function variablesOf(node: YamlNode | undefined): Variables {
  return Object.fromEntries(
    entriesOf(node).flatMap(({ key, value }): readonly (readonly [string, string])[] => {
      const text = textOf(value) ?? textMember(value, 'value');
      return text === undefined ? [] : [[key, text]];
    }),
  );
}

/** Later ones win. */
export function mergeVariables(all: readonly Variables[]): Variables {
  return Object.fromEntries(all.flatMap((each) => Object.entries(each)));
}

/** A mention at a plain or quoted scalar that stands on one line; its quotes are not part of it. */
export function mentionOf(
  source: RepoText,
  node: YamlNode | undefined,
  syntax: Mention['syntax'],
  name?: string,
): Mention | undefined {
  const text = textOf(node);
  if (
    node === undefined ||
    text === undefined ||
    text === '' ||
    text.length > limits.referenceCharsMax ||
    text.includes('\n')
  )
    return undefined;
  const within = source.text.slice(node.span.start, node.span.end).indexOf(text);
  if (within === -1) return undefined;
  const start = node.span.start + within;
  return source.mention(syntax, { start, end: start + text.length }, name);
}

/** Aliases show one place several times. */
export function uniqueMentions(mentions: readonly Mention[]): readonly Mention[] {
  return [...new Map(mentions.map((mention) => [mention.place.start, mention])).values()].toSorted(
    (left, right) => left.place.start - right.place.start,
  );
}

/** An absolute path that holds no variable. */
export function fixedPath(text: string | undefined): string | undefined {
  return text !== undefined && /^\/[\w./-]*$/.test(text) ? text : undefined;
}

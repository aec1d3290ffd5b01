import { member, type YamlNode } from '../../base/yaml-node.ts';
import type { Mention, MentionPlace } from '../../model/mention.ts';
import type { Variables } from './shell.ts';
import type { SourceText } from './source-text.ts';
import { entriesOf, spanIn } from './yaml/nodes.ts';

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

/** The mention that a scalar is, or that its variable stands for; of several the first. */
export function mentionAt(
  source: SourceText,
  node: YamlNode | undefined,
  mentions: readonly Mention[],
): Mention | undefined {
  const span = spanIn(source, node);
  if (span === undefined) return undefined;
  const { start, end } = source.place(span);
  const isHere = (place: MentionPlace): boolean => place.start >= start && place.end <= end;
  return mentions.find(({ place, users }) => isHere(place) || users.some(isHere));
}

/** An absolute path that holds no variable. */
export function fixedPath(text: string | undefined): string | undefined {
  return text !== undefined && /^\/[\w./-]*$/.test(text) ? text : undefined;
}

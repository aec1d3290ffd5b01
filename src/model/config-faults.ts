import * as z from 'zod';
import { nearest } from '../base/nearest.ts';
import { clip, visibleLine } from '../base/text.ts';
import type { YamlMap, YamlNode } from '../base/yaml-node.ts';

/** One thing that is wrong with lockkeeper.yaml, at an offset of its text. */
export interface ConfigFault {
  readonly offset: number;
  readonly message: string;
}

export type ConfigPath = readonly (string | number)[];

type Issue = z.core.$ZodIssue;

/** Says what the schema objects to in the words of the file, each at its own place. */
export function schemaFaults(
  issues: readonly Issue[],
  schema: z.core.$ZodType,
  root: YamlNode,
): readonly ConfigFault[] {
  const unfolded = issues.flatMap((issue) => unfold(issue, []));
  const unknown = unfolded.flatMap(({ issue, path }) =>
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => unknownKey(schema, root, path, key)) : [],
  );
  // A key that is only misspelled is not missing too.
  const meant = new Set(unknown.map(({ meant: path }) => path));
  const others = unfolded
    .filter(({ issue, path }) => issue.code !== 'unrecognized_keys' && !meant.has(pathText(path)))
    .map(({ issue, path }) => faultOf(issue, root, path));
  return [...unknown.map(({ fault }) => fault), ...others];
}

/** Whether a group holds, by all appearances, `key` in another spelling; the schema then tells that. */
export function isMisspelled(group: YamlNode, key: string, known: readonly string[]): boolean {
  return (
    group.kind === 'map' &&
    group.entries.some((entry) => !known.includes(entry.key) && nearest(entry.key, known) === key)
  );
}

/** A fault at the value that stands at `path`, or as near to it as the file goes. */
export function faultAt(root: YamlNode, path: ConfigPath, message: string): ConfigFault {
  return { offset: placeOf(root, path), message };
}

/** `suites.unit.command[0]`; names that hold dots are put in brackets. */
export function pathText(path: ConfigPath): string {
  const text = path
    .map((part) =>
      typeof part === 'number' ? `[${part}]` : /^[\w-]+$/.test(part) ? `.${part}` : `[${shown(part)}]`,
    )
    .join('');
  return text.startsWith('.') ? text.slice(1) : text;
}

/** A value as people recognise it in their file. */
export function shown(text: string): string {
  return visibleLine(JSON.stringify(clip(text, 100)));
}

interface PlacedIssue {
  readonly issue: Issue;
  readonly path: ConfigPath;
}

/** Of a union's branches, the one that the value was meant for: there its type is right and something within it is wrong. */
function unfold(issue: Issue, prefix: ConfigPath): readonly PlacedIssue[] {
  const path = [...prefix, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))];
  if (issue.code !== 'invalid_union') return [{ issue, path }];
  const meant = issue.errors.find((branch) => branch.every(isWithin));
  return meant === undefined ? [{ issue, path }] : meant.flatMap((inner) => unfold(inner, path));
}

function isWithin(issue: Issue): boolean {
  return issue.path.length > 0 || (issue.code !== 'invalid_type' && issue.code !== 'invalid_value');
}

function faultOf(issue: Issue, root: YamlNode, path: ConfigPath): ConfigFault {
  const node = nodeAt(root, path);
  const name = path.length === 0 ? 'the file' : pathText(path);
  if (node === undefined) return faultAt(root, path, missing(issue, path));
  if (issue.code === 'invalid_key')
    return {
      offset: placeOf(root, path, 'key'),
      message: `${name}: ${issue.issues[0]?.message ?? issue.message}`,
    };
  if (issue.code !== 'custom')
    return faultAt(root, path, `${name} is ${describe(node)}; it must be ${expectation(issue, node)}`);
  const complete = issue.params?.['complete'] === true;
  return faultAt(
    root,
    path,
    complete ? `${name}: ${issue.message}` : `${name} is ${describe(node)}: ${issue.message}`,
  );
}

function missing(issue: Issue, path: ConfigPath): string {
  const within = path.length <= 1 ? 'the file' : pathText(path.slice(0, -1));
  return `${within} lacks ${pathText(path.slice(-1))}, which must be ${expectation(issue)}`;
}

function expectation(issue: Issue, node?: YamlNode): string {
  if (issue.code !== 'invalid_value' || issue.values.length < 2) return issue.message;
  const values = issue.values.map(String);
  const near = node?.kind === 'scalar' ? nearest(node.source, values) : undefined;
  return `${values.slice(0, -1).join(', ')} or ${values.at(-1)}${near === undefined ? '' : ` (did you mean ${near}?)`}`;
}

function describe(node: YamlNode): string {
  switch (node.kind) {
    case 'list':
      return node.items.length === 0 ? 'an empty list' : 'a list';
    case 'map':
      return 'a group of keys';
    case 'scalar':
      if (node.value === null) return 'empty';
      if (typeof node.value === 'string') return shown(node.value);
      return typeof node.value === 'number' ? `the number ${clip(node.source, 40)}` : String(node.value);
  }
}

interface UnknownKey {
  readonly fault: ConfigFault;
  /** Path of the key that was probably meant. */
  readonly meant: string | undefined;
}

function unknownKey(schema: z.core.$ZodType, root: YamlNode, path: ConfigPath, key: string): UnknownKey {
  const known = keysOf(schemaAt(schema, path));
  const within = path.length === 0 ? 'the file' : pathText(path);
  const taken = nodeAt(root, path);
  const free = known.filter(
    (each) => taken?.kind !== 'map' || !taken.entries.some((entry) => entry.key === each),
  );
  const near = nearest(key, free) ?? nearest(key, known);
  const advice =
    key === '<<'
      ? 'YAML 1.2 has no merge keys; write the keys out, or give the whole group an anchor'
      : near === undefined
        ? `it knows ${known.join(', ')}`
        : `did you mean ${near}?`;
  return {
    fault: {
      offset: placeOf(root, [...path, key], 'key'),
      message: `${within} has no key ${shown(key)}; ${advice}`,
    },
    meant: near === undefined ? undefined : pathText([...path, near]),
  };
}

function keysOf(schema: z.core.$ZodType | undefined): readonly string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

/** The part of the schema that a value at `path` has to fit. */
function schemaAt(schema: z.core.$ZodType | undefined, path: ConfigPath): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return schemaAt(schema.unwrap(), path);
  }
  const [first, ...rest] = path;
  if (first === undefined) return schema;
  if (schema instanceof z.ZodObject) {
    const shape: Readonly<Record<string, z.core.$ZodType>> = schema.shape;
    return schemaAt(shape[first], rest);
  }
  if (schema instanceof z.ZodRecord) return schemaAt(schema.valueType, rest);
  if (schema instanceof z.ZodArray) return schemaAt(schema.element, rest);
  return undefined;
}

function nodeAt(root: YamlNode, path: ConfigPath): YamlNode | undefined {
  let node: YamlNode | undefined = root;
  for (const part of path) {
    if (node === undefined) return undefined;
    if (node.kind === 'map') node = entryOf(node, part)?.value;
    else node = node.kind === 'list' && typeof part === 'number' ? node.items[part] : undefined;
  }
  return node;
}

/**
 * Where the value stands; its key, where the value is empty or a group (whose own start is its first key)
 * or `part` asks for it. What is missing stands where it is missing: at the key of the group around it.
 */
function placeOf(root: YamlNode, path: ConfigPath, part: 'key' | 'value' = 'value'): number {
  let node: YamlNode = root;
  let place = root.span.start;
  for (const [index, step] of path.entries()) {
    const entry = node.kind === 'map' ? entryOf(node, step) : undefined;
    const item = node.kind === 'list' && typeof step === 'number' ? node.items[step] : undefined;
    const next = entry?.value ?? item;
    if (next === undefined) return place;
    const last = index === path.length - 1;
    const isScalar = next.kind === 'scalar' && next.value !== null;
    place =
      entry === undefined || (last && part === 'value' && isScalar) ? next.span.start : entry.keySpan.start;
    node = next;
  }
  return place;
}

function entryOf(map: YamlMap, key: string | number): YamlMap['entries'][number] | undefined {
  return map.entries.find((entry) => entry.key === String(key));
}

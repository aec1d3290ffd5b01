import { invariant } from '../base/invariant.ts';
import { Failure } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import type { YamlEntry, YamlMap } from '../base/yaml-node.ts';
import { readYaml } from '../base/yaml.ts';

/** Lists of lockkeeper.yaml that commands write to. */
export type EditableList = 'waivers' | 'holds';

/** Keys and values of one entry, in the order in which they are written. */
export type EntryFields = readonly (readonly [key: string, value: string])[];

/**
 * Adds an entry to one of the lists. Nothing else of the text changes: the entry is spliced in after the last one, or the
 * list at the end of the file, with the line ends and the indentation that are there.
 * @throws Failure `config-invalid` where the list is written in a way that nothing can be added to
 */
export function addEntry(text: string, list: EditableList, fields: EntryFields): string {
  const { root } = readYaml(text, { merge: false, aliasesMax: limits.yamlAliasesMax });
  invariant(root?.kind === 'map', 'a config that was read before is a map');
  const entry = root.entries.find(({ key }) => key === list);
  if (isFlow(text, root.span.start)) return addToFlowRoot(text, { root, entry, list, fields });
  if (entry === undefined) return appendList(text, list, fields);
  const { value } = entry;
  if (value.kind === 'scalar' && value.value === null) return fillEmpty(text, entry, fields);
  if (value.kind !== 'list' || isAlias(text, entry)) throw refused(list);
  if (isFlow(text, value.span.start)) return addToFlow(text, value.span, value.items.length, fields);
  const last = value.items.at(-1);
  if (last === undefined) throw refused(list);
  return addToBlock(text, { first: value.span.start, last: last.span.end }, fields);
}

function refused(list: EditableList): Failure {
  return new Failure('config-invalid', `${list} is not a list that something can be added to`, {
    hint: 'Write it as a list of its own, without an alias.',
  });
}

function isFlow(text: string, at: number): boolean {
  return text[at] === '{' || text[at] === '[';
}

/** What an alias names stands elsewhere, and may stand for something else there. */
function isAlias(text: string, { keySpan }: YamlEntry): boolean {
  return /^["']?\s*:\s*\*/.test(text.slice(keySpan.end));
}

function appendList(text: string, list: EditableList, fields: EntryFields): string {
  const end = lineEnd(text);
  // What ends a document (`...`) ends the place for keys, too.
  const marker = /^\.\.\.[ \t]*\r?$/m.exec(text);
  const at = marker?.index ?? text.length;
  const gap = at === 0 || text[at - 1] === '\n' ? '' : end;
  return splice(text, at, `${gap}${end}${list}:${end}${blockEntry(fields, '  ', end)}`);
}

/** `waivers:` with nothing behind it, or with `null` or `~`. */
function fillEmpty(text: string, { keySpan, value }: YamlEntry, fields: EntryFields): string {
  const end = lineEnd(text);
  const colon = text.indexOf(':', keySpan.end) + 1;
  const isWritten = value.kind === 'scalar' && value.source !== '';
  const without = isWritten ? `${text.slice(0, colon)}${text.slice(value.span.end)}` : text;
  const newline = without.indexOf('\n', colon);
  const at = newline === -1 ? without.length : newline + 1;
  return splice(without, at, `${newline === -1 ? end : ''}${blockEntry(fields, '  ', end)}`);
}

function addToBlock(
  text: string,
  { first, last }: { readonly first: number; readonly last: number },
  fields: EntryFields,
): string {
  const end = lineEnd(text);
  const dash = text.lastIndexOf('-', first);
  const lineStart = text.lastIndexOf('\n', first) + 1;
  const indent = /^ */.exec(text.slice(lineStart))?.[0] ?? '';
  invariant(dash === -1 || first >= lineStart, 'an item stands on its line');
  // A comment behind the last item belongs to it.
  const newline = text[last - 1] === '\n' ? last - 1 : text.indexOf('\n', last);
  const at = newline === -1 ? text.length : newline + 1;
  return splice(text, at, `${newline === -1 ? end : ''}${blockEntry(fields, indent, end)}`);
}

function addToFlow(
  text: string,
  span: { readonly start: number; readonly end: number },
  items: number,
  fields: EntryFields,
): string {
  const close = text.lastIndexOf(']', span.end - 1);
  const before = text.slice(0, close).trimEnd();
  const comma = items === 0 || before.endsWith(',') ? '' : ',';
  const space = items === 0 ? '' : ' ';
  return splice(text, before.length, `${comma}${space}${flowEntry(fields)}`);
}

interface FlowRoot {
  readonly root: YamlMap;
  readonly entry: YamlEntry | undefined;
  readonly list: EditableList;
  readonly fields: EntryFields;
}

/** The whole file is one flow map, as JSON is. */
function addToFlowRoot(text: string, { root, entry, list, fields }: FlowRoot): string {
  if (entry !== undefined) {
    if (entry.value.kind !== 'list' || isAlias(text, entry)) throw refused(list);
    return addToFlow(text, entry.value.span, entry.value.items.length, fields);
  }
  const before = text.slice(0, text.lastIndexOf('}', root.span.end - 1)).trimEnd();
  const comma = before.endsWith(',') || before.endsWith('{') ? '' : ',';
  return splice(text, before.length, `${comma} "${list}": [${flowEntry(fields)}]`);
}

function blockEntry(fields: EntryFields, indent: string, end: string): string {
  return fields
    .map(([key, value], index) => `${indent}${index === 0 ? '- ' : '  '}${key}: ${scalar(value)}${end}`)
    .join('');
}

/** JSON is YAML. */
function flowEntry(fields: EntryFields): string {
  return `{ ${fields.map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`).join(', ')} }`;
}

/** Plain where it cannot be taken for anything but these words; else in double quotes, whose rules are those of JSON. */
function scalar(value: string): string {
  const isPlain =
    /^[A-Za-z][A-Za-z0-9 _./-]*$/.test(value) && !/ $|^(?:true|false|null|yes|no|on|off|y|n)$/i.test(value);
  return isPlain || /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : JSON.stringify(value);
}

function lineEnd(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? '\n';
}

function splice(text: string, at: number, added: string): string {
  return `${text.slice(0, at)}${added}${text.slice(at)}`;
}

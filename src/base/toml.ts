import { parseTOML, ParseError, type AST } from 'toml-eslint-parser';
import { limits } from './limits.ts';
import type { PlacedValue, PlacedValues } from './placed-value.ts';

/** Reads TOML 1.0 with positions. A broken file is an answer with a fault and no values: TOML says nothing of its parts. */
export function readToml(text: string): PlacedValues {
  const tooDeep = depthFault(text);
  if (tooDeep !== undefined) return { values: [], fault: tooDeep };
  try {
    const values: PlacedValue[] = [];
    const [table] = parseTOML(text, { tomlVersion: '1.0' }).body;
    for (const entry of table.body) {
      if (entry.type === 'TOMLKeyValue') collect(entry, [], { text, values });
      else for (const inner of entry.body) collect(inner, entry.resolvedKey.map(String), { text, values });
    }
    return { values, fault: undefined };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const message = error.message.slice(0, 1).toLowerCase() + error.message.slice(1).replace(/\.$/, '');
    return { values: [], fault: { message, offset: error.index } };
  }
}

const bracket =
  /"""[^]*?"""|'''[^]*?'''|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|#[^\n]*|[[\]{}]|(?<![\w-])[\w-]+(?:[ \t]*\.[ \t]*[\w-]+){64}/g;

/** Looked at before the parser is: it calls itself for each level, and its stack ends. */
function depthFault(text: string): PlacedValues['fault'] {
  const message = `it is nested more than ${limits.jsonDepthMax} deep`;
  let depth = 0;
  for (const { 0: found, index } of text.matchAll(bracket)) {
    if (found === '[' || found === '{') depth += 1;
    else if (found === ']' || found === '}') depth -= 1;
    else if (/^[\w-]/.test(found)) return { message, offset: index };
    if (depth > limits.jsonDepthMax) return { message, offset: index };
  }
  return undefined;
}

interface Collecting {
  readonly text: string;
  readonly values: PlacedValue[];
}

function collect({ key, value }: AST.TOMLKeyValue, above: readonly string[], into: Collecting): void {
  collectValue(value, [...above, ...key.keys.map(keyText)], into);
}

function keyText(key: AST.TOMLBare | AST.TOMLQuoted): string {
  return key.type === 'TOMLBare' ? key.name : key.value;
}

function collectValue(node: AST.TOMLContentNode, path: readonly string[], into: Collecting): void {
  switch (node.type) {
    case 'TOMLArray':
      node.elements.forEach((element, at) => collectValue(element, [...path, String(at)], into));
      return;
    case 'TOMLInlineTable':
      for (const entry of node.body) collect(entry, path, into);
      return;
    case 'TOMLValue': {
      const [start, end] = node.range;
      const written = into.text.slice(start, end);
      if (node.kind !== 'string') {
        into.values.push({ path, text: written, isText: false, span: { start, end } });
        return;
      }
      const quotes = node.multiline ? 3 : 1;
      const span = { start: start + quotes, end: end - quotes };
      into.values.push({ path, text: node.value, isText: true, span });
    }
  }
}

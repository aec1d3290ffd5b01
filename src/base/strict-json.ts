import { limits } from './limits.ts';

/**
 * JSON from outside: UTF-8 without errors, no key twice in one object (parsers disagree on which one counts,
 * so that two readers of the same bytes would see two documents), bounded depth.
 */

/** `refuse` makes the error that is thrown. */
export function parseJsonStrictly(bytes: Uint8Array, refuse: (why: string) => Error): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw refuse('it is not UTF-8');
  }
  // Before it is parsed: a few megabytes of brackets would take hundreds.
  if (isTooDeep(bytes)) throw refuse(`it is nested more than ${limits.jsonDepthMax} deep`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw refuse(`it is not JSON (${error instanceof Error ? error.message : String(error)})`);
  }
  const fault = findFault(text);
  if (fault !== undefined) throw refuse(fault);
  return value;
}

/** For those who make no difference between bytes that say nothing and none: undefined where it would be refused. */
export function strictJsonOf(bytes: Uint8Array): unknown {
  try {
    return parseJsonStrictly(bytes, (why) => new SyntaxError(why));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

const [quote, backslash, openBrace, closeBrace, openBracket, closeBracket] = [
  0x22, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d,
];

/** Counts brackets outside of strings, in UTF-8 that may be anything else than JSON. */
function isTooDeep(bytes: Uint8Array): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (inString && byte === backslash) at += 1;
    else if (byte === quote) inString = !inString;
    else if (inString) continue;
    else if (byte === openBrace || byte === openBracket) depth += 1;
    else if (byte === closeBrace || byte === closeBracket) depth -= 1;
    if (depth > limits.jsonDepthMax) return true;
  }
  return false;
}

/** Walks the tokens of a text that is known to be JSON. */
function findFault(text: string): string | undefined {
  const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]/gs;
  const open: (Set<string> | undefined)[] = [];
  let expectsKey = false;
  for (const [found] of text.matchAll(token)) {
    const keys = open.at(-1);
    switch (found[0]) {
      case '{':
      case '[':
        open.push(found === '{' ? new Set() : undefined);
        expectsKey = found === '{';
        break;
      case '}':
      case ']':
        open.pop();
        expectsKey = false;
        break;
      case ',':
        expectsKey = keys !== undefined;
        break;
      case ':':
        expectsKey = false;
        break;
      default: {
        if (!expectsKey || keys === undefined) break;
        const key: unknown = JSON.parse(found);
        if (typeof key !== 'string') break;
        if (keys.has(key)) return `the key ${JSON.stringify(key.slice(0, 100))} stands twice in one object`;
        keys.add(key);
      }
    }
  }
  return undefined;
}

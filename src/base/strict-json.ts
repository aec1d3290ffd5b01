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
        if (open.length > limits.jsonDepthMax) return `it is nested more than ${limits.jsonDepthMax} deep`;
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

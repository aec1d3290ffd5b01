import { limits } from './limits.ts';
import type { PlacedValue, PlacedValues } from './placed-value.ts';

const token = /"(?:[^"\\\n]|\\.)*"|[{}[\],:]|\/\/[^\n]*|\/\*[^]*?\*\/|[^\s"{}[\],:/]+|\S/g;

type Open = { readonly kind: 'object'; key: string | undefined } | { readonly kind: 'list'; next: number };

/**
 * Reads JSON with positions, and JSON as people write it: with comments and commas behind the last value. A broken file is
 * an answer with what stands before the break. Linear in the text.
 */
export function readJsonValues(text: string): PlacedValues {
  const values: PlacedValue[] = [];
  const open: Open[] = [];
  const path = (): readonly string[] =>
    open.map((each) => (each.kind === 'object' ? (each.key ?? '') : String(each.next)));
  const broken = (message: string, offset: number): PlacedValues => ({ values, fault: { message, offset } });
  for (const { 0: found, index } of text.matchAll(token)) {
    const inner = open.at(-1);
    if (found.startsWith('//') || found.startsWith('/*')) continue;
    if (open.length > limits.jsonDepthMax)
      return broken(`it is nested more than ${limits.jsonDepthMax} deep`, index);
    switch (found) {
      case '{':
        open.push({ kind: 'object', key: undefined });
        break;
      case '[':
        open.push({ kind: 'list', next: 0 });
        break;
      case '}':
      case ']':
        if (inner?.kind !== (found === '}' ? 'object' : 'list'))
          return broken(`${found} closes nothing`, index);
        open.pop();
        break;
      case ':':
        break;
      case ',':
        if (inner?.kind === 'list') inner.next += 1;
        else if (inner !== undefined) inner.key = undefined;
        break;
      default: {
        const value = textOf(found);
        if (value === undefined) return broken(`${JSON.stringify(found.slice(0, 20))} is no value`, index);
        if (inner?.kind === 'object' && inner.key === undefined) {
          inner.key = value;
          break;
        }
        const isText = found.startsWith('"');
        const edge = isText ? 1 : 0;
        const span = { start: index + edge, end: index + found.length - edge };
        values.push({ path: path(), text: value, isText, span });
      }
    }
  }
  return open.length === 0
    ? { values, fault: undefined }
    : broken('it ends before it is complete', text.length);
}

function textOf(found: string): string | undefined {
  if (/^(?:-?[0-9][0-9.eE+-]*|true|false|null)$/.test(found)) return found;
  if (!found.startsWith('"')) return undefined;
  try {
    const value: unknown = JSON.parse(found);
    return typeof value === 'string' ? value : undefined;
  } catch {
    // An escape that is none, or a character that has to be escaped: the caller tells the place.
    return undefined;
  }
}

import { limits } from '../../../base/limits.ts';
import { UnreadableError } from './facts-reader.ts';

/** JSON that other programs wrote, read leniently: what is not of the expected kind is absent. */
export type Fields = ReadonlyMap<string, unknown>;

/** The object that a file holds. */
export function parseFields(bytes: Buffer): Fields {
  refuseBombs(bytes);
  // Composer and conda on Windows write a byte order mark.
  const text = bytes.toString('utf8').replace(/^\ufeff/u, '');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UnreadableError('it is not JSON');
  }
  if (typeof value !== 'object' || value === null) throw new UnreadableError('it holds no JSON object');
  return fieldsOf(value);
}

/** Empty where the value is no object or list; a list has its positions as names. */
export function fieldsOf(value: unknown): Fields {
  return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
}

export function textOf(fields: Fields, name: string): string | undefined {
  const value = fields.get(name);
  return typeof value === 'string' ? value : undefined;
}

export function numberOf(fields: Fields, name: string): number | undefined {
  const value = fields.get(name);
  return typeof value === 'number' ? value : undefined;
}

/** The texts of a list; one text counts as a list of one. */
export function textsOf(fields: Fields, name: string): readonly string[] {
  const value = fields.get(name);
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((each) => typeof each === 'string');
}

/** A byte of `{},{},` takes a hundred in memory. Those within texts are counted too, which hold few. */
function refuseBombs(bytes: Buffer): void {
  let left: number = limits.packageJsonValuesMax;
  for (const byte of bytes) {
    if (byte !== comma && byte !== bracket && byte !== brace) continue;
    left -= 1;
    if (left < 0) throw new UnreadableError(`it holds more than ${limits.packageJsonValuesMax} values`);
  }
}

const [comma, bracket, brace] = [0x2c, 0x5b, 0x7b];

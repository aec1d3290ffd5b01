/**
 * Looks into JSON whose shape is somebody else's and changes with their versions: what is not there, or is of another
 * type, is undefined.
 */

/** The JSON that a text is; undefined when it is none. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // What is asked of it is then not there, and the caller says what it was asking.
    return undefined;
  }
}

/** The value at the end of a path of keys and indexes. */
export function valueAt(value: unknown, ...path: readonly (string | number)[]): unknown {
  let at = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = Object.hasOwn(at, key) ? Object.entries(at).find(([name]) => name === String(key))?.[1] : undefined;
  }
  return at;
}

export function textAt(value: unknown, ...path: readonly (string | number)[]): string | undefined {
  const found = valueAt(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

export function numberAt(value: unknown, ...path: readonly (string | number)[]): number | undefined {
  const found = valueAt(value, ...path);
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
}

export function flagAt(value: unknown, ...path: readonly (string | number)[]): boolean | undefined {
  const found = valueAt(value, ...path);
  return typeof found === 'boolean' ? found : undefined;
}

/** The members of a list; none when there is no list. */
export function listAt(value: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const found = valueAt(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** The strings of a list of strings; undefined when it holds anything else. */
export function textsAt(
  value: unknown,
  ...path: readonly (string | number)[]
): readonly string[] | undefined {
  const found = valueAt(value, ...path);
  if (!Array.isArray(found)) return undefined;
  const texts = found.filter((each) => typeof each === 'string');
  return texts.length === found.length ? texts : undefined;
}

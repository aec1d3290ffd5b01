/** Parts of JSON of unknown shape, for servers that tests put together. */

export function object(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

export function over(template: unknown, change: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { ...object(template), ...change };
}

export function first(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : undefined;
}

export function texts<K extends string>(body: unknown, ...names: readonly K[]): Record<K, string>;
export function texts(body: unknown, ...names: readonly string[]): Record<string, string> {
  return { ...Object.fromEntries(names.map((name) => [name, ''])), ...given(body, ...names) };
}

/** Those that are there. */
export function given(body: unknown, ...names: readonly string[]): Readonly<Record<string, string>> {
  const all = object(body);
  return Object.fromEntries(
    names.flatMap((name) => (typeof all[name] === 'string' ? [[name, all[name]]] : [])),
  );
}

export function list(body: unknown, name: string): readonly string[] {
  const value = object(body)[name];
  return Array.isArray(value) ? value.map(String) : [];
}

export function flag(body: unknown, name: string): boolean {
  return object(body)[name] === true;
}

import type { Span } from './text-position.ts';

/** A single value of a document with the keys and indexes that lead to it, and where it is written. */
export interface PlacedValue {
  readonly path: readonly string[];
  /** A text without its quotes and escapes; any other value as it is written. */
  readonly text: string;
  readonly isText: boolean;
  /** Of the text within its quotes. */
  readonly span: Span;
}

export interface PlacedValues {
  /** In the order of the file; of a broken file those before the break, or none. */
  readonly values: readonly PlacedValue[];
  readonly fault: { readonly message: string; readonly offset: number } | undefined;
}

/** The value at exactly this path. */
export function placedAt({ values }: PlacedValues, ...path: readonly string[]): PlacedValue | undefined {
  return values.find(
    (value) => value.path.length === path.length && path.every((key, at) => key === value.path[at]),
  );
}

/** The text at exactly this path; undefined where there is none, or another kind of value. */
export function placedTextAt(document: PlacedValues, ...path: readonly string[]): string | undefined {
  const found = placedAt(document, ...path);
  return found?.isText === true ? found.text : undefined;
}

/** A spot in a file: the line, counted from 1, and the first line of what stands there. */
export interface Place {
  readonly line: number;
  readonly text: string;
}

export type PlaceOf = (node: { readonly start: number; readonly end: number }) => Place;

export function placesIn(text: string): PlaceOf {
  return ({ start, end }) => ({
    line: text.slice(0, start).split('\n').length,
    text: text.slice(start, end).split('\n', 1)[0] ?? '',
  });
}

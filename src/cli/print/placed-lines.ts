import { displayWidth, padToWidth } from '../../base/display-width.ts';
import { safeLine } from '../../base/text.ts';
import { wrapToWidth } from '../../base/wrap.ts';

/** Something to say of a place: `ci.yaml:3:12`. */
export interface PlacedText {
  readonly place: string;
  readonly text: string;
}

/**
 * One line each, the texts below each other, where they all fit; a text that does not fit stands below its place, and
 * nothing of it is cut off, since it tells what to do.
 */
export function placedLines(said: readonly PlacedText[], columns: number): readonly string[] {
  const lines = said.map(({ place, text }) => ({ place: safeLine(place), text: safeLine(text) }));
  const widest = Math.max(0, ...lines.map(({ place }) => displayWidth(place)));
  return lines.flatMap(({ place, text }) =>
    widest + displayWidth(text) + 4 <= columns
      ? [`  ${padToWidth(place, widest)}  ${text}`]
      : [`  ${place}`, ...wrapToWidth(text, columns - 4).map((line) => `    ${line}`)],
  );
}

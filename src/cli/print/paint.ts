import { styleText } from 'node:util';

export type Style = Parameters<typeof styleText>[0];

/** Lays a style on a text, or leaves it alone where nobody asked for colour. */
export type Paint = (style: Style, text: string) => string;

export function painter(colour: boolean): Paint {
  // Whether there is a terminal has been decided by the caller; styleText must not decide again.
  return colour ? (style, text) => styleText(style, text, { validateStream: false }) : (_, text) => text;
}

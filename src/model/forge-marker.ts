import { createHash } from 'node:crypto';

/**
 * An HTML comment on the first line of a comment or an issue, by which a later run knows what it is about. Readers do not
 * see it. It holds a hash of the subject: no name of an image can break out of it.
 */
export type ForgeMarker = string & { readonly __brand: 'ForgeMarker' };

/** @param subject what there is one of, such as `dead node:22` */
export function forgeMarker(subject: string): ForgeMarker {
  const hash = createHash('sha256').update(subject).digest('hex').slice(0, 32);
  return `<!-- lockkeeper ${hash} -->` as ForgeMarker;
}

export function withMarker(marker: ForgeMarker, body: string): string {
  return `${marker}\n${body}`;
}

/** The rest of a text that begins with the marker; undefined: it is about something else. Forges may change line ends. */
export function withoutMarker(marker: ForgeMarker, text: string): string | undefined {
  const normal = text.replaceAll('\r\n', '\n');
  return normal === marker || normal.startsWith(`${marker}\n`) ? normal.slice(marker.length + 1) : undefined;
}

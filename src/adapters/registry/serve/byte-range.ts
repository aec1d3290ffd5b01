/** What a `Range` header asks of a body; both ends count. */
export type ByteRange =
  | { readonly kind: 'whole' }
  | { readonly kind: 'part'; readonly first: number; readonly last: number }
  | { readonly kind: 'unsatisfiable' };

/**
 * RFC 9110, section 14. Several ranges at once, and units other than bytes, are ignored, as it allows. A range whose end
 * comes before its beginning could be ignored too; it is refused, since whoever asks for it is mistaken.
 */
export function parseByteRange(header: string | undefined, size: number): ByteRange {
  const [, from = '', to = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '') ?? [];
  if (from === '' && to === '') return { kind: 'whole' };
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  const isSuffixOfNothing = from === '' && Number(to) === 0;
  return first > last || isSuffixOfNothing ? { kind: 'unsatisfiable' } : { kind: 'part', first, last };
}

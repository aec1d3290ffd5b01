/** The target of `Link: <…>; rel="next"` (RFC 8288); undefined: this was the last page. */
export function nextPage(header: string | undefined): string | undefined {
  for (const link of (header ?? '').matchAll(/<([^<>]*)>([^<]*)/g)) {
    const [, target, parameters = ''] = link;
    if (/;\s*rel\s*=\s*(?:"next"|next(?![\w-]))/i.test(parameters)) return target;
  }
  return undefined;
}

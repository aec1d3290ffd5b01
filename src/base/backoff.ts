import { limits } from './limits.ts';

/** Full jitter: evenly spread between nothing and a ceiling that doubles. */
export function jitterMs(next: number, random: () => number): number {
  return random() * Math.min(limits.retryLastMs, limits.retryFirstMs * 2 ** (next - 2));
}

/** `Retry-After` in seconds or as a date (RFC 9110, section 10.2.3); undefined: it does not say. */
export function parseRetryAfter(header: string | undefined, now: Date): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d{1,10}$/.test(text)) return Number(text) * 1000;
  // Date.parse takes almost anything, so only what looks like an HTTP date reaches it.
  if (!/^[A-Z][a-z]{2,8},? [\w :-]{10,40}$/.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime());
}

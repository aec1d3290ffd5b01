import { limits } from './limits.ts';

/** Full jitter: evenly spread between nothing and a ceiling that doubles. */
export function jitterMs(next: number, random: () => number): number {
  return random() * Math.min(limits.retryLastMs, limits.retryFirstMs * 2 ** (next - 2));
}

/** `Retry-After` in seconds or as a date (RFC 9110, section 10.2.3); undefined: it does not say. */
export function parseRetryAfter(header: string | undefined, now: Date): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d{1,10}$/.test(text)) return Number(text) * 1000;
  const at = parseHttpDate(text);
  return at === undefined ? undefined : Math.max(0, at.getTime() - now.getTime());
}

/**
 * When an answer was given, by the clock of who gave it (RFC 9110, section 6.6.1): what it says of other instants is counted
 * from there, since our own clock may be wrong. Ours where it does not say.
 */
export function answeredAt(date: string | undefined, now: Date): Date {
  return parseHttpDate(date?.trim() ?? '') ?? now;
}

function parseHttpDate(text: string): Date | undefined {
  // Date.parse takes almost anything, so only what looks like an HTTP date reaches it.
  if (!/^[A-Z][a-z]{2,8},? [\w :-]{10,40}$/.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : new Date(at);
}

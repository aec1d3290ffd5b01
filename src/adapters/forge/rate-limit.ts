import { parseRetryAfter } from '../../base/backoff.ts';
import { limits } from '../../base/limits.ts';
import type { ForgeAnswer } from './exchange.ts';

/**
 * How long a forge wants to be left alone, in milliseconds; undefined: it does not say so. GitHub answers 403 or 429 with
 * `retry-after`, or with `x-ratelimit-remaining: 0` and the second of the reset; without either, its secondary limit asks
 * for a minute (docs.github.com, "Rate limits for the REST API"). GitLab answers 429 with `retry-after` and
 * `ratelimit-reset` (docs.gitlab.com, "User and IP rate limits").
 */
export function askedWaitMs({ status, headers, text }: ForgeAnswer, now: Date): number | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const after = parseRetryAfter(headers.get('retry-after'), now);
  if (after !== undefined) return after;
  const spent = headers.get('x-ratelimit-remaining') === '0';
  const reset = headers.get('x-ratelimit-reset') ?? headers.get('ratelimit-reset') ?? '';
  if ((spent || status === 429) && /^[0-9]{1,11}$/.test(reset)) {
    // One second more: the reset is told in whole seconds.
    return Math.max(0, Number(reset) * 1000 - now.getTime()) + 1000;
  }
  if (status === 429 || spent || /\bsecondary rate limit\b/i.test(text)) return limits.forgeQuietMs;
  return undefined;
}

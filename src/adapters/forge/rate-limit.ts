import { answeredAt, parseRetryAfter } from '../../base/backoff.ts';
import { limits } from '../../base/limits.ts';
import type { ForgeAnswer } from './exchange.ts';

/**
 * How long a forge wants to be left alone, in milliseconds; undefined: it does not say so. GitHub answers 403 or 429 with
 * `retry-after`, or with `x-ratelimit-remaining: 0` and the second of the reset; without either, its secondary limit asks
 * for a minute (docs.github.com, "Rate limits for the REST API"). GitLab answers 429 with `retry-after` and
 * `ratelimit-reset` (docs.gitlab.com, "User and IP rate limits"). Both tell the instant by their own clock, and so it is
 * counted from the `date` of the same answer: ours may be wrong. An instant that has gone, or that lies further away than
 * any window, tells nothing.
 */
export function askedWaitMs({ status, headers, text }: ForgeAnswer, now: Date): number | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const at = answeredAt(headers.get('date'), now);
  const after = parseRetryAfter(headers.get('retry-after'), at);
  if (after !== undefined) return after;
  const spent = headers.get('x-ratelimit-remaining') === '0';
  const reset = headers.get('x-ratelimit-reset') ?? headers.get('ratelimit-reset') ?? '';
  if ((spent || status === 429) && /^[0-9]{1,11}$/.test(reset)) {
    const restMs = Number(reset) * 1000 - at.getTime();
    // One second more: the reset is told in whole seconds.
    if (restMs >= 0 && restMs <= limits.forgeWindowMsMax) return restMs + 1000;
  }
  if (status === 429 || spent || /\bsecondary rate limit\b/i.test(text)) return limits.forgeQuietMs;
  return undefined;
}

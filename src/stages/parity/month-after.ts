const dayMs = 24 * 3600 * 1000;
// A watch runs each night; what was not told again for a month is nobody's word any more.
const daysMax = 30;

/** The last day on which a word counts. @param day `2026-11-21`, UTC */
export function monthAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + daysMax * dayMs).toISOString().slice(0, 10);
}

import assert from 'node:assert/strict';
import process from 'node:process';

/** What takes longer than this grows faster than its input: all inputs are so large that it would take minutes. */
const linearSeconds = 10;

/** Holds that work on long input takes a time in proportion to it, by CPU time: a busy machine stretches the clock. */
export function assertLinear(work: () => void): void {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  const seconds = (user + system) / 1e6;
  assert.ok(seconds < linearSeconds, `${seconds} s of CPU time`);
}

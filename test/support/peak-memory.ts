import { readFileSync } from 'node:fs';

/**
 * The most resident memory that this process has had, in KiB, as proc(5) counts it. `getrusage` also counts what the
 * process that started this one had at that moment.
 */
export function peakKiB(): number {
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(kilobytes);
}

import { readFileSync } from 'node:fs';

/**
 * The most resident memory that this process has had, in KiB, as proc(5) counts it. `getrusage` also counts what the
 * process that started this one had at that moment.
 */
export function peakKiB(): number {
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(kilobytes);
}

/**
 * Loaded before the program under measurement: when it ends, writes its peak resident memory, in KiB, to the file that
 * `BENCH_MEMORY_FILE` names. Plain JavaScript, since taking types off would itself add 22 MB.
 */
export const memoryProbe = `data:text/javascript,${encodeURIComponent(`
import { readFileSync, writeFileSync } from 'node:fs';
process.on('exit', () => {
  const [, kilobytes] = /^VmHWM:\\s+(\\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  writeFileSync(process.env.BENCH_MEMORY_FILE, String(kilobytes));
});
`)}`;

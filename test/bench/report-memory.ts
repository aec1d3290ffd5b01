import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { peakKiB } from '../support/peak-memory.ts';

// Loaded before the program under measurement: writes its peak resident memory, in KiB, when it ends.
process.on('exit', () => {
  const file = process.env['BENCH_MEMORY_FILE'];
  if (file !== undefined) writeFileSync(file, String(peakKiB()));
});

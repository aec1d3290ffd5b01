import { writeFileSync } from 'node:fs';
import process from 'node:process';

// Loaded before the program under measurement: writes its peak resident memory, in KiB, when it ends.
process.on('exit', () => {
  const file = process.env['BENCH_MEMORY_FILE'];
  if (file !== undefined) writeFileSync(file, String(process.resourceUsage().maxRSS));
});

import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { peakKiB } from './peak-memory.ts';

// Loaded before a program under test: writes its peak resident memory in KiB and its processor time in milliseconds when it ends.
process.on('exit', () => {
  const file = process.env['TEST_USAGE_FILE'];
  const { user, system } = process.cpuUsage();
  if (file !== undefined) writeFileSync(file, `${peakKiB()} ${Math.round((user + system) / 1000)}`);
});

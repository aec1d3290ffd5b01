import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { startFaultServer } from '../support/fault-server.ts';
import { allCases } from './all-cases.ts';
import { runCase } from './run-case.ts';

/** Runs what is big, one after the other, client and server in one process; says the most memory that it took, in KiB. */
async function main(): Promise<void> {
  const root = await mkdtemp(path.join(tmpdir(), 'lockkeeper-hostile-'));
  const canary = await startFaultServer(() => undefined);
  try {
    for (const [number, hostile] of allCases.entries())
      if (hostile.big === true) await runCase(hostile, canary, path.join(root, String(number)));
  } finally {
    await canary.stop();
    await rm(root, { recursive: true, force: true });
  }
  process.stdout.write(String(process.resourceUsage().maxRSS));
}

await main();

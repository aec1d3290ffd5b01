import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import * as z from 'zod';
import type { FaultServer } from '../support/fault-server.ts';
import type { HostileCase } from './hostile-case.ts';
import { setStage, type Stage } from './run-case.ts';

const measured = z.object({
  /** As many as there were cases. */
  ends: z.array(z.object({ code: z.string(), ms: z.number() })),
  peakKiB: z.number(),
});
export type Measured = z.infer<typeof measured>;

/** Runs cases one after the other with our client in a process of its own, and the registries in this one. */
export async function measure(
  cases: readonly HostileCase[],
  canary: FaultServer,
  folder: string,
): Promise<Measured> {
  const stages: Stage[] = [];
  try {
    for (const [number, hostile] of cases.entries())
      stages.push(await setStage(hostile, canary, path.join(folder, String(number))));
    const orders = JSON.stringify(stages.map(({ order }) => order));
    const child = spawn(process.execPath, [path.join(import.meta.dirname, 'client-alone.ts'), orders], {
      stdio: ['ignore', 'pipe', 'inherit'],
      // What records which sources tests load takes memory too.
      env: {},
    });
    let said = '';
    child.stdout.on('data', (text: Buffer) => (said += text.toString()));
    await once(child, 'close');
    return measured.parse(JSON.parse(said));
  } finally {
    await Promise.all(stages.map(({ server }) => server.stop()));
  }
}

import process from 'node:process';
import * as z from 'zod';
import { peakKiB } from '../support/peak-memory.ts';
import { follow } from './client.ts';
import { hostileWorks } from './hostile-case.ts';

/**
 * A program: our client and nothing else, so that its memory can be told from the registry's. It follows the orders that
 * its argument lists, one after the other, and prints how each ended, how long it took, and the most memory of all.
 */
const order = z.object({
  work: z.enum(hostileWorks),
  host: z.string(),
  digest: z.string(),
  folder: z.string(),
  patienceMs: z.number(),
});

const ends = [];
for (const each of z.array(order).parse(JSON.parse(process.argv[2] ?? ''))) {
  const startMs = performance.now();
  const { code } = await follow(each);
  ends.push({ code, ms: performance.now() - startMs });
}
process.stdout.write(JSON.stringify({ ends, peakKiB: peakKiB() }));

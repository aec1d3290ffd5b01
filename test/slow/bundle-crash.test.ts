import { test } from 'node:test';
import { fillDiskAndRunAgain, killAndRunAgain, setCrashGround } from '../support/bundle-crash.ts';
import { bundleWorks } from '../support/bundle-work.ts';

for (const work of bundleWorks) {
  test(`bundle ${work}: killed before each change of a file, and run again, it ends in the same state`, async (t) => {
    const ground = await setCrashGround(t, work);
    for (let n = 1; n <= ground.changes; n += 1) await killAndRunAgain(work, ground, n);
    t.diagnostic(`${ground.changes} moments`);
  });

  test(`bundle ${work}: a disk that is full at each change leaves the old state and says so`, async (t) => {
    const ground = await setCrashGround(t, work);
    for (let n = 1; n <= ground.changes; n += 1) await fillDiskAndRunAgain(work, ground, n);
  });
}

import { test } from 'node:test';
import { fillDiskAndRunAgain, killAndRunAgain, setCrashGround } from '../../test/support/bundle-crash.ts';
import { bundleWorks } from '../../test/support/bundle-work.ts';

// All moments of all works take minutes: test/slow does that.
const kills = 2;
const fullDisks = 6;

for (const work of bundleWorks) {
  test(`bundle ${work}: killed at some moments, and run again, it ends in the same state`, async (t) => {
    const ground = await setCrashGround(t, work);
    for (let at = 1; at <= kills; at += 1)
      await killAndRunAgain(work, ground, Math.round((ground.changes * at) / kills));
  });

  test(`bundle ${work}: a disk that is full at some changes leaves the old state and says so`, async (t) => {
    const ground = await setCrashGround(t, work);
    for (let at = 1; at <= fullDisks; at += 1)
      await fillDiskAndRunAgain(work, ground, Math.round((ground.changes * at) / fullDisks));
  });
}

import { test } from 'node:test';
import { fillDiskAndRunAgain, killAndRunAgain, setCrashGround } from '../../test/support/bundle-crash.ts';
import { bundleWorks } from '../../test/support/bundle-work.ts';

// All moments of all works take minutes: test/slow does that.
const fullDisks = 6;

for (const work of bundleWorks) {
  test(`bundle ${work}: killed at some moments, and run again, it ends in the same state`, async (t) => {
    const ground = await setCrashGround(t, work);
    // Midway, and where an archive is written but not yet in its place.
    for (const n of [Math.round(ground.changes / 2), ground.changes - 2])
      await killAndRunAgain(work, ground, n);
  });

  test(`bundle ${work}: a disk that is full at some changes leaves the old state and says so`, async (t) => {
    const ground = await setCrashGround(t, work);
    for (let at = 1; at <= fullDisks; at += 1)
      await fillDiskAndRunAgain(work, ground, Math.round((ground.changes * at) / fullDisks));
  });
}

import { test } from 'node:test';
import { engineKillGround } from '../support/load-killed-engine.ts';
import { killAndLoadAgain } from '../support/load-killed.ts';

test('docker: a load that is killed and run again ends in the same state', async (t) => {
  const ground = await engineKillGround('docker', t);
  if (ground === undefined) return;
  await killAndLoadAgain(ground, [
    { call: 'load', at: 'midst' },
    { call: 'create', at: 'after' },
    { call: 'tag', at: 'before' },
  ]);
});

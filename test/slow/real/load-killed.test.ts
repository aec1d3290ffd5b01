import { test, type TestContext } from 'node:test';
import { startContainerd } from '../../support/containerd.ts';
import { containerdKillGround } from '../../support/load-killed-containerd.ts';
import { engineKillGround } from '../../support/load-killed-engine.ts';
import { allMoments, callsOf, killAndLoadAgain, type KillGround } from '../../support/load-killed.ts';
import { requirePeer } from '../../support/peers.ts';

for (const kind of ['docker', 'podman'] as const) {
  test(`${kind}: a load that is killed around each call of the engine, and run again, ends in the same state`, async (t) => {
    const ground = await engineKillGround(kind, t);
    if (ground !== undefined) await killEverywhere(ground, t);
  });
}

test('containerd: a load that is killed around each call of ctr, and run again, ends in the same state', async (t) => {
  if (!requirePeer('containerd', t)) return;
  const containerd = await startContainerd();
  t.after(() => containerd.stop());
  await killEverywhere(await containerdKillGround(containerd, t), t);
});

async function killEverywhere(ground: KillGround, t: TestContext): Promise<void> {
  const moments = allMoments(ground, await callsOf(ground));
  await killAndLoadAgain(ground, moments);
  t.diagnostic(`${moments.length} times killed`);
}

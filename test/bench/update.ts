import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import { startRegistry } from '../support/registry-server.ts';
import { median, runWithMemory, type Figure } from './measure.ts';
import { copyOf, publishImages, writeManyFiles } from './pin-ground.ts';

const rounds = 3;

const planned = z.looseObject({
  units: z.array(z.looseObject({ moves: z.array(z.looseObject({ places: z.array(z.unknown()) })) })),
});

/** The plan of an update with everything stale, its edits, patch and body, beside `pin --update` on the same files. */
export async function update(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'lockkeeper-bench-update-'));
  const registry = await startRegistry();
  try {
    const repository = path.join(folder, 'many');
    const mentions = writeManyFiles(repository, await publishImages(registry.host));
    const [plans, pins]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round += 1) {
      const words = ['update', repository, '--dry-run', '--compare', 'none', '--json', '--quiet'];
      const plan = await runWithMemory(words, path.join(folder, 'memory'));
      const { units } = planned.parse(JSON.parse(plan.stdout));
      const places = units.flatMap(({ moves }) => moves.flatMap((move) => move.places)).length;
      if (plan.status !== 0 || places !== mentions)
        throw new Error(`${places} of ${mentions} names would move`);
      plans.push(plan.seconds);
      const copy = copyOf(repository, path.join(folder, `copy-${round}`));
      const pin = await runWithMemory(
        ['pin', copy, '--update', '--json', '--quiet'],
        path.join(folder, 'memory'),
      );
      if (pin.status !== 0) throw new Error(pin.stdout);
      pins.push(pin.seconds);
    }
    const [ours, peer] = [median(plans), median(pins)];
    return [
      {
        claim: `plan of an update, ${mentions} names all stale, without trials, beside pin --update`,
        measured: `${ours.toFixed(2)} s`,
        peer: `${peer.toFixed(2)} s`,
        value: ours / peer,
        limit: 1.5,
        unit: 'ratio',
      },
    ];
  } finally {
    await registry.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

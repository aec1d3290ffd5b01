import { rm } from 'node:fs/promises';
import { bytesAt, lockkeeper, succeed, type LayeredImages } from './layered-images.ts';
import { median, runWithMemory, type Figure } from './measure.ts';
import { inTime } from './ratios.ts';

const rounds = 5;

/** An image of 160 MB from a registry into a layout, and what memory that takes. */
export async function registryPull({ base, at }: LayeredImages): Promise<readonly Figure[]> {
  const [ours, theirs]: [number[], number[]] = [[], []];
  const create = ['bundle', 'create', base, '--quiet', '--out'] as const;
  const words = ['copy', '--quiet', '--insecure-policy', '--src-tls-verify=false', '--preserve-digests'];
  for (let round = 0; round <= rounds; round += 1) {
    const mine = await lockkeeper(...create, at('ours'));
    const peer = await succeed(['skopeo', ...words, `docker://${base}`, `oci:${at('theirs')}:v1`]);
    if ((await bytesAt(at('ours/blobs'))) !== (await bytesAt(at('theirs/blobs'))))
      throw new Error('both hold the same blobs');
    // The first round warms the caches that both have.
    if (round > 0) {
      ours.push(mine.seconds);
      theirs.push(peer.seconds);
    }
    for (const name of ['ours', 'theirs']) await rm(at(name), { recursive: true });
  }
  // What counts the memory takes time itself.
  const { status, megabytes: peak } = await runWithMemory([...create, at('again')], at('memory'));
  if (status !== 0) throw new Error(`bundle create ended with status ${status}`);
  await rm(at('again'), { recursive: true });
  return [
    inTime('pull of 160 MB into a layout beside `skopeo copy`', {
      ours: median(ours),
      theirs: median(theirs),
      limit: 1,
    }),
    {
      claim: 'the same, peak memory',
      measured: `${peak.toFixed(0)} MB`,
      peer: '',
      value: peak,
      limit: 150,
      unit: 'MB',
    },
  ];
}

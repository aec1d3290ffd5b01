import { rm } from 'node:fs/promises';
import { bytesAt, lockkeeper, shell, type LayeredImages } from './layered-images.ts';
import type { Figure } from './measure.ts';
import { inBytes, inTime } from './ratios.ts';

const images = 7;

/** A set of images on one base in one thin bundle, beside an archive of its own for each of them. */
export async function bundleSeven({ docker, base, build, at }: LayeredImages): Promise<readonly Figure[]> {
  const names: string[] = [];
  for (let number = 1; number <= images; number += 1) names.push(await build(`ci-${number}`));
  const thin = at('seven.tar');
  const create = [
    ...(['bundle', 'create'] as const),
    ...names.map((name) => `docker-daemon:${name}`),
    ...['--thin-against', base, '--out', thin],
  ];
  // What both of them read is in memory after the first time.
  await lockkeeper(...create);
  await rm(thin);
  const { seconds } = await lockkeeper(...create);
  let [peerSeconds, peerBytes] = [0, 0];
  for (const [number, name] of names.entries()) {
    const file = at(`${number}.tar.gz`);
    peerSeconds += (await shell(`${docker.join(' ')} save ${name} | gzip >${file}`)).seconds;
    peerBytes += await bytesAt(file);
    await rm(file);
  }
  const claim = `${images} images on one base in one thin bundle beside ${images} × \`docker save | gzip\``;
  return [
    inTime(claim, { ours: seconds, theirs: peerSeconds, limit: 1 / 8 }),
    inBytes(claim, { ours: await bytesAt(thin), theirs: peerBytes, limit: 1 / 10 }),
  ];
}

import { rm } from 'node:fs/promises';
import { bytesAt, lockkeeper, shell, succeed, type LayeredImages } from './layered-images.ts';
import { median, type Figure } from './measure.ts';
import { inBytes, inTime } from './ratios.ts';

const rounds = 3;

interface Way {
  readonly seconds: number[];
  readonly bytes: number[];
}

/** An image from one job to another that has its base: a thin bundle beside what people do today. */
export async function bundleIntoDocker({
  docker,
  base,
  build,
  at,
}: LayeredImages): Promise<readonly Figure[]> {
  const [ours, theirs]: [Way, Way] = [
    { seconds: [], bytes: [] },
    { seconds: [], bytes: [] },
  ];
  const asDocker = docker.join(' ');
  for (let round = 0; round <= rounds; round += 1) {
    const image = await build('ci');
    const id = await idOf(docker, image);
    const thin = at('thin.tar');
    const created = await lockkeeper(
      ...(['bundle', 'create', `docker-daemon:${image}`] as const),
      ...['--thin-against', base, '--out', thin],
    );
    await succeed([...docker, 'image', 'rm', image]);
    const loaded = await lockkeeper('load', thin, '--into', 'docker', '--as', image);
    await mustBe(docker, image, id);
    const saved = await shell(`${asDocker} save ${image} | gzip >${at('saved.tar.gz')}`);
    await succeed([...docker, 'image', 'rm', image]);
    const taken = await succeed([...docker, 'load', '--quiet', '--input', at('saved.tar.gz')]);
    await mustBe(docker, image, id);
    // The first round warms the caches that both have.
    if (round > 0) {
      ours.seconds.push(created.seconds + loaded.seconds);
      ours.bytes.push(await bytesAt(thin));
      theirs.seconds.push(saved.seconds + taken.seconds);
      theirs.bytes.push(await bytesAt(at('saved.tar.gz')));
    }
    await rm(thin);
  }
  const claim = 'thin bundle into docker beside `docker save | gzip` and `docker load`';
  const [time, peerTime] = [median(ours.seconds), median(theirs.seconds)];
  const [bytes, peerBytes] = [median(ours.bytes), median(theirs.bytes)];
  return [
    inTime(claim, { ours: time, theirs: peerTime, limit: 1 / 10 }),
    inBytes(claim, { ours: bytes, theirs: peerBytes, limit: 1 / 20 }),
  ];
}

async function idOf(docker: readonly [string, ...string[]], image: string): Promise<string> {
  return (await succeed([...docker, 'image', 'inspect', '--format', '{{.Id}}', image])).stdout.trim();
}

async function mustBe(docker: readonly [string, ...string[]], image: string, id: string): Promise<void> {
  const found = await idOf(docker, image);
  if (found !== id) throw new Error(`${image} is ${found} and not ${id}`);
}

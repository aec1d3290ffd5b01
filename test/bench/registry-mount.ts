import path from 'node:path';
import process from 'node:process';
import { succeed, type LayeredImages } from './layered-images.ts';
import { median, type Figure } from './measure.ts';
import { inTime } from './ratios.ts';

const rounds = 3;
const setSize = 7;

/**
 * A set of images under other names of their registry: nothing is sent, layers are mounted. `promote` does that within a
 * longer run, so neither side counts the start of its program.
 */
export async function registryMount({ base, registry }: LayeredImages): Promise<readonly Figure[]> {
  const digest = await digestOf(base);
  const set = path.join(import.meta.dirname, 'mount-set.ts');
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    const names = Array.from({ length: setSize }, (_, number) => `bench/ours-${round}-${number}`);
    const mine = await succeed([process.execPath, set, registry.host, 'bench/base', digest, ...names]);
    ours.push(Number(mine.stdout) / 1000);
    let seconds = 0;
    const others = Array.from({ length: setSize }, (_, number) => `bench/theirs-${round}-${number}`);
    for (const name of others) seconds += await copyBySkopeo(base, `${registry.host}/${name}:v1`);
    theirs.push(seconds);
    for (const name of [...names, ...others])
      if ((await digestOf(`${registry.host}/${name}:v1`)) !== digest)
        throw new Error(`${name} is another image`);
  }
  const claim = `${setSize} copies inside a registry beside \`skopeo copy\`, without the start of the programs`;
  return [inTime(claim, { ours: median(ours), theirs: median(theirs), limit: 1 })];
}

/** In seconds, less what it takes to start it. */
async function copyBySkopeo(from: string, to: string): Promise<number> {
  const words = ['--quiet', '--insecure-policy', '--src-tls-verify=false', '--dest-tls-verify=false'];
  const start = await succeed(['skopeo', '--version']);
  const copy = await succeed(['skopeo', 'copy', ...words, `docker://${from}`, `docker://${to}`]);
  return copy.seconds - start.seconds;
}

async function digestOf(name: string): Promise<string> {
  const { stdout } = await succeed([
    ...(['skopeo', 'inspect', '--tls-verify=false', '--no-tags'] as const),
    ...['--format', '{{.Digest}}', `docker://${name}`],
  ]);
  return stdout.trim();
}

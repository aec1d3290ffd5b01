import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { diskLayouts } from '../../src/adapters/registry/layout.ts';
import { startRegistry } from '../support/registry-server.ts';
import { freshBlob, sampleImage, storeImage } from '../support/sample-images.ts';
import { median, program, run, type Figure } from './measure.ts';

const rounds = 3;
const layers = 4;
const layerBytes = 40 * 1024 ** 2;

/** The time that skopeo takes to push 160 MB to a registry and to pull them, with ours and with Debian's docker-registry. */
export async function serveRegistry(): Promise<readonly Figure[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-bench-'));
  const theirs = await startRegistry();
  const ours = await startOurs(path.join(folder, 'ours'));
  try {
    const measured: Times = { push: { ours: [], theirs: [] }, pull: { ours: [], theirs: [] } };
    // The first round warms the caches that all of them have.
    for (let round = 0; round <= rounds; round += 1) {
      // skopeo mounts what it remembers to have pushed before.
      const source = await diskLayouts.openOrCreate(path.join(folder, 'source'));
      const blobs = Array.from({ length: layers }, () => freshBlob(layerBytes));
      await storeImage(source, sampleImage(blobs), 'v1');
      for (const [side, host] of [
        ['ours', ours.host],
        ['theirs', theirs.host],
      ] as const) {
        const name = `docker://${host}/bench/round-${round}:v1`;
        const target = path.join(folder, 'pulled');
        const push = await skopeo('--dest-tls-verify=false', `oci:${source.path}:v1`, name);
        const pull = await skopeo('--src-tls-verify=false', name, `oci:${target}:v1`);
        await rm(target, { recursive: true });
        if (round === 0) continue;
        measured.push[side].push(push);
        measured.pull[side].push(pull);
      }
      await rm(source.path, { recursive: true });
    }
    return (['push', 'pull'] as const).map((what) => {
      const [own, other] = [median(measured[what].ours), median(measured[what].theirs)];
      return {
        claim: `skopeo ${what} of 160 MB, serve-registry beside docker-registry`,
        measured: `${own.toFixed(2)} s`,
        peer: `${other.toFixed(2)} s`,
        value: own / other,
        limit: 1.5,
        unit: 'ratio',
      };
    });
  } finally {
    await ours.stop();
    await theirs.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

type Times = Readonly<Record<'push' | 'pull', Readonly<Record<'ours' | 'theirs', number[]>>>>;

async function skopeo(...words: readonly string[]): Promise<number> {
  const { seconds, status } = await run(['skopeo', '--insecure-policy', 'copy', '--quiet', ...words]);
  if (status !== 0) throw new Error(`skopeo ended with status ${status}`);
  return seconds;
}

async function startOurs(
  folder: string,
): Promise<{ readonly host: string; readonly stop: () => Promise<void> }> {
  const child = spawn(process.execPath, [program, 'serve-registry', '--quiet', '--dir', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  const line = await new Promise<string>((resolve) => {
    child.stdout.setEncoding('utf8').once('data', resolve);
  });
  return {
    host: line.split(' ')[0] ?? '',
    stop: async () => {
      child.kill('SIGTERM');
      await closed;
    },
  };
}

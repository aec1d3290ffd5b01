import path from 'node:path';
import type { TestContext } from 'node:test';
import { writeBundle } from './bundles.ts';
import { runCommandLine } from './command-line.ts';
import type { TestContainerd } from './containerd.ts';
import type { KillGround } from './load-killed.ts';
import { layeredImages } from './load-ground.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** An image that this containerd has not seen, on its way there. */
export async function containerdKillGround(containerd: TestContainerd, t: TestContext): Promise<KillGround> {
  const { nonce, image } = await layeredImages();
  const folder = await temporaryFolder(t);
  await writeBundle(path.join(folder, 'bundle'), [{ name: 'ci', images: [image] }]);
  const name = `registry.example/${nonce}/ci:killed`;
  const standing = (): string | undefined =>
    /sha256:[0-9a-f]{64}/.exec(containerd.ctr('images', 'ls', `name==${name}`))?.[0];
  const ours = (text: string): readonly string[] =>
    text.split('\n').filter((line) => line.includes('lockkeeper'));
  return {
    folder,
    program: 'ctr',
    carries: 'images import',
    load: (search) =>
      runCommandLine(['load', 'bundle', '--into', 'containerd', '--as', name, '--json'], {
        cwd: folder,
        env: { CONTAINERD_ADDRESS: containerd.address, ...(search === undefined ? {} : { PATH: search }) },
      }),
    reset: () => Promise.resolve(void containerd.ctr('images', 'rm', '--sync', name)),
    standing: () => Promise.resolve(standing()),
    state: () =>
      Promise.resolve({
        standing: standing(),
        checked: containerd.ctr('images', 'check', `name==${name}`).replaceAll(/\s+/g, ' '),
        // Names, containers and snapshots of our own.
        left: ['images ls -q', 'containers ls -q', 'snapshots ls'].map((words) =>
          ours(containerd.ctr(...words.split(' '))),
        ),
      }),
  };
}

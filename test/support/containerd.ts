import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { servesKubelet } from './kubelet-images.ts';

/** A containerd of a test's own, with its own store, state and socket. */
export interface TestContainerd {
  /** For CONTAINERD_ADDRESS. */
  readonly address: string;
  /** Asks it in the namespace of kubelets; fails when it does not end well. */
  ctr(...args: readonly string[]): string;
  stop(): Promise<void>;
}

// Half a minute: the machine may be busy.
const startTries = 600;

/** The same without what only a kubelet needs. */
export const containerdSettings = `version = 2
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt"]
`;

export interface ContainerdOrder {
  /** Its store is on a disk of this size, such as `1m`, which nobody else sees. */
  readonly disk?: string;
  /** With the part that a kubelet speaks to, which throws packed layers away when it has unpacked them. */
  readonly kubelet?: boolean;
}

/** As `containerdSettings`, with that part. It starts no pod here, and needs no network for one. */
const kubeletSettings = `version = 2
disabled_plugins = ["io.containerd.internal.v1.opt"]
[plugins."io.containerd.grpc.v1.cri"]
  disable_tcp_service = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    discard_unpacked_layers = true
`;

export async function startContainerd({
  disk,
  kubelet = false,
}: ContainerdOrder = {}): Promise<TestContainerd> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-containerd-'));
  const address = path.join(folder, 'containerd.sock');
  const places = `root = ${JSON.stringify(path.join(folder, 'root'))}
state = ${JSON.stringify(path.join(folder, 'state'))}
`;
  const settings = `${places}${kubelet ? kubeletSettings : containerdSettings}
[grpc]
  address = ${JSON.stringify(address)}
`;
  await writeFile(path.join(folder, 'config.toml'), settings);
  const own = `mkdir root && mount -t tmpfs -o size=${disk} tmpfs root && exec "$@"`;
  const through = disk === undefined ? [] : ['unshare', '--mount', 'sh', '-c', own, 'sh'];
  const words = [...through, 'containerd', '--config', path.join(folder, 'config.toml')];
  const child = spawn(words[0] ?? '', words.slice(1), {
    cwd: folder,
    stdio: 'ignore',
    env: { PATH: `${process.env['PATH']}:/usr/sbin:/sbin` },
  });
  const end = (): void => void child.kill('SIGKILL');
  process.once('exit', end);
  const env = { PATH: process.env['PATH'], CONTAINERD_ADDRESS: address };
  const ask = (args: readonly string[]): { readonly status: number | null; readonly text: string } => {
    const { status, stdout, stderr } = spawnSync('ctr', ['--namespace', 'k8s.io', ...args], {
      env,
      encoding: 'utf8',
    });
    return { status, text: status === 0 ? stdout : stderr };
  };
  const answers = async (): Promise<boolean> =>
    ask(['version']).status === 0 && (!kubelet || (await servesKubelet(address)));
  for (let tries = 0; !(await answers()); tries += 1) {
    assert.ok(tries < startTries && child.exitCode === null, 'containerd starts');
    await delay(50);
  }
  return {
    address,
    ctr(...args) {
      const { status, text } = ask(args);
      assert.equal(status, 0, `ctr ${args.join(' ')}: ${text}`);
      return text;
    },
    async stop() {
      process.off('exit', end);
      const closed = child.exitCode === null ? once(child, 'close') : undefined;
      child.kill('SIGTERM');
      await closed;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Engine } from '../../src/model/engine.ts';
import { containerdSettings } from './containerd.ts';

/** What a node of kind or k3d is for `load`: a container in which containerd runs. */
const programs = ['containerd', 'containerd-shim-runc-v2', 'ctr', 'runc'];
const applets = ['sh', 'cat', 'chmod', 'mv', 'rm', 'sleep', 'mount', 'mkdir', 'dd', 'grep'];

/** Makes an image of this machine's own containerd, and returns its id. */
export async function makeNodeImage(engine: Engine): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-node-'));
  try {
    const search = `${process.env['PATH']}:/usr/sbin:/sbin`;
    const settings = path.join(folder, 'config.toml');
    await writeFile(settings, containerdSettings);
    const script = `set -eu
mkdir -p root/bin root/etc/containerd root/run root/tmp root/var/lib root/proc root/sys root/dev
cp /bin/busybox root/bin/busybox
for name in ${applets.join(' ')}; do ln -s busybox root/bin/$name; done
for name in ${programs.join(' ')}; do
  file=$(command -v $name)
  cp "$file" root/bin/
  for library in $(ldd "$file" | grep -o '/[^ )]*'); do
    mkdir -p "root$(dirname "$library")"; cp -Lu "$library" "root$library"
  done
done
cp config.toml root/etc/containerd/config.toml
tar -C root -c . | ${engine.program} import --change 'ENV PATH=/bin' --change 'CMD ["containerd"]' - `;
    const made = spawnSync('sh', ['-c', script], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...engine.env, PATH: search },
    });
    if (made.status !== 0) throw new Error(made.stderr);
    return made.stdout.trim();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** As kind and k3d start theirs, but with what containerd needs instead of `--privileged`, which not every machine has to give. */
export const nodeArgs: readonly string[] = [
  ...['--cap-add', 'SYS_ADMIN', '--cap-add', 'NET_ADMIN', '--cap-add', 'SYS_PTRACE'],
  ...['seccomp=unconfined', 'apparmor=unconfined', 'systempaths=unconfined'].flatMap((option) => [
    '--security-opt',
    option,
  ]),
  ...['--device-cgroup-rule', 'a *:* rwm', '--volume', '/sys/fs/cgroup:/sys/fs/cgroup'],
  // No program may be run from these, as in kind.
  ...['--tmpfs', '/tmp', '--tmpfs', '/run', '--volume', '/var/lib', '--network', 'none'],
];

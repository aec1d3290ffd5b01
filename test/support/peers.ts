import { spawnSync } from 'node:child_process';
import type { TestContext } from 'node:test';

/** Programs that tests run against for real, and how each shows that it is there. */
const peers = {
  // Asks the engine, not the client.
  docker: ['docker', 'version'],
  podman: ['podman', 'version'],
  containerd: ['containerd', '--version'],
  registry: ['docker-registry', '--version'],
  skopeo: ['skopeo', '--version'],
  mmdebstrap: ['mmdebstrap', '--version'],
  chromium: ['chromium', '--version'],
  htpasswd: ['htpasswd', '-nb', 'user', 'password'],
  // A disk of a test's own, which nobody else sees.
  unshare: ['unshare', '--mount', '--map-root-user', 'mount', '-t', 'tmpfs', 'tmpfs', '/tmp'],
  git: ['git', '--version'],
  npm: ['npm', '--version'],
  pytest: ['pytest', '--version'],
  go: ['go', 'version'],
  ctest: ['ctest', '--version'],
  prove: ['prove', '--version'],
  dpkg: ['dpkg', '--version'],
  rpm: ['rpm', '--version'],
  ruby: ['ruby', '--version'],
  // Debian's python3-packaging, for Debian's own Python.
  packaging: ['/usr/bin/python3', '-c', 'import packaging'],
  // Debian's python3-junitparser, for Debian's own Python.
  junitparser: ['/usr/bin/python3', '-c', 'import junitparser'],
} as const satisfies Record<string, readonly [string, ...string[]]>;

export type Peer = keyof typeof peers;

// A cold engine on a busy machine.
const probeMs = 60_000;
const found = new Map<Peer, boolean>();

/**
 * True when the peer is there. Where it is missing the test fails under CI and is skipped elsewhere:
 *
 *     test('…', async (t) => {
 *       if (!requirePeer('docker', t)) return;
 */
export function requirePeer(peer: Peer, t: TestContext): boolean {
  if (hasPeer(peer)) return true;
  peerMissing(peer, t);
  return false;
}

/** For a peer that is there and cannot do what the test needs: as {@link requirePeer} of one that is missing. */
export function peerMissing(what: string, t: TestContext): void {
  // The runner counts and names what is skipped by this reason.
  const reason = `peer missing: ${what}`;
  if (process.env['CI'] === 'true') throw new Error(reason);
  t.skip(reason);
}

function hasPeer(peer: Peer): boolean {
  const known = found.get(peer);
  if (known !== undefined) return known;
  const [program, ...args] = peers[peer];
  const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };
  const there = spawnSync(program, args, { stdio: 'ignore', timeout: probeMs, env }).status === 0;
  found.set(peer, there);
  return there;
}

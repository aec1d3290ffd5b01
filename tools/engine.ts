import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A container engine that was started for the length of one command. */
export interface StartedEngine {
  /** What a program needs in its environment to find it. */
  readonly env: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

// dockerd answers after 1 or 2 s, and ends within as many once its containers are dead.
const startMs = 60_000;
const stopMs = 60_000;
const askMs = 20_000;
const pollMs = 250;

/**
 * Starts dockerd where none answers, it is installed and we may: with a socket, a store and a pid file of its own,
 * so that no image, container or restart policy of the machine is touched and nothing stays behind.
 */
export async function startEngineWhereNoneAnswers(
  say: (line: string) => void,
): Promise<StartedEngine | undefined> {
  if (answers({})) return undefined;
  if (!isInstalled('dockerd')) {
    say('no container engine answers and dockerd is not installed');
    return undefined;
  }
  if (!isRoot && spawnSync('sudo', ['-n', 'true']).status !== 0) {
    say('no container engine answers, and starting one needs root or sudo without a password');
    return undefined;
  }
  return startEngine(say);
}

/** As {@link startEngineWhereNoneAnswers}, beside one that it has started. */
export async function startEngine(say: (line: string) => void): Promise<StartedEngine | undefined> {
  // Not in /tmp, which may be in memory: images are large.
  const folder = mkdtempSync('/var/tmp/lockkeeper-engine-');
  const host = `unix://${join(folder, 'docker.sock')}`;
  const env = { DOCKER_HOST: host };
  const child = spawnEngine(folder, host);
  const engine: StartedEngine = { env, stop: () => stopEngine(folder, child) };
  const deadline = Date.now() + startMs;
  while (isRunning(child) && Date.now() < deadline) {
    if (answers(env)) return engine;
    await delay(pollMs);
  }
  say(`dockerd does not start: ${lastLines(join(folder, 'dockerd.log'))}`);
  await engine.stop();
  return undefined;
}

function spawnEngine(folder: string, host: string): ChildProcess {
  const args = [
    ...['--host', host],
    ...['--data-root', join(folder, 'data')],
    ...['--exec-root', join(folder, 'exec')],
    ...['--pidfile', pidFile(folder)],
    // Without root the socket must open for us: it is given to our own group.
    ...(isRoot ? [] : ['--group', String(process.getgid?.())]),
  ];
  const log = openSync(join(folder, 'dockerd.log'), 'w');
  // A process group of its own: Ctrl-C must not end it before the command that works with it has cleaned up.
  const child = spawn(...asRoot('dockerd', args), {
    stdio: ['ignore', log, log],
    detached: true,
    env: { ...process.env, PATH: searchPath },
  });
  closeSync(log);
  child.on('error', () => undefined);
  return child;
}

async function stopEngine(folder: string, child: ChildProcess): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (!isRunning(child)) break;
    if (isRoot) child.kill(signal);
    else killAsRoot(folder, signal);
    const deadline = Date.now() + stopMs;
    while (isRunning(child) && Date.now() < deadline) await delay(pollMs);
  }
  child.unref();
  // Some versions leave their store mounted on itself, so that it cannot be removed.
  for (const mount of mountsBelow(folder)) spawnSync(...asRoot('umount', ['--lazy', '--', mount]));
  spawnSync(...asRoot('rm', ['-rf', '--', folder]));
}

/** Mount points in the folder, innermost first. */
function mountsBelow(folder: string): readonly string[] {
  const lines = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  const points = lines.map((line) => line.split(' ')[4] ?? '');
  return points.filter((point) => point.startsWith(`${folder}/`)).toReversed();
}

/** Sends a signal to the engine itself rather than to the sudo that stands before it. */
function killAsRoot(folder: string, signal: NodeJS.Signals): void {
  const file = pidFile(folder);
  if (!existsSync(file)) return;
  // By a shell, because `kill` is a program of its own only where procps is installed.
  const args = [
    '-c',
    'kill -s "$1" "$2"',
    'sh',
    signal.slice('SIG'.length),
    readFileSync(file, 'utf8').trim(),
  ];
  spawnSync(...asRoot('sh', args));
}

const isRoot = process.getuid?.() === 0;
// Where Debian keeps dockerd, runc and iptables; not on everyone's path.
const searchPath = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;

function asRoot(program: string, args: readonly string[]): [string, string[]] {
  return isRoot ? [program, [...args]] : ['sudo', ['-n', program, ...args]];
}

function pidFile(folder: string): string {
  return join(folder, 'dockerd.pid');
}

function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

function answers(env: Readonly<Record<string, string>>): boolean {
  const options = { timeout: askMs, stdio: 'ignore', env: { ...process.env, ...env } } as const;
  return spawnSync('docker', ['version'], options).status === 0;
}

function isInstalled(program: string): boolean {
  return (
    spawnSync(program, ['--version'], { stdio: 'ignore', env: { ...process.env, PATH: searchPath } })
      .status === 0
  );
}

function lastLines(path: string): string {
  return readFileSync(path, 'utf8').trim().split('\n').slice(-5).join('\n');
}

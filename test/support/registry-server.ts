import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

export interface RegistryServer {
  /** `localhost:PORT`, as it stands in references. */
  readonly host: string;
  /** Where it keeps what it holds, so that a test can damage it. */
  readonly storage: string;
  stop(): Promise<void>;
}

export interface RegistryServerOptions {
  /** Who may use it; nobody else may then. */
  readonly login?: { readonly user: string; readonly password: string };
}

const startMs = 20_000;
const attemptsMax = 5;

/** Starts Debian's docker-registry on a free loopback port, in a folder of its own. Take it down with `stop`. */
export async function startRegistry(options: RegistryServerOptions = {}): Promise<RegistryServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-registry-'));
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const config = path.join(folder, 'config.json');
    await writeFile(config, JSON.stringify(await configOf(folder, port, options)));
    const child = spawn('docker-registry', ['serve', config], {
      stdio: 'ignore',
      env: { PATH: process.env['PATH'] ?? '', OTEL_TRACES_EXPORTER: 'none' },
    });
    const host = `localhost:${port}`;
    if (await answers(child, `http://${host}/v2/`))
      return { host, storage: path.join(folder, 'data'), stop: () => stop(child, folder) };
    await end(child);
    if (attempt === attemptsMax) {
      await rm(folder, { recursive: true, force: true });
      throw new Error(`docker-registry did not start on ${host}`);
    }
  }
}

/** YAML, which JSON is a part of. */
async function configOf(folder: string, port: number, { login }: RegistryServerOptions): Promise<object> {
  const htpasswd = path.join(folder, 'htpasswd');
  if (login !== undefined) {
    const made = spawnSync('htpasswd', ['-niB', login.user], { input: login.password, encoding: 'utf8' });
    if (made.status !== 0) throw new Error(`htpasswd ended with status ${made.status}`);
    await writeFile(htpasswd, made.stdout);
  }
  return {
    version: '0.1',
    log: { level: 'error' },
    storage: { filesystem: { rootdirectory: path.join(folder, 'data') }, delete: { enabled: true } },
    // Without this it refuses layers that lie elsewhere by licence, with a status 500.
    validation: { manifests: { urls: { allow: ['^https://'] } } },
    http: { addr: `127.0.0.1:${port}`, secret: 'not a secret: one process, one test' },
    ...(login === undefined ? {} : { auth: { htpasswd: { realm: 'test', path: htpasswd } } }),
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}

async function answers(child: ChildProcess, url: string): Promise<boolean> {
  let ended = false;
  child.once('exit', () => (ended = true));
  child.once('error', () => (ended = true));
  for (let waitedMs = 0; waitedMs < startMs; waitedMs += 50) {
    if (ended) return false;
    const status = await fetch(url).then(
      (answer) => answer.status,
      () => 0,
    );
    if (status === 200 || status === 401) return true;
    await wait(50);
  }
  return false;
}

async function stop(child: ChildProcess, folder: string): Promise<void> {
  await end(child);
  await rm(folder, { recursive: true, force: true });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

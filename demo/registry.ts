import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { Failure } from '../src/base/failure.ts';
import type { Engine } from '../src/model/engine.ts';
import { ask, commandSpec } from './shell.ts';

/** A registry on loopback, for the demo alone. */
export interface DemoRegistry {
  /** `localhost:PORT`. */
  readonly host: string;
  readonly stop: () => Promise<void>;
}

const patienceMs = 20_000;

/** Debian's `docker-registry` where it is installed, else the official image in a container. */
export async function startRegistry(engine: Engine, folder: string): Promise<DemoRegistry> {
  const port = await freePort();
  const stop = (await startProgram(port, folder)) ?? (await startContainer(engine, port));
  const host = `localhost:${port}`;
  try {
    await untilItAnswers(`http://127.0.0.1:${port}/v2/`);
  } catch (error) {
    await stop();
    throw error;
  }
  return { host, stop };
}

async function startProgram(port: number, folder: string): Promise<(() => Promise<void>) | undefined> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const config = path.join(folder, 'config.yml');
  const storage = { filesystem: { rootdirectory: path.join(folder, 'data') } };
  const document = { version: 0.1, log: { level: 'error' }, storage, http: { addr: `127.0.0.1:${port}` } };
  await writeFile(config, JSON.stringify(document));
  const { env } = commandSpec('', []);
  const child = spawn('docker-registry', ['serve', config], {
    stdio: 'ignore',
    env: { ...env, OTEL_TRACES_EXPORTER: 'none' },
  });
  const started = await Promise.race([
    once(child, 'spawn').then(() => true),
    once(child, 'error').then(() => false),
  ]).catch(() => false);
  if (!started) return undefined;
  const ended = once(child, 'close');
  return async () => {
    child.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
}

async function startContainer(engine: Engine, port: number): Promise<() => Promise<void>> {
  const name = `lockkeeper-demo-registry-${port}`;
  const place = `127.0.0.1:${port}:5000`;
  await ask(engine.program, [
    ...engine.globalArgs,
    'run',
    '--detach',
    '--rm',
    '--name',
    name,
    '--publish',
    place,
    ...engine.createArgs,
    'docker.io/library/registry:2',
  ]);
  return async () =>
    void (await ask(engine.program, [...engine.globalArgs, 'rm', '--force', '--volumes', name]));
}

async function untilItAnswers(url: string): Promise<void> {
  const giveUp = performance.now() + patienceMs;
  for (;;) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok === true) return;
    if (performance.now() > giveUp) {
      throw new Failure(
        'registry-unreachable',
        `the demo's registry at ${url} did not start within ${patienceMs / 1000} s`,
      );
    }
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string')
    throw new Failure('program-failed', 'no free port on loopback');
  return address.port;
}

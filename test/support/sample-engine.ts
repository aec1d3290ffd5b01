import type { Engine } from '../../src/model/engine.ts';

/** A plain docker that nobody has asked; a test says what it needs otherwise. */
export function sampleEngine(more: Partial<Engine> = {}): Engine {
  return {
    kind: 'docker',
    program: 'docker',
    globalArgs: [],
    createArgs: [],
    limits: { memory: true, cpus: true, pids: true },
    env: { PATH: '/usr/bin:/bin' },
    version: '28.0.1',
    clientVersion: undefined,
    store: 'classic',
    buildkit: 'none',
    platform: { os: 'linux', architecture: 'amd64' },
    rootless: false,
    runtime: { name: 'runc', version: undefined },
    kernel: '6.1',
    cpus: 2,
    memoryBytes: 1e9,
    ...more,
  };
}

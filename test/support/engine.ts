import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { systemEngines } from '../../src/adapters/engine/engines.ts';
import type { Engine, EngineKind } from '../../src/model/engine.ts';
import { requirePeer } from './peers.ts';

/** The engine of this machine, as the product finds it; undefined where the test is to be skipped. */
export async function realEngine(kind: EngineKind, t: TestContext): Promise<Engine | undefined> {
  if (!requirePeer(kind, t)) return undefined;
  const privateDirectory = await mkdtemp(join(tmpdir(), 'lockkeeper-'));
  t.after(() => rm(privateDirectory, { recursive: true }));
  return systemEngines({ environment: process.env, privateDirectory }).find(kind);
}

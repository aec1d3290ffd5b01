import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { systemEngines } from '../../src/adapters/engine/engines.ts';
import type { Engine, EngineKind } from '../../src/model/engine.ts';
import { requirePeer } from './peers.ts';

const found = new Map<EngineKind, Promise<Engine>>();

/** The engine of this machine, as the product finds it; undefined where the test is to be skipped. */
export async function realEngine(kind: EngineKind, t: TestContext): Promise<Engine | undefined> {
  if (!requirePeer(kind, t)) return undefined;
  const known = found.get(kind) ?? findEngine(kind);
  found.set(kind, known);
  return known;
}

async function findEngine(kind: EngineKind): Promise<Engine> {
  const privateDirectory = mkdtempSync(join(tmpdir(), 'lockkeeper-'));
  process.once('exit', () => rmSync(privateDirectory, { recursive: true, force: true }));
  return systemEngines({ environment: process.env, privateDirectory }).find(kind);
}

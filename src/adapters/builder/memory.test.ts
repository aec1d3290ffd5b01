import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import {
  builderContract,
  plainDockerfile,
  setScene,
  type BuilderUnderTest,
} from '../../../test/contracts/builder.ts';
import { memoryBuilder } from './memory.ts';

async function make(t: TestContext): Promise<BuilderUnderTest> {
  const temporary = await mkdtemp(join(tmpdir(), 'lockkeeper-'));
  t.after(() => rm(temporary, { recursive: true }));
  return { builder: memoryBuilder(), platform: { os: 'linux', architecture: 'amd64' }, temporary };
}

builderContract('memory', make);

test('memory: another platform is what was asked for, and another Dockerfile another image', async (t) => {
  const scene = await setScene(t, await make(t));
  const platform = { os: 'linux', architecture: 'arm64' };
  const built = await scene.build(plainDockerfile, { platform });
  assert.deepEqual([built.platform, built.config.platform], [platform, platform]);
  assert.notEqual((await scene.build(`${plainDockerfile}# more`, { platform })).digest, built.digest);
  assert.deepEqual((await scene.build(plainDockerfile, { args: { A: 'b' } })).config.env, ['A=b']);
});

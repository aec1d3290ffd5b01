import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryConfigFiles } from '../adapters/config-file/memory.ts';
import { isFailure } from '../base/failure.ts';
import { loadConfig, loadDraft } from './load-config.ts';

const text =
  'version: 1\nimages: { ci: { baseline: ci, build: {} } }\nsuites: { unit: { command: make test } }\n';

test('the nearest config above is read, and named from where the person is', async () => {
  const files = new MemoryConfigFiles('/home/me/repo', { '/home/me/repo/lockkeeper.yaml': text });
  const { file, directory } = await loadConfig(files, { cwd: '/home/me/repo/src/deep', file: undefined });
  assert.deepEqual([file, directory], ['../../lockkeeper.yaml', '/home/me/repo']);
});

test('a config that is named is read, wherever it lies', async () => {
  const files = new MemoryConfigFiles('/repo', { '/repo/ci/gate.yaml': text });
  const { file, directory } = await loadConfig(files, { cwd: '/repo', file: 'ci/gate.yaml' });
  assert.deepEqual([file, directory], ['ci/gate.yaml', '/repo/ci']);
});

test('without a config, the failure says how to make one', async () => {
  const files = new MemoryConfigFiles('/repo');
  await assert.rejects(loadConfig(files, { cwd: '/repo', file: undefined }), (error) => {
    assert.ok(isFailure(error, 'config-missing'));
    assert.match(error.hint ?? '', /lockkeeper init/);
    return true;
  });
});

test('a config that only says what is pinned is no config for a gate', async () => {
  const files = new MemoryConfigFiles('/repo', { '/repo/lockkeeper.yaml': 'version: 1\npins: {}\n' });
  assert.deepEqual((await loadDraft(files, { cwd: '/repo', file: undefined })).images, []);
  await assert.rejects(loadConfig(files, { cwd: '/repo', file: undefined }), (error) => {
    assert.ok(isFailure(error, 'config-invalid'));
    assert.match(error.message, /lacks images/);
    return true;
  });
});

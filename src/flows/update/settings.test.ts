import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryConfigFiles } from '../../adapters/config-file/memory.ts';
import { updateSettings } from './settings.ts';

const text = 'version: 1\nupdate: { branch: nightly }\n';

test('settings come with the folder of the file that holds them, wherever the update was started', async () => {
  const configFiles = new MemoryConfigFiles('/clone', {
    '/clone/lockkeeper.yaml': text,
    '/clone/ci/other.yaml': text,
  });
  const of = async (directory: string, config?: string): Promise<string> => {
    const { settings, folder } = await updateSettings({ directory, config }, { configFiles });
    return `${settings.branch} ${folder}`;
  };
  assert.equal(await of('/clone/services/a'), 'nightly /clone');
  assert.equal(await of('/clone/services/a', '/clone/ci/other.yaml'), 'nightly /clone/ci');
  assert.equal(await of('/elsewhere/a'), 'lockkeeper/update /elsewhere/a');
});

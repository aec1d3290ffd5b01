import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '../../model/digest.ts';
import type { ImageConfig } from '../../model/manifest.ts';
import { examine, type ExaminedImage } from './examine.ts';

const config: ImageConfig = {
  platform: { os: 'linux', architecture: 'amd64' },
  diffIds: [digestOf('base'), digestOf('tools')],
  created: '2026-01-01T00:00:00Z',
  user: '',
  env: ['PATH=/usr/bin'],
  entrypoint: [],
  cmd: ['sh'],
  workdir: '',
  labels: {},
  exposedPorts: [],
  volumes: [],
  stopSignal: '',
  healthcheck: '',
  onBuild: [],
  shell: [],
  history: [],
};

function image(manifest: string, changes: Partial<ImageConfig> = {}): ExaminedImage {
  return { manifest: digestOf(manifest), config: { ...config, ...changes } };
}

test('one digest on both sides is identical', () => {
  assert.equal(examine(image('a'), image('a')).class, 'identical');
});

test('other dates and labels over equal layers are metadata only', () => {
  const change = examine(
    image('a'),
    image('b', { created: '2026-02-02T00:00:00Z', labels: { revision: '1' } }),
  );
  assert.equal(change.class, 'metadata only');
  assert.deepEqual(change.settings, [{ setting: 'labels', from: '', to: 'revision=1' }]);
});

test('a layer on top is a change of files, and the common beginning is kept', () => {
  const change = examine(image('a'), image('b', { diffIds: [...config.diffIds, digestOf('more')] }));
  assert.equal(change.class, 'files changed');
  assert.deepEqual(change.layers, { kept: 2, added: 1, removed: 0 });
});

test('an equal layer above a different one is not kept', () => {
  const change = examine(image('a'), image('b', { diffIds: [digestOf('other base'), digestOf('tools')] }));
  assert.deepEqual(change.layers, { kept: 0, added: 2, removed: 2 });
});

test('another user is a change of config even when the files changed too', () => {
  const change = examine(image('a'), image('b', { user: 'root', diffIds: [] }));
  assert.equal(change.class, 'config changed');
  assert.deepEqual(change.settings, [{ setting: 'user', from: '', to: 'root' }]);
});

test('another processor outweighs all else', () => {
  const arm = { os: 'linux', architecture: 'arm64' };
  assert.equal(examine(image('a'), image('b', { platform: arm, user: 'x' })).class, 'platforms changed');
});

for (const [setting, changes] of Object.entries({
  env: { env: ['PATH=/bin'] },
  entrypoint: { entrypoint: ['/init'] },
  cmd: { cmd: ['bash'] },
  workdir: { workdir: '/app' },
  ports: { exposedPorts: ['80/tcp'] },
  volumes: { volumes: ['/data'] },
  stopsignal: { stopSignal: 'SIGINT' },
  healthcheck: { healthcheck: '{"Test":["NONE"]}' },
  onbuild: { onBuild: ['RUN true'] },
  shell: { shell: ['/bin/bash', '-c'] },
} satisfies Record<string, Partial<ImageConfig>>)) {
  test(`another ${setting} is a change of config and is named`, () => {
    const change = examine(image('a'), image('b', changes));
    assert.equal(change.class, 'config changed');
    assert.deepEqual(
      change.settings.map((each) => each.setting),
      [setting],
    );
  });
}

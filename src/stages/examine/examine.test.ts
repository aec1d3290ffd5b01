import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '../../model/digest.ts';
import type { ImageConfig } from '../../model/manifest.ts';
import { equivalence } from './equivalence.ts';
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

/** Texts that look the same where lists are joined, and say other things. */
const alike: readonly (readonly [string, Partial<ImageConfig>, Partial<ImageConfig>])[] = [
  ['variables in one value', { env: ['MODE=x', 'SKIP=1'] }, { env: ['MODE=x\nSKIP=1'] }],
  ['variables and a spelled line end', { env: ['MODE=x\\nSKIP=1'] }, { env: ['MODE=x\nSKIP=1'] }],
  ['volumes in one name', { volumes: ['/a', '/b'] }, { volumes: ['/a /b'] }],
  ['ports in one name', { exposedPorts: ['80/tcp', '81/tcp'] }, { exposedPorts: ['80/tcp 81/tcp'] }],
  ['commands in one', { onBuild: ['RUN a', 'RUN b'] }, { onBuild: ['RUN a\nRUN b'] }],
  ['an empty variable', { env: [''] }, { env: [] }],
  ['labels in one value', { labels: { a: '1', b: '2' } }, { labels: { a: '1\nb=2' } }],
  ['labels in one key', { labels: { 'a=b': 'c' } }, { labels: { a: 'b=c' } }],
  ['a build time in a value', { labels: { a: 'x\nbuild-date=1' } }, { labels: { a: 'x\nbuild-date=2' } }],
  ['a key that begins as a build time', { labels: { 'build-date=': 'a' } }, { labels: {} }],
  [
    'parts of a platform in one',
    { platform: { os: 'linux', architecture: 'arm/v7' } },
    { platform: { os: 'linux', architecture: 'arm', variant: 'v7' } },
  ],
];

for (const [name, before, after] of alike) {
  test(`${name} are told from what they look like`, () => {
    const change = examine(image('a', before), image('b', after));
    assert.equal(equivalence(change).equivalent, false);
    const [setting] = change.settings;
    assert.notEqual(setting?.from, setting?.to);
  });
}

test('labels that say when an image was built are no difference, beside one that is', () => {
  const built = (at: string, ref: string): Partial<ImageConfig> => ({
    labels: { 'org.opencontainers.image.created': at, 'build-date': at, ref },
  });
  const same = examine(image('a', built('1', 'x')), image('b', built('2', 'x')));
  assert.equal(same.class, 'metadata only');
  assert.equal(equivalence(same).equivalent, true);
  const other = equivalence(examine(image('a', built('1', 'x')), image('b', built('2', 'y'))));
  assert.deepEqual(other.settings, [{ setting: 'labels', from: 'ref=x', to: 'ref=y' }]);
});

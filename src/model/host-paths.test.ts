import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from './config.ts';
import { hostPaths } from './host-paths.ts';

const config = `version: 1
images:
  ci: { baseline: r.example.org/ci, build: { dockerfile: ../Dockerfile, context: /srv } }
  app: { baseline: r.example.org/app, platform: { name: own, source: app } }
  tool: { baseline: r.example.org/tool, pinned: true }
suites:
  unit: { command: 'true', source: ../.ssh }
  bare: { command: 'true', source: false }
gate: { ledger: /var/ledger }
platforms:
  near: { from: ../platforms.yaml }
  far: { from: 'https://example.org/platforms.yaml', digest: 'sha256:${'0'.repeat(64)}' }
  own:
    channels:
      stable:
        builder: { file: values.yaml, at: builder }
        run-image: { file: /etc/run.yaml, at: run }
        valid-until: { file: until.yaml, at: day }
        upstream: { file: 'https://example.org/up.yaml', at: builder }
        before: [{ id: a/b, folder: ../a }, { id: c/d }]
        after: [{ id: e/f, folder: e }]
`;

test('all that lockkeeper.yaml has read from this machine, by its key; documents on the web are none of it', () => {
  const found = hostPaths(readConfig(config, 'lockkeeper.yaml', '/home/repo'));
  assert.deepEqual(Object.fromEntries(found.map(({ key, path }) => [key, path])), {
    'suites.unit.source': '/home/.ssh',
    'images.ci.build.dockerfile': '/home/Dockerfile',
    'images.ci.build.context': '/srv',
    'images.app.platform.source': '/home/repo/app',
    'platforms.near.from': '/home/platforms.yaml',
    'platforms.own.channels.stable.builder.file': '/home/repo/values.yaml',
    'platforms.own.channels.stable.run-image.file': '/etc/run.yaml',
    'platforms.own.channels.stable.valid-until.file': '/home/repo/until.yaml',
    'platforms.own.channels.stable.before.0.folder': '/home/a',
    'platforms.own.channels.stable.after.0.folder': '/home/repo/e',
  });
});

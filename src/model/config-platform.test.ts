import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFailure } from '../base/failure.ts';
import { readConfig } from './config.ts';
import type { Config } from './definition.ts';

const read = (yaml: string, directory = '/repo'): ReturnType<typeof readConfig>['platforms'] =>
  readConfig(`version: 1\nplatforms:\n  p:\n${yaml}`, 'lockkeeper.yaml', directory).platforms;

test('a channel with all that can be said of it', () => {
  const [source] = read(`    ci: only
    channels:
      only:
        builder: r.test/builder:24
        run-image: { file: ../deploy/values.yaml, at: config.runners.0 }
        valid-until: 2026-12-31
        upstream: heroku/builder:24
        before: [{ id: fagiani/apt, version: 0.20, folder: buildpacks/apt }]
        after: [{ id: x/y, image: r.test/x:1, optional: false }]
        env: { BP_ENV: 1.10 }
        platform-api: 0.12
        limits: { memory: 4g, cpus: 2, time: 30m }
`);
  assert.ok(source?.kind === 'own');
  const [channel] = source.profile.channels;
  assert.deepEqual(source.profile.deploys, ['only']);
  assert.deepEqual(channel?.runImage, {
    kind: 'rule',
    document: '/deploy/values.yaml',
    digest: undefined,
    at: ['config', 'runners', '0'],
  });
  assert.deepEqual(channel.validUntil, { kind: 'value', value: '2026-12-31' });
  assert.deepEqual(channel.before, [
    {
      id: 'fagiani/apt',
      version: '0.20',
      optional: true,
      from: { kind: 'folder', path: '/repo/buildpacks/apt' },
    },
  ]);
  assert.equal(channel.after[0]?.from.kind, 'image');
  assert.deepEqual([channel.env, channel.platformApi], [{ BP_ENV: '1.10' }, '0.12']);
  assert.deepEqual(channel.limits, {
    memoryBytes: 4 * 2 ** 30,
    cpus: 2,
    diskBytes: undefined,
    timeMs: 1_800_000,
  });
});

const bad: readonly (readonly [string, string, string])[] = [
  ['nothing', '    ci: a\n', 'platforms.p has neither channels nor from; give one of them'],
  [
    'both',
    '    from: a.yaml\n    channels: { a: { builder: b } }\n',
    'platforms.p has both channels and from; give one of them',
  ],
  [
    'two channels, none of which deploys',
    '    channels: { a: { builder: b }, c: { builder: d } }\n',
    'platforms.p has several channels and does not say which of them deploys; give deploys',
  ],
  [
    'a channel that is not there',
    '    channels: { stable: { builder: b } }\n    deploys: [stabel]\n',
    'platforms.p.deploys[0] names "stabel", which is no channel; did you mean stable?',
  ],
  [
    'CI that is not there',
    '    channels: { stable: { builder: b } }\n    ci: x\n',
    'platforms.p.ci names "x", which is no channel; there is stable',
  ],
  ['no channel', '    channels: {}\n', 'platforms.p.channels is empty; a platform has one channel at least'],
  [
    'a URL that can change',
    '    from: https://a.test/lockkeeper.yaml\n',
    'platforms.p.from is "https://a.test/lockkeeper.yaml", which can change; give digest, or a URL with a commit',
  ],
  [
    'a URL with a login',
    '    from: https://me:secret@a.test/lockkeeper.yaml\n',
    'platforms.p.from is "https://me:secret@a.test/lockkeeper.yaml": it holds a login, which would stand in every log; offer the file without one',
  ],
  [
    'a URL without TLS',
    '    channels: { a: { builder: { file: "http://a.test/v.yaml", at: b } } }\n',
    'platforms.p.channels.a.builder.file is "http://a.test/v.yaml": only URLs that begin with https:// are read',
  ],
  [
    'deploys beside from',
    '    from: a.yaml\n    deploys: [a]\n',
    'platforms.p.deploys is what the shared file says; it cannot be said here too',
  ],
  [
    'a digest of nothing',
    `    channels: { a: { builder: b } }\n    digest: "sha256:${'0'.repeat(64)}"\n`,
    'platforms.p.digest is of no use without from',
  ],
  [
    'two origins',
    '    channels: { a: { builder: b, after: [{ id: x, image: y, folder: z }] } }\n',
    'platforms.p.channels.a.after[0] has both image and folder; give one of them',
  ],
  [
    'a key that is misspelled',
    '    channels: { a: { bilder: b } }\n',
    'platforms.p.channels.a has no key "bilder"; did you mean builder?',
  ],
];

for (const [name, yaml, message] of bad) {
  test(`a platform that is refused: ${name}`, () => {
    assert.throws(() => read(yaml), { code: 'config-invalid', message });
  });
}

test('an image that a platform builds names one that is described, and a channel of it', () => {
  const readImage = (platform: string): Config =>
    readConfig(
      `version: 1
platforms: { toolforge: { channels: { stable: { builder: registry.example.org/builder:24 } } } }
suites: { unit: { command: 'true', results: { format: exit-status } } }
images: { app: { baseline: registry.example.org/app, platform: ${platform} } }
`,
      'lockkeeper.yaml',
      '/repo',
    );
  assert.deepEqual(readImage('{ name: toolforge, channel: stable, network: default }').images[0]?.origin, {
    kind: 'platform',
    platform: 'toolforge',
    channel: 'stable',
    source: '.',
    network: 'default',
  });
  const fault = (platform: string): string => {
    try {
      readImage(platform);
      return 'taken';
    } catch (error) {
      assert.ok(isFailure(error, 'config-invalid'));
      return error.message;
    }
  };
  assert.match(
    fault('{ name: toolforg }'),
    /images\.app\.platform\.name names "toolforg".*did you mean toolforge\?/,
  );
  assert.match(
    fault('{ name: toolforge, channel: edge }'),
    /channel names "edge", which is not there; there is stable/,
  );
  assert.match(fault('{ name: toolforge }, image: x/y'), /has both image and platform/);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BuildRequest } from '../../ports/builder.ts';
import { buildCommand, formatFrontend, frontendOf } from './frontend.ts';
import { sampleEngine } from '../../../test/support/sample-engine.ts';

const request: BuildRequest = {
  dockerfile: '/src/--x/Dockerfile',
  context: '/src/--x',
  args: { A: 'one two', B: '--target=x' },
  target: 'final',
  platform: { os: 'linux', architecture: 'arm', variant: 'v7' },
  labels: { 'org.example.l': 'a=b' },
};
const answers = { imageId: '/tmp/id', metadata: '/tmp/metadata' };

const common = [
  ...[
    '--iidfile',
    '/tmp/id',
    '--file',
    '/src/--x/Dockerfile',
    '--build-arg',
    'A=one two',
    '--build-arg',
    'B=--target=x',
  ],
  ...['--label', 'org.example.l=a=b', '--target', 'final', '--platform', 'linux/arm/v7', '--', '/src/--x'],
];

for (const [more, frontend, name, args, env] of [
  [
    { buildkit: 'none' },
    'classic',
    'docker 28.0.1 (classic builder)',
    ['build', '--force-rm'],
    { DOCKER_BUILDKIT: '0' },
  ],
  [
    { buildkit: 'builtin' },
    'builtin',
    'docker 28.0.1 (BuildKit)',
    ['build', '--progress', 'plain'],
    { DOCKER_BUILDKIT: '1' },
  ],
  [
    { buildkit: 'buildx' },
    'buildx',
    'docker 28.0.1 (BuildKit)',
    ['buildx', 'build', '--progress', 'plain', '--metadata-file', '/tmp/metadata'],
    { BUILDX_NO_DEFAULT_ATTESTATIONS: '1', BUILDX_GIT_INFO: 'false' },
  ],
  [
    { kind: 'podman', createArgs: ['--ulimit', 'n=1'] },
    'podman',
    'podman 28.0.1',
    ['build', '--format', 'oci', '--ulimit', 'n=1'],
    {},
  ],
] as const) {
  test(`${frontend}: arguments and environment`, () => {
    const given = sampleEngine(more);
    assert.equal(frontendOf(given), frontend);
    assert.equal(formatFrontend(given), name);
    const command = buildCommand(given, request, { answers, noCache: false });
    assert.deepEqual(command, { args: [...args, ...common], env });
    // Nothing is pushed, and nothing is pulled that is there.
    assert.ok(command.args.every((arg) => !/^--(?:push|pull|output|tag|cache-to)/.test(arg)));
  });
}

test('what is not asked for is not said', () => {
  const plain = { ...request, args: {}, labels: {}, target: undefined, platform: undefined };
  assert.deepEqual(buildCommand(sampleEngine({}), plain, { answers, noCache: true }).args, [
    ...[
      'build',
      '--force-rm',
      '--no-cache',
      '--iidfile',
      '/tmp/id',
      '--file',
      '/src/--x/Dockerfile',
      '--',
      '/src/--x',
    ],
  ]);
});

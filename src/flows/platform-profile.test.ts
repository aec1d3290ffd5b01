import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parityGround, type MadeBuilder } from '../../test/support/parity-ground.ts';
import { readConfig } from '../model/config.ts';
import { digestOf } from '../model/digest.ts';
import { parsePlatform } from '../model/platform.ts';
import type { PlatformSource, ResolvedProfile } from '../model/platform-profile.ts';
import { resolveProfile } from './platform-profile.ts';

const values = `config:
  harborUsername: {{ exec "get_secret.sh" (list "harborUsername") }}
  builder: r.test/platform/builder:24
  runner: r.test/platform/run:24
  latestBuilder: r.test/platform/builder:24_new
  deprecatedBuilder: r.test/platform/builder:22
  deprecatedValidUntil: 2026-04-27
`;
const commit = '8c2d9b3f0e1a4d5c6b7a8f9e0d1c2b3a4f5e6d7c';
const url = `https://git.test/deploy/raw/${commit}/values.yaml`;

const builder = (python: string): MadeBuilder => ({
  buildpacks: [{ id: 'heroku/python', version: python }],
  order: [['heroku/python']],
  runImage: 'r.test/platform/run:24',
});

const watching = { observe: () => undefined, signal: undefined };
const amd64 = parsePlatform('linux/amd64');

function platform(yaml: string): PlatformSource {
  const [source] = readConfig(`version: 1\nplatforms:\n${yaml}`, 'lockkeeper.yaml', '/repo').platforms;
  assert.ok(source !== undefined);
  return source;
}

const byRules = `  tools:
    deploys: [default, old]
    ci: latest
    channels:
      default:
        builder: { file: ${url}, at: config.builder }
        run-image: { file: ${url}, at: config.runner }
      latest:
        builder: { file: ${url}, at: config.latestBuilder }
      old:
        builder: { file: ${url}, at: config.deprecatedBuilder }
        valid-until: { file: ${url}, at: config.deprecatedValidUntil }
`;

async function ground(): Promise<ReturnType<typeof parityGround>> {
  const made = parityGround();
  made.documents.documents.set(url, values);
  await made.pushPlain('r.test/platform/run:24');
  await made.pushBuilder('r.test/platform/builder:24', builder('0.26.1'));
  await made.pushBuilder('r.test/platform/builder:24_new', builder('2.7.0'));
  await made.pushBuilder('r.test/platform/builder:22', builder('0.8.0'));
  return made;
}

const packsOf = ({ channels }: ResolvedProfile): readonly string[] =>
  channels.map(({ channel, builder: { facts } }) => {
    const packs = facts.buildpacks.map(({ id, version }) => `${id}@${version}`);
    return `${channel.name}: ${packs.join(' ')}`;
  });

test('builders that the platform’s own values name are resolved by rule, past the templates around them', async () => {
  const { tools, documents } = await ground();
  const profile = await resolveProfile(platform(byRules), amd64, tools, watching);
  assert.deepEqual(packsOf(profile), [
    'default: heroku/python@0.26.1',
    'latest: heroku/python@2.7.0',
    'old: heroku/python@0.8.0',
  ]);
  assert.deepEqual(
    profile.channels.map(({ runImage, validUntil }) => [runImage !== undefined, validUntil]),
    [
      [true, undefined],
      [true, undefined],
      [true, '2026-04-27'],
    ],
  );
  assert.deepEqual([profile.deploys, profile.ci, profile.failed], [['default', 'old'], 'latest', []]);
  assert.deepEqual(documents.reads, [url]);
});

test('a channel that is not there does not stop the others', async () => {
  const { tools, documents } = await ground();
  documents.documents.set(url, values.replace('builder:22', 'builder:21').replace('2026-04-27', 'soon'));
  const profile = await resolveProfile(platform(byRules), amd64, tools, watching);
  assert.deepEqual(
    profile.failed.map(({ name, failure }) => [name, failure.code]),
    [['old', 'manifest-missing']],
  );
  assert.equal(profile.channels.length, 2);
});

test('what cannot be looked up beside the builder is a trouble of its channel', async () => {
  const { tools, documents } = await ground();
  documents.documents.set(url, values.replace('2026-04-27', 'soon').replace('run:24', 'run:none'));
  const { channels } = await resolveProfile(platform(byRules), amd64, tools, watching);
  assert.deepEqual(
    channels.map(({ troubles }) => troubles.map(({ what, failure }) => `${what}: ${failure.code}`)),
    [['run image: manifest-missing'], [], ['valid-until: document-invalid']],
  );
});

test('what stands at a place and is no image name is not quoted', async () => {
  const { tools, documents } = await ground();
  documents.documents.set(url, 'config: { builder: "hunter2 TOKEN" }\n');
  const source = platform(
    `  one:\n    channels:\n      a: { builder: { file: ${url}, at: config.builder } }\n`,
  );
  const { failed } = await resolveProfile(source, amd64, tools, watching);
  assert.equal(failed[0]?.failure.message, `${url}: config.builder is not an image name`);
});

test('a value that a template makes, and a key that is not there, are named with their place', async () => {
  const { tools } = await ground();
  for (const [at, says] of [
    ['config.harborUsername', 'is empty, or a template’s'],
    ['config.nothing', 'is not there'],
    ['config', 'is no text'],
    ['config.builder.deeper', 'is not there'],
  ] as const) {
    const source = platform(`  one:\n    channels:\n      a: { builder: { file: ${url}, at: ${at} } }\n`);
    const { failed } = await resolveProfile(source, amd64, tools, watching);
    assert.equal(failed[0]?.failure.code, 'document-invalid');
    assert.equal(failed[0].failure.message, `${url}: ${at} ${says}`);
  }
});

test('a document that is not what it was pinned to is refused', async () => {
  const { tools } = await ground();
  const rule = (digest: string): PlatformSource =>
    platform(
      `  one:\n    channels:\n      a: { builder: { file: ${url}, at: config.builder, digest: "${digest}" } }\n`,
    );
  const good = await resolveProfile(rule(digestOf(values)), amd64, tools, watching);
  assert.equal(good.failed.length, 0);
  const bad = await resolveProfile(rule(digestOf('other')), amd64, tools, watching);
  assert.equal(bad.failed[0]?.failure.code, 'document-invalid');
});

test('a shared profile is a lockkeeper.yaml elsewhere; CI is each repository’s own', async () => {
  const { tools, documents } = await ground();
  const shared = `https://git.test/platform/raw/${commit}/lockkeeper.yaml`;
  documents.documents.set(shared, `version: 1\nplatforms:\n${byRules}`);
  const profile = await resolveProfile(
    platform(`  tools:\n    from: ${shared}\n    ci: default\n`),
    amd64,
    tools,
    watching,
  );
  assert.deepEqual([profile.channels.length, profile.ci], [3, 'default']);
  await assert.rejects(
    resolveProfile(platform(`  tools:\n    from: ${shared}\n    ci: none\n`), amd64, tools, watching),
    { code: 'config-invalid' },
  );
  await assert.rejects(resolveProfile(platform(`  other:\n    from: ${shared}\n`), amd64, tools, watching), {
    code: 'document-invalid',
  });
  documents.documents.set(shared, `version: 1\nplatforms:\n  tools: { from: ../${commit}/again.yaml }\n`);
  await assert.rejects(resolveProfile(platform(`  tools:\n    from: ${shared}\n`), amd64, tools, watching), {
    code: 'document-invalid',
  });
});

test('of a builder for several processors the wanted one is taken, and an image without it is refused', async () => {
  const { tools } = await ground();
  const { failed } = await resolveProfile(platform(byRules), parsePlatform('linux/arm64'), tools, watching);
  assert.deepEqual(
    failed.map(({ failure }) => failure.code),
    ['manifest-missing', 'manifest-missing', 'manifest-missing'],
  );
});

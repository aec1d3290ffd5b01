import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parityGround } from '../../test/support/parity-ground.ts';
import { MemoryConfigFiles } from '../adapters/config-file/memory.ts';
import { isFailure } from '../base/failure.ts';
import type { FleetRepo } from '../model/fleet.ts';
import { parsePlatform } from '../model/platform.ts';
import type { RepoAnswer } from './fleet.ts';
import { askParity } from './fleet-questions.ts';

const watching = { observe: () => undefined, signal: undefined };
const repo: FleetRepo = { name: 'web', place: { kind: 'folder', path: '/fleet/web' } };

type Ground = ReturnType<typeof parityGround>;

async function ground(): Promise<Ground> {
  const made = parityGround();
  await made.pushPlain('r.test/run:24');
  await made.pushBuilder('r.test/builder:24', {
    buildpacks: [{ id: 'heroku/python', version: '0.26.1' }],
    order: [['heroku/python']],
    runImage: 'r.test/run:24',
  });
  return made;
}

function asked(
  { folders, tools }: Ground,
  platforms: string,
  files: Readonly<Record<string, string>>,
): Promise<RepoAnswer> {
  folders.set('/fleet/web', files);
  const configFiles = new MemoryConfigFiles('/fleet/web', {
    '/fleet/web/lockkeeper.yaml': `version: 1\nplatforms:\n${platforms}`,
  });
  const question = { against: undefined, profile: undefined, platform: parsePlatform('linux/amd64') };
  return askParity(question, { ...tools, configFiles }, watching)('/fleet/web', repo);
}

test('a repository of a fleet reads no file outside of itself', async () => {
  const made = await ground();
  made.documents.documents.set('/home/me/values.yaml', 'builder: r.test/builder:24\n');
  made.documents.documents.set('/fleet/web/values.yaml', 'builder: r.test/builder:24\n');
  const files = { '.python-version': '3.12\n' };
  const by = (file: string): string =>
    `  one:\n    channels:\n      a: { builder: { file: ${file}, at: builder } }\n`;
  const own = await asked(made, by('values.yaml'), files);
  assert.equal(own.state, 'clean');
  for (const file of ['/home/me/values.yaml', '../../home/me/values.yaml'])
    await assert.rejects(asked(made, by(file), files), (error) => isFailure(error, 'path-refused'));
  await assert.rejects(asked(made, '  one: { from: ../../home/me/values.yaml }\n', files), (error) =>
    isFailure(error, 'path-refused'),
  );
});

const two = `  one:
    deploys: [a, b]
    channels:
      a: { builder: r.test/builder:24 }
      b: { builder: r.test/gone:1 }
`;

test('what was found holds although a channel is gone, and is not taken for the whole answer', async () => {
  const found = await asked(await ground(), two, { '.python-version': '2.7\n' });
  assert.deepEqual([found.state, found.unseen?.code], ['findings', 'manifest-missing']);
  await assert.rejects(asked(await ground(), two, { '.python-version': '3.12\n' }), (error) =>
    isFailure(error, 'manifest-missing'),
  );
});

test('files that disagree, and a file that cannot be read, are findings', async () => {
  const disagreeing = { '.python-version': '3.12\n', 'runtime.txt': 'python-3.11.9\n' };
  assert.equal((await asked(await ground(), two, disagreeing)).state, 'findings');
  const one = '  one: { channels: { a: { builder: r.test/builder:24 } } }\n';
  const { state, counts, lines } = await asked(await ground(), one, { 'package.json': '{' });
  assert.deepEqual([state, counts['not read']], ['findings', 1]);
  assert.match(lines[0] ?? '', /^package\.json:1: not read: /);
});

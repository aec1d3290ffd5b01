import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { diskGround, env } from '../../test/support/git-ground.ts';
import { serveGit } from '../../test/support/git-http.ts';
import { isFailure } from '../base/failure.ts';
import { fleetTools } from './fleet.ts';

test('repositories of a fleet are cloned with the programs that the person’s own git uses', async () => {
  const temporary = await mkdtemp(path.join(tmpdir(), 'lockkeeper-fleet-'));
  const called = path.join(temporary, 'called');
  const { clones } = fleetTools({
    ...env,
    TMPDIR: temporary,
    GIT_SSH_COMMAND: `touch '${called}'; false`,
  });
  try {
    const order = { url: 'git@127.0.0.1:team/jobs.git', branch: undefined };
    await assert.rejects(clones.make(order), (error) => isFailure(error, 'remote-unreachable'));
    assert.ok(existsSync(called), 'the program of SSH was asked');
  } finally {
    await rm(temporary, { recursive: true });
  }
});

test('a repository that is hidden or denied needs a person; a server that is down is asked again', async () => {
  await using ground = await diskGround();
  await using http = await serveGit(ground.above);
  const { clones } = fleetTools({ ...env, TMPDIR: ground.above });
  const order = { url: `${http.url}remote.git`, branch: undefined };
  for (const [status, code] of [
    [401, 'remote-denied'],
    [404, 'remote-denied'],
    [503, 'remote-unreachable'],
  ] as const) {
    http.rule = () => status;
    await assert.rejects(clones.make(order), (error) => isFailure(error, code), code);
  }
});

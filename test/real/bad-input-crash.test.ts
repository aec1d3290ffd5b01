import assert from 'node:assert/strict';
import { cp, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { parsePromotion, promotionDocument } from '../../src/model/promotion.ts';
import type { Started } from '../support/command-line.ts';
import { sharedGround, type Ground, type Project } from '../support/gate-ground.ts';
import { forward, startRegistryProxy, type Interference } from '../support/registry-proxy.ts';

const ground = sharedGround();

const repository = 'crash/ci';
const promote = ['promote', 'bundle', '--quiet'] as const;
const moments = 10;

/** All that a repository holds, by its registry's own files; uploads that were broken off are not part of it. */
async function heldBy({ storage }: Ground): Promise<readonly string[]> {
  const files = await readdir(repositoryFolder(storage), { recursive: true });
  return files.filter((name) => name.endsWith('link') && !name.startsWith('_uploads')).toSorted();
}

function repositoryFolder(storage: string): string {
  return path.join(storage, 'docker/registry/v2/repositories', repository);
}

interface Snapshot {
  restore(): Promise<void>;
}

/** Repository and bundle as they are now. */
async function snapshot({ storage }: Ground, { bundle, folder }: Project): Promise<Snapshot> {
  const places = [
    [repositoryFolder(storage), path.join(folder, 'kept/repository')],
    [bundle, path.join(folder, 'kept/bundle')],
  ] as const;
  for (const [place, kept] of places) await cp(place, kept, { recursive: true });
  return {
    async restore() {
      for (const [place, kept] of places) {
        await rm(place, { recursive: true });
        await cp(kept, place, { recursive: true });
      }
    },
  };
}

test('promote that is killed at any moment, and run again, ends in the same state', async (t) => {
  const here = await ground.open(t);
  if (here === undefined) return;
  let interfere: Interference = () => false;
  const proxy = await startRegistryProxy(here.host, (request, response) => interfere(request, response));
  t.after(() => proxy.stop());
  const project = await here.project({ repository, baselineHost: proxy.host });
  assert.equal((await project.run(['gate', '--bundle', 'bundle', '--quiet'])).status, 0);
  const before = await snapshot(here, project);
  const [from, to] = [
    await here.digestOf(repository, 'latest'),
    await here.digestOf(`${repository}/built`, 'next'),
  ];
  assert.ok(from !== undefined && to !== undefined && from !== to);

  const firstAt = proxy.seen.length;
  assert.equal((await project.run(promote)).status, 0);
  const requests = proxy.seen.length - firstAt;
  const whole = await heldBy(here);
  assert.equal(await here.digestOf(repository, 'latest'), to);

  for (let moment = 0; moment < moments; moment += 1) {
    const fatal = 1 + Math.floor((moment * (requests - 1)) / (moments - 1));
    // Half of them die before the registry has heard of the request, half before they hear its answer.
    const isHeard = moment % 2 === 0;
    await t.test(
      `at request ${fatal} of ${requests}, ${isHeard ? 'after' : 'before'} its effect`,
      async () => {
        await before.restore();
        const started: { run?: Started } = {};
        let seen = 0;
        interfere = async (request) => {
          seen += 1;
          if (seen !== fatal) return false;
          if (isHeard) await forward(here.host, request);
          started.run?.kill('SIGKILL');
          return true;
        };
        started.run = project.start(promote);
        assert.equal((await started.run.ended).signal, 'SIGKILL');
        interfere = () => false;
        const between = await here.digestOf(repository, 'latest');
        assert.ok(between === from || between === to, `the name stands at ${between}`);
        if (between === to)
          assert.deepEqual(await heldBy(here), whole, 'all was there before the name moved');

        const again = await project.run(promote);
        assert.equal(again.status, 0, again.stderr);
        assert.equal(await here.digestOf(repository, 'latest'), to);
        assert.deepEqual(await heldBy(here), whole);
        const record = parsePromotion(
          await readFile(path.join(project.bundle, promotionDocument)),
          project.bundle,
        );
        assert.ok(record.doneAt !== undefined);
        await assertNoLeftovers(project);
      },
    );
  }
});

/** Of a process that was killed, its own folder for temporary files stays; in the bundle nothing does. */
async function assertNoLeftovers({ bundle }: Project): Promise<void> {
  const names = await readdir(bundle, { recursive: true });
  assert.deepEqual(
    names.filter((name) => /\.tmp$|\.lock$/.test(name)),
    [],
  );
}

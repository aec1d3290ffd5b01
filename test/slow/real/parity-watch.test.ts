import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { textAt, valueAt } from '../../../src/base/json-path.ts';
import { sharedGround } from '../../support/gate-ground.ts';
import { emptyRepo, push } from '../../support/platform/parity-repo.ts';
import { unknownPythons } from '../../support/platform/stub-buildpacks.ts';
import { stubBuilder, stubRunImage } from '../../support/platform/stub-platform.ts';

/** A fleet of folders and git repositories, asked again by the builders themselves when these move. */

const shared = sharedGround();

const git = (folder: string, ...words: readonly string[]): void =>
  void execFileSync('git', ['-C', folder, '-c', 'user.name=Ada', '-c', 'user.email=a@example.org', ...words]);

for (const engine of ['docker', 'podman'] as const) {
  test(`${engine}: eleven repositories are asked again by the builder itself when it moves, both ways`, async (t) => {
    const ground = await shared.open(t, engine);
    if (ground === undefined) return;
    const { folder, write, run } = await emptyRepo(t);
    const name = `watched/${engine}/builder`;
    const builder = `${ground.host}/${name}:24`;
    const moveTo = async (to: keyof typeof unknownPythons, mirror: string): Promise<void> => {
      const made = await stubBuilder({ buildpacks: [unknownPythons[to]], mirror: [mirror] });
      await push(ground, made, name, '24');
    };
    await push(ground, await stubRunImage(), 'platform/run', '24');
    await moveTo('to313', 'python-3.13.2');
    const pins = ['3.12', '3.14', ...Array.from({ length: 9 }, () => '3.13')];
    const repos: object[] = [];
    for (const [at, pin] of pins.entries()) {
      const repo = path.join(folder, '..', `repo-${at}`);
      await mkdir(repo);
      await writeFile(path.join(repo, '.python-version'), `${pin}\n`);
      await writeFile(path.join(repo, 'app.py'), '');
      git(repo, 'init', '-q');
      git(repo, 'add', '-A');
      git(repo, 'commit', '-qm', 'a');
      repos.push(at % 2 === 0 ? { path: `../repo-${at}` } : { git: `file://${path.resolve(repo)}` });
    }
    await write({
      'fleet.yaml': JSON.stringify({ version: 1, repos }),
      'lockkeeper.yaml': JSON.stringify({
        version: 1,
        gate: { engine, ledger: 'ledger' },
        platforms: {
          stub: {
            channels: { stable: { builder, 'run-image': `${ground.host}/platform/run:24` } },
          },
        },
      }),
    });
    const look = async (level: string, status: number): Promise<unknown> => {
      const words = ['parity', 'watch', '--fleet', 'fleet.yaml', '--level', level, '--json'];
      const ended = await run(...words);
      assert.equal(ended.status, status, `${ended.stdout}\n${ended.stderr}`);
      t.diagnostic(`${level}: ${(ended.durationMs / 1000).toFixed(1)} s`);
      return JSON.parse(ended.stdout);
    };
    const data = await look('L2', 0);
    assert.deepEqual(valueAt(data, 'broken'), [], 'nobody wrote down what this buildpack knows');
    const heard = await look('L3', 3);
    assert.deepEqual(
      [textAt(heard, 'broken', 0, 'path'), textAt(heard, 'broken', 0, 'text'), valueAt(heard, 'broken', 1)],
      ['repo-1', '3.14', undefined],
    );
    assert.deepEqual(valueAt(heard, 'failed'), []);
    await moveTo('to314', 'python-3.14.0');
    const moved = await look('L3', 3);
    assert.deepEqual(
      [textAt(moved, 'broken', 0, 'path'), textAt(moved, 'mended', 0, 'path'), valueAt(moved, 'broken', 1)],
      ['repo-0', 'repo-1', undefined],
    );
  });
}

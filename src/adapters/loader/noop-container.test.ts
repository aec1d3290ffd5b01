import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import type { ProcessTable } from '../../base/process-table.ts';
import type { Engine } from '../../model/engine.ts';
import { noopContainerName, removeLeftNoops } from './noop-container.ts';
import { sampleEngine } from '../../../test/support/sample-engine.ts';

const started: Readonly<Record<number, string>> = { 100: '5000', 200: '7000' };

function processOn(host: string, pid: number, at: string): ProcessTable {
  return { self: { host, pid, started: at }, startOf: (each) => Promise.resolve(started[each]) };
}

const us = processOn('here', 100, '5000');

test('only containers of processes that are no more are taken away', async (t) => {
  const dead = noopContainerName(processOn('here', 300, '1'));
  const reborn = noopContainerName(processOn('here', 200, '6999'));
  const untold = noopContainerName(processOn('here', 300, ''));
  const living = [
    noopContainerName(us),
    noopContainerName(processOn('here', 200, '7000')),
    noopContainerName(processOn('elsewhere', 300, '1')),
    'lockkeeper-f47ac10b-58cc-4372-a567-0e02b2c3d479',
    `${dead.split('-').slice(0, 3).join('-')}-somebody`,
  ];
  const { engine, log } = await engineWith(t, [...living, dead, reborn, untold]);
  await removeLeftNoops(engine, us);
  const removed = [dead, reborn, untold].map((name) => `rm --force --volumes ${name}`);
  const [listing, ...others] = (await readFile(log, 'utf8')).trim().split('\n');
  assert.match(listing ?? '', /^ps --all --filter name=lockkeeper-noop-/);
  assert.deepEqual(others, removed);
});

test('a name is one that engines take, however long the host’s is, and nobody else’s', () => {
  const long = processOn('a.very.long.name.'.repeat(20), 4_194_304, '18446744073709551615');
  assert.match(noopContainerName(long), /^[a-z0-9][a-z0-9-]{1,120}$/);
  assert.notEqual(noopContainerName(us), noopContainerName(us));
});

/** An engine that lists these containers, and writes down what it is asked. */
async function engineWith(
  t: TestContext,
  names: readonly string[],
): Promise<{ readonly engine: Engine; readonly log: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-'));
  t.after(() => rm(folder, { recursive: true }));
  const [program, log] = [path.join(folder, 'engine'), path.join(folder, 'log')];
  const listing = names.join('\n');
  const script = `#!/bin/sh\necho "$*" >> "${log}"\n[ "$1" = rm ] || printf '%s\\n' '${listing}'\n`;
  await writeFile(program, script, { mode: 0o755 });
  return { engine: sampleEngine({ program }), log };
}

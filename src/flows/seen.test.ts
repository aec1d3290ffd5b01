import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { digestNamed } from '../../test/support/sample-mentions.ts';
import { diskLedgers } from '../adapters/ledger/disk.ts';
import { limits } from '../base/limits.ts';
import { seenFolder } from '../model/first-seen.ts';
import { keepSeen, readSeen } from './seen.ts';

const at = '2026-11-21T12:00:00.000Z';

test('many files become one; what another job wrote meanwhile, and what is no record of ours, stays', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-seen-'));
  t.after(() => rm(folder, { recursive: true }));
  const ledger = diskLedgers.open(folder);
  for (let run = 0; run < limits.seenFilesMergedFrom; run += 1)
    await keepSeen(ledger, await readSeen(ledger, at), [{ name: `a:${run}`, digest: digestNamed('a'), at }]);
  await writeFile(path.join(folder, seenFolder, 'windows.txt'), `${at} ${digestNamed('w')} w:1\r\n`);
  await writeFile(path.join(folder, seenFolder, 'later.txt'), 'v2 something that nobody knows yet\n');
  const before = await readSeen(ledger, at);
  assert.equal(before.ledger.firstSeen('w:1', digestNamed('w')), at, 'line ends of Windows');
  await writeFile(path.join(folder, seenFolder, 'meanwhile.txt'), `${at} ${digestNamed('m')} m:1\n`);
  await keepSeen(ledger, before, [{ name: 'b:1', digest: digestNamed('b'), at }]);
  const left = await readdir(path.join(folder, seenFolder));
  assert.equal(left.length, 3);
  assert.ok(left.includes('later.txt') && left.includes('meanwhile.txt'));
  const { ledger: after } = await readSeen(ledger, at);
  for (const [name, digest] of [
    ['a:0', 'a'],
    ['b:1', 'b'],
    ['m:1', 'm'],
    ['w:1', 'w'],
  ] as const)
    assert.equal(after.firstSeen(name, digestNamed(digest)), at, name);
});

test('what a clock that was ahead has dated is dated anew; a clock that is behind dates nothing', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-seen-'));
  t.after(() => rm(folder, { recursive: true }));
  const ledger = diskLedgers.open(folder);
  const note = async (name: string, now: string): Promise<void> =>
    keepSeen(ledger, await readSeen(ledger, now), [{ name, digest: digestNamed('a'), at: now }]);
  const first = async (name: string): Promise<string | undefined> =>
    (await readSeen(ledger, at)).ledger.firstSeen(name, digestNamed('a'));
  await note('a:1', '2026-11-20T12:00:00.000Z');
  await note('a:2', '2061-01-01T00:00:00.000Z');
  assert.equal(await first('a:2'), undefined);
  await note('a:2', at);
  assert.equal(await first('a:2'), at);
  await note('a:3', '1970-01-01T00:00:00.000Z');
  assert.equal(await first('a:3'), undefined);
  assert.equal(await first('a:1'), '2026-11-20T12:00:00.000Z');
});

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
    await keepSeen(ledger, await readSeen(ledger), [{ name: `a:${run}`, digest: digestNamed('a'), at }]);
  await writeFile(path.join(folder, seenFolder, 'windows.txt'), `${at} ${digestNamed('w')} w:1\r\n`);
  await writeFile(path.join(folder, seenFolder, 'later.txt'), 'v2 something that nobody knows yet\n');
  const before = await readSeen(ledger);
  assert.equal(before.ledger.firstSeen('w:1', digestNamed('w')), at, 'line ends of Windows');
  await writeFile(path.join(folder, seenFolder, 'meanwhile.txt'), `${at} ${digestNamed('m')} m:1\n`);
  await keepSeen(ledger, before, [{ name: 'b:1', digest: digestNamed('b'), at }]);
  const left = await readdir(path.join(folder, seenFolder));
  assert.equal(left.length, 3);
  assert.ok(left.includes('later.txt') && left.includes('meanwhile.txt'));
  const { ledger: after } = await readSeen(ledger);
  for (const [name, digest] of [
    ['a:0', 'a'],
    ['b:1', 'b'],
    ['m:1', 'm'],
    ['w:1', 'w'],
  ] as const)
    assert.equal(after.firstSeen(name, digestNamed(digest)), at, name);
});

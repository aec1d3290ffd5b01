import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { ledgerContract } from '../../../test/contracts/ledger.ts';
import { diskLedgers } from './disk.ts';
import { MemoryLedgers } from './memory.ts';

const made: string[] = [];
after(() => Promise.all(made.map((folder) => rm(folder, { recursive: true }))));

async function fresh(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-ledger-'));
  made.push(folder);
  return path.join(folder, 'deep/ledger');
}

ledgerContract('disk', async () => diskLedgers.open(await fresh()));
ledgerContract('memory', () => Promise.resolve(new MemoryLedgers(() => 0).open('ledger')));

test('links, folders and files that are being written are no part of a ledger on disk', async () => {
  const folder = await fresh();
  await mkdir(path.join(folder, 'runs/folder'), { recursive: true });
  await writeFile(path.join(folder, 'secret'), 'secret');
  await symlink('../secret', path.join(folder, 'runs/link.json'));
  await writeFile(path.join(folder, 'runs/.half.tmp'), '');
  const ledger = diskLedgers.open(folder);
  assert.deepEqual(await ledger.list('runs'), []);
  await assert.rejects(ledger.read('runs', 'link.json', 100));
});

import assert from 'node:assert/strict';
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { isFailure } from '../../base/failure.ts';
import { listDiskFiles } from './disk-files.ts';

const nobody = 65534;

/** Root may look into every folder: what it must not see is shown to somebody else. */
async function asSomebodyElse<T>(work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(nobody);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

test('a folder below that nobody may look into is listed as such where asked for, and else an error', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-denied-'));
  const closed = path.join(folder, 'closed');
  try {
    await mkdir(closed);
    await writeFile(path.join(closed, 'Dockerfile'), 'FROM x\n');
    await writeFile(path.join(folder, 'Dockerfile'), 'FROM y\n');
    if (process.geteuid?.() === 0) await chown(folder, nobody, nobody);
    await chmod(closed, 0o000);
    const names = await asSomebodyElse(() => listDiskFiles(folder, 'listed'));
    assert.deepEqual(names.toSorted(), ['Dockerfile', 'closed/']);
    await assert.rejects(
      asSomebodyElse(() => listDiskFiles(folder, 'thrown')),
      (error) => isFailure(error, 'file-denied'),
    );
  } finally {
    await chmod(closed, 0o700);
    await rm(folder, { recursive: true });
  }
});

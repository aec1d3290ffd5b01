import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { isFailure } from '../../base/failure.ts';
import { fileJournals } from './file.ts';

async function place(t: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-journal-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return path.join(folder, 'night.journal');
}

test('what was added is there when it is opened again, without what a crash cut off', async (t) => {
  const file = await place(t);
  const first = await fileJournals.open(file, 'scan');
  assert.deepEqual(first.lines, []);
  await first.add('one');
  await first.add('two');
  await appendFile(file, 'thr');
  const second = await fileJournals.open(file, 'scan');
  assert.deepEqual(second.lines, ['one', 'two']);
  await second.add('three');
  assert.deepEqual((await fileJournals.open(file, 'scan')).lines, ['one', 'two', 'thr', 'three']);
});

test('a journal of another order, and what is none, stay as they are', async (t) => {
  const file = await place(t);
  await (await fileJournals.open(file, 'scan')).add('one');
  const before = await readFile(file, 'utf8');
  await assert.rejects(fileJournals.open(file, 'check'), (error) => isFailure(error, 'output-exists'));
  assert.equal(await readFile(file, 'utf8'), before);
  await writeFile(file, 'my notes');
  await assert.rejects(fileJournals.open(file, 'scan'), (error) => isFailure(error, 'output-exists'));
  await assert.rejects(fileJournals.open(path.join(file, 'x'), 'scan'), (error) =>
    isFailure(error, 'file-error'),
  );
});

test('a crash anywhere within the first line leaves a journal that is begun anew', async (t) => {
  const file = await place(t);
  await fileJournals.open(file, 'scän');
  const whole = await readFile(file);
  for (let length = 0; length < whole.length; length += 1) {
    await writeFile(file, whole.subarray(0, length));
    const journal = await fileJournals.open(file, 'scän');
    assert.deepEqual(journal.lines, []);
    await journal.add('one');
    assert.deepEqual((await fileJournals.open(file, 'scän')).lines, ['one'], String(length));
  }
});

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { startFaultServer } from '../support/fault-server.ts';
import { allCases } from './all-cases.ts';
import { runCase } from './run-case.ts';

// By itself a case takes less than two seconds; several run at once here, on machines that have other things to do.
const caseMs = 20_000;
const casesLeast = 120;
const memoryKiBMax = 256 * 1024;

test('a registry that', { concurrency: 4 }, async (t) => {
  assert.ok(allCases.length >= casesLeast);
  assert.equal(
    new Set(allCases.map(({ name, work }) => `${name} ${work}`)).size,
    allCases.length,
    'names differ',
  );
  const root = await mkdtemp(path.join(tmpdir(), 'lockkeeper-hostile-'));
  const canary = await startFaultServer(() => undefined);
  try {
    await Promise.all(
      allCases.map((hostile, number) =>
        t.test(`${hostile.name} (${hostile.work}): ${hostile.code}`, { timeout: caseMs }, () =>
          runCase(hostile, canary, path.join(root, String(number))),
        ),
      ),
    );
    assert.deepEqual(canary.seen, [], 'nobody asks the canary');
    assert.equal(canary.connections(), 0, 'nobody even connects to it');
  } finally {
    await canary.stop();
    await rm(root, { recursive: true, force: true });
  }
});

test('all that is big together stays within 256 MiB', { timeout: 60_000 }, async () => {
  // A heap that is let grow would measure how lazily it is swept; the servers live in this process too.
  const args = ['--max-old-space-size=96', path.join(import.meta.dirname, 'run-big-cases.ts')];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (text: Buffer) => (said += text.toString()));
  await once(child, 'close');
  assert.equal(child.exitCode, 0);
  const peakKiB = Number(said);
  assert.ok(peakKiB > 0 && peakKiB < memoryKiBMax, `peak memory ${peakKiB} KiB`);
});

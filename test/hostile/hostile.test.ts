import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { startFaultServer } from '../support/fault-server.ts';
import { allCases } from './all-cases.ts';
import { measure } from './measure.ts';
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
  const big = allCases.filter((each) => each.big === true);
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-hostile-'));
  const canary = await startFaultServer(() => undefined);
  try {
    const { ends, peakKiB } = await measure(big, canary, folder);
    assert.deepEqual(
      ends.map(({ code }) => code),
      big.map(({ code }) => code),
    );
    assert.ok(peakKiB > 0 && peakKiB < memoryKiBMax, `peak memory ${peakKiB} KiB`);
  } finally {
    await canary.stop();
    await rm(folder, { recursive: true, force: true });
  }
});

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { allCases } from '../hostile/all-cases.ts';
import { measure } from '../hostile/measure.ts';
import { startFaultServer } from '../support/fault-server.ts';

const caseMs = 2000;
const memoryKiBMax = 256 * 1024;

test('each hostile registry, met by a client that has met no other, is done with in two seconds and 256 MiB', async (t) => {
  const root = await mkdtemp(path.join(tmpdir(), 'lockkeeper-hostile-'));
  const canary = await startFaultServer(() => undefined);
  const most = { ms: 0, slowest: '', peakKiB: 0, largest: '' };
  try {
    for (const [number, hostile] of allCases.entries()) {
      const name = `${hostile.name} (${hostile.work})`;
      const { ends, peakKiB } = await measure([hostile], canary, path.join(root, String(number)));
      assert.equal(ends[0]?.code, hostile.code, name);
      const { ms } = ends[0];
      if (ms > most.ms) Object.assign(most, { ms, slowest: name });
      if (peakKiB > most.peakKiB) Object.assign(most, { peakKiB, largest: name });
    }
    assert.equal(canary.connections(), 0, 'nobody connects to the canary');
  } finally {
    await canary.stop();
    await rm(root, { recursive: true, force: true });
  }
  t.diagnostic(`${allCases.length} cases`);
  t.diagnostic(`slowest: ${Math.round(most.ms)} ms, ${most.slowest}`);
  t.diagnostic(`largest: ${Math.round(most.peakKiB / 1024)} MiB, ${most.largest}`);
  assert.ok(most.ms < caseMs, most.slowest);
  assert.ok(most.peakKiB < memoryKiBMax, most.largest);
});

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { oneAtATime } from '../../tools/one-at-a-time.ts';

test('a second run waits until the first one gives its turn back', async (t) => {
  const path = lockFile(t);
  const never = new AbortController().signal;
  const order: string[] = [];
  const first = await oneAtATime(path, () => order.push('first waits'), never);
  const second = await oneAtATime(
    path,
    () => {
      order.push('second waits');
      first?.release();
    },
    never,
  );
  order.push('second runs');
  second?.release();
  assert.deepEqual(order, ['second waits', 'second runs']);
});

test('a run that is interrupted while it waits has no turn', async (t) => {
  const path = lockFile(t);
  const interrupted = new AbortController();
  const first = await oneAtATime(path, () => undefined, interrupted.signal);
  assert.equal(await oneAtATime(path, () => interrupted.abort(), interrupted.signal), undefined);
  first?.release();
});

function lockFile(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'lockkeeper-turn-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, 'lock');
}

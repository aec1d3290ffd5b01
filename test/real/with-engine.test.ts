import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { requirePeer } from '../support/peers.ts';

function withEngine(...command: readonly string[]): {
  readonly status: number | null;
  readonly stdout: string;
} {
  return spawnSync(process.execPath, ['tools/with-engine.ts', ...command], { encoding: 'utf8' });
}

test('a program that runs with an engine finds it, and ends with its own status', (t) => {
  if (!requirePeer('docker', t)) return;
  const ended = withEngine('sh', '-c', 'docker version --format {{.Server.Version}} && exit 7');
  assert.match(ended.stdout, /^\d+\./u);
  assert.equal(ended.status, 7);
});

test('a program that is ended by a signal ends as a shell says it', (t) => {
  if (!requirePeer('docker', t)) return;
  assert.equal(withEngine('sh', '-c', 'kill -TERM $$').status, 128 + 15);
});

test('a program that is not there is a failure', (t) => {
  if (!requirePeer('docker', t)) return;
  assert.equal(withEngine('no-such-program').status, 1);
});

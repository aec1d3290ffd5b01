import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { noopProgram } from './noop-program.ts';

const here = process.arch === 'x64' ? 'amd64' : process.arch;

test('the no-op of this machine runs and ends with status 0', async (t) => {
  const program = noopProgram({ os: 'linux', architecture: here });
  assert.ok(program !== undefined);
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-noop-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = path.join(folder, 'noop');
  await writeFile(file, program, { mode: 0o755 });
  const ended = spawnSync(file);
  assert.deepEqual([ended.status, ended.signal], [0, null]);
});

for (const [architecture, machine, wide, little] of [
  ['amd64', 62, true, true],
  ['386', 3, false, true],
  ['arm64', 183, true, true],
  ['arm', 40, false, true],
  ['riscv64', 243, true, true],
  ['ppc64le', 21, true, true],
  ['s390x', 22, true, false],
] as const) {
  test(`${architecture}: one segment that holds the whole file, and starts at the code behind the headers`, () => {
    const bytes = noopProgram({ os: 'linux', architecture });
    assert.ok(bytes !== undefined);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const long = (at: number): number =>
      wide ? Number(view.getBigUint64(at, little)) : view.getUint32(at, little);
    assert.equal(Buffer.from(bytes).toString('latin1', 0, 4), '\u007fELF');
    assert.deepEqual([bytes[4], bytes[5]], [wide ? 2 : 1, little ? 1 : 2]);
    assert.equal(view.getUint16(18, little), machine);
    const headers = wide ? 64 + 56 : 52 + 32;
    const address = long(wide ? 64 + 16 : 52 + 8);
    assert.equal(long(24), address + headers);
    assert.equal(long(wide ? 64 + 32 : 52 + 16), bytes.length);
    assert.equal(view.getUint32(wide ? 64 + 4 : 52 + 24, little), 5, 'may be read and run');
  });
}

test('there is none for Windows, nor for a processor that nobody wrote one for', () => {
  assert.equal(noopProgram({ os: 'windows', architecture: 'amd64' }), undefined);
  assert.equal(noopProgram({ os: 'linux', architecture: 'wasm' }), undefined);
});
